-- +goose Up

-- As which revision of the plant sets it up the time of a line is laid out: from a moment on, up to that of the next row.
CREATE TABLE validity (
    line     TEXT   NOT NULL,
    since    BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (line, since)
);

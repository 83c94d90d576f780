-- +goose Up

-- Every state of who and what may come in that a file was put into force with. Rows are only ever inserted.
CREATE TABLE register (
    number   BIGINT NOT NULL PRIMARY KEY,
    at       BIGINT NOT NULL,
    who_id   BIGINT NOT NULL,
    who_name TEXT   NOT NULL,
    who_role TEXT   NOT NULL,
    why      TEXT   NOT NULL,
    origin   TEXT   NOT NULL,
    previous TEXT   NOT NULL,   -- what was in force, as a file
    content  TEXT   NOT NULL    -- what was from then on
);

INSERT INTO numbers (name, last) VALUES ('register', 0);

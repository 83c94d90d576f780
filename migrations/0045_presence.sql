-- +goose Up

-- Who stands at a line, and when. Rows are inserted; all that is ever changed of one is that it is said to end, once.
CREATE TABLE presences (
    id       BIGINT NOT NULL PRIMARY KEY,
    line     TEXT   NOT NULL,
    unit     TEXT   NOT NULL,   -- '': the line
    who_id   BIGINT NOT NULL,
    who_name TEXT   NOT NULL,
    from_at  BIGINT NOT NULL,
    to_at    BIGINT NOT NULL CHECK (to_at >= from_at),   -- the end of the shift, or when the person signed off
    on_id    BIGINT NOT NULL,   -- who said so
    on_name  TEXT   NOT NULL,
    off_id   BIGINT,            -- NULL: nobody has
    off_name TEXT
);
CREATE INDEX presences_by_line ON presences (line, from_at);

INSERT INTO numbers (name, last) VALUES ('presence', 0);

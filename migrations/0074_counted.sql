-- +goose Up

-- What people counted of a line's time, as it was booked to the jobs that owned it then: whoever takes back what was said
-- takes back this. Rows are only ever added.
CREATE TABLE edit_booking (
    edit     BIGINT NOT NULL REFERENCES edits (id),
    part     BIGINT NOT NULL,
    job      TEXT   NOT NULL,   -- '': its work order took nothing any more
    scrap    BIGINT NOT NULL,   -- 1: scrap rather than good
    since_at BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    qty      BIGINT NOT NULL,
    PRIMARY KEY (edit, part)
);

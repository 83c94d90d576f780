-- +goose Up

-- The time ledger: of one line, segments have no gap and no overlap.
CREATE TABLE segments (
    line     TEXT     NOT NULL,
    from_at  BIGINT   NOT NULL,
    to_at    BIGINT   NOT NULL CHECK (to_at > from_at),
    category SMALLINT NOT NULL,   -- 0 no data, 1 not scheduled, 2 planned stop, 3 no order, 4 changeover,
                                  -- 5 breakdown, 6 blocked, 7 starved, 8 micro-stop, 9 running
    state    SMALLINT NOT NULL,   -- PackML, numbered as PackTags; 0 unknown
    unit     TEXT     NOT NULL,
    fault    TEXT     NOT NULL,
    product  TEXT     NOT NULL,
    shift    TEXT     NOT NULL,
    date     TEXT     NOT NULL,   -- the local date on which the shift opened
    good     BIGINT   NOT NULL,
    reject   BIGINT   NOT NULL,
    ideal    BIGINT   NOT NULL,   -- nanoseconds
    unrated  BIGINT   NOT NULL,
    PRIMARY KEY (line, from_at)
);

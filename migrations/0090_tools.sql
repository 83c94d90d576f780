-- +goose Up

-- What operations take besides machines and people.
CREATE TABLE tool (
    id      BIGINT  NOT NULL PRIMARY KEY,
    number  TEXT    NOT NULL,
    folded  TEXT    NOT NULL UNIQUE,  -- the number without regard to case
    name    TEXT    NOT NULL,
    pieces  BIGINT  NOT NULL CHECK (pieces >= 0),
    away    BIGINT  NOT NULL CHECK (away >= 0 AND away <= pieces),  -- in maintenance
    back_at BIGINT,                   -- when these are back; NULL: nobody knows
    place   TEXT    NOT NULL,
    note    TEXT    NOT NULL,
    retired BOOLEAN NOT NULL,
    version BIGINT  NOT NULL
);
INSERT INTO numbers (name, last) VALUES ('tool', 0);

-- How many people with a skill work in a shift, as the planner says.
CREATE TABLE skill_staff (
    skill   BIGINT NOT NULL REFERENCES skills (id),
    shift   TEXT   NOT NULL,
    people  BIGINT NOT NULL CHECK (people >= 0),
    by_id   BIGINT NOT NULL,
    by_name TEXT   NOT NULL,
    PRIMARY KEY (skill, shift)
);

-- What an operation takes: its crew has to have the skill (0: any), and so many of a tool (0: none).
ALTER TABLE bill_operation ADD COLUMN skill BIGINT NOT NULL DEFAULT 0;
ALTER TABLE bill_operation ADD COLUMN tool BIGINT NOT NULL DEFAULT 0;
ALTER TABLE bill_operation ADD COLUMN tools BIGINT NOT NULL DEFAULT 0 CHECK (tools >= 0);
CREATE INDEX bill_operation_by_tool ON bill_operation (tool, bill) WHERE tool > 0;
ALTER TABLE work_operation ADD COLUMN crew BIGINT NOT NULL DEFAULT 0 CHECK (crew >= 0);
ALTER TABLE work_operation ADD COLUMN skill BIGINT NOT NULL DEFAULT 0;
ALTER TABLE work_operation ADD COLUMN tool BIGINT NOT NULL DEFAULT 0;
ALTER TABLE work_operation ADD COLUMN tools BIGINT NOT NULL DEFAULT 0 CHECK (tools >= 0);

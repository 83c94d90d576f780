-- +goose Up

-- What people can do, until when, and what it takes to start a job.
CREATE TABLE skills (
    id   BIGINT NOT NULL PRIMARY KEY,
    name TEXT   NOT NULL UNIQUE
);
CREATE TABLE skill_holders (
    skill    BIGINT NOT NULL REFERENCES skills (id),
    who_id   BIGINT NOT NULL,
    who_name TEXT   NOT NULL,
    until_at BIGINT,            -- NULL: for good
    by_id    BIGINT NOT NULL,
    by_name  TEXT   NOT NULL,
    PRIMARY KEY (skill, who_id)
);
CREATE TABLE skill_needs (
    id        BIGINT NOT NULL PRIMARY KEY,
    skill     BIGINT NOT NULL REFERENCES skills (id),
    line      TEXT   NOT NULL,  -- '': any
    product   TEXT   NOT NULL,  -- '': any
    operation BIGINT NOT NULL,  -- 0: any
    UNIQUE (skill, line, product, operation)
);

-- Work instructions and set-up checklists: each version is a row that is never changed; retired ones are not asked for.
CREATE TABLE briefs (
    id        BIGINT  NOT NULL,
    version   BIGINT  NOT NULL,
    kind      TEXT    NOT NULL, -- instruction, checklist
    line      TEXT    NOT NULL, -- '': any
    product   TEXT    NOT NULL, -- '': any
    operation BIGINT  NOT NULL, -- 0: any
    title     TEXT    NOT NULL,
    words     TEXT    NOT NULL, -- of a checklist: one question a line
    retired   BOOLEAN NOT NULL,
    by_id     BIGINT  NOT NULL,
    by_name   TEXT    NOT NULL,
    at        BIGINT  NOT NULL,
    PRIMARY KEY (id, version)
);

-- Who has read which version, and how a checklist was answered for a job. Rows are only inserted.
CREATE TABLE brief_marks (
    brief    BIGINT NOT NULL,
    version  BIGINT NOT NULL,
    job      TEXT   NOT NULL,   -- '': read once, for all jobs
    who_id   BIGINT NOT NULL,
    who_name TEXT   NOT NULL,
    answers  TEXT   NOT NULL,   -- one line for each question
    at       BIGINT NOT NULL,
    PRIMARY KEY (brief, version, job, who_id)
);

-- Who worked on which job, and when. All that is ever changed of a row is that it ends earlier, once, and that its minutes
-- are reported to the work order, once.
CREATE TABLE labour (
    id        BIGINT NOT NULL PRIMARY KEY,
    line      TEXT   NOT NULL,
    job       TEXT   NOT NULL,
    work      BIGINT NOT NULL,  -- the work order; 0: none
    operation BIGINT NOT NULL,
    who_id    BIGINT NOT NULL,
    who_name  TEXT   NOT NULL,
    from_at   BIGINT NOT NULL,
    to_at     BIGINT NOT NULL CHECK (to_at >= from_at),   -- the end of the shift, or when the person clocked off
    on_id     BIGINT NOT NULL,
    on_name   TEXT   NOT NULL,
    off_id    BIGINT,           -- NULL: nobody has: past its end, it is estimated
    off_name  TEXT,
    minutes   BIGINT            -- as reported, in millionths; NULL: not yet
);
CREATE INDEX labour_by_person ON labour (who_id, from_at);
CREATE INDEX labour_by_job ON labour (job);
CREATE INDEX labour_to_report ON labour (to_at) WHERE minutes IS NULL;

INSERT INTO numbers (name, last) VALUES ('skill', 0), ('skill need', 0), ('brief', 0), ('labour', 0);

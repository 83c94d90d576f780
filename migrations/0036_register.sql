-- +goose Up

-- What is asked of a list again and again, by a person or by all. The name is unique for one person without regard to case.
CREATE TABLE list_view (
    id         BIGINT  NOT NULL PRIMARY KEY,
    list       TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    folded     TEXT    NOT NULL,
    owner_id   BIGINT  NOT NULL,
    owner_name TEXT    NOT NULL,
    shared     BOOLEAN NOT NULL,
    opens      BOOLEAN NOT NULL,              -- the list opens with it, for its owner
    query      TEXT    NOT NULL,
    UNIQUE (list, owner_id, owner_name, folded)
);
CREATE INDEX list_view_shared ON list_view (list) WHERE shared;

-- What people say of a document. Rows are only ever inserted; one that corrects another is shown in its place.
CREATE TABLE folio_comment (
    id       BIGINT NOT NULL PRIMARY KEY,
    thing    TEXT   NOT NULL,                 -- kind/id
    at       BIGINT NOT NULL,
    who_id   BIGINT NOT NULL,
    who_name TEXT   NOT NULL,
    words    TEXT   NOT NULL,
    corrects BIGINT,                          -- NULL: it stands for itself
    form     TEXT   NOT NULL,                 -- the key of the form, so that one sent twice is kept once
    UNIQUE (who_id, who_name, form)
);
CREATE INDEX folio_comment_by_thing ON folio_comment (thing, id);
CREATE UNIQUE INDEX folio_comment_corrects ON folio_comment (corrects) WHERE corrects IS NOT NULL;

-- Files that belong to a document. BYTEA is a word of PostgreSQL's; SQLite keeps bytes under any.
CREATE TABLE folio_file (
    id       BIGINT NOT NULL PRIMARY KEY,
    thing    TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    who_id   BIGINT NOT NULL,
    who_name TEXT   NOT NULL,
    name     TEXT   NOT NULL,
    type     TEXT   NOT NULL,                 -- as its bytes look
    size     BIGINT NOT NULL,
    hash     TEXT   NOT NULL,                 -- SHA-256
    content  BYTEA  NOT NULL,                 -- empty: taken away
    form     TEXT   NOT NULL,
    UNIQUE (who_id, who_name, form)
);
CREATE INDEX folio_file_by_thing ON folio_file (thing, id);

CREATE INDEX item_list_number ON item (number, id);
CREATE INDEX item_list_name ON item (name, id);

INSERT INTO numbers (name, last) VALUES ('list view', 0), ('comment', 0), ('file', 0);

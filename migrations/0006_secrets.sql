-- +goose Up

-- What nobody may read: passwords of machines, sealed with a key that is not in this database.
CREATE TABLE secrets (
    name   TEXT   NOT NULL PRIMARY KEY,  -- connection/<id>/password/<mark>
    at     BIGINT NOT NULL,
    sealed TEXT   NOT NULL
);

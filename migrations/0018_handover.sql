-- +goose Up

-- Who has taken over what a signed shift left to the next one: once for each signature.
CREATE TABLE acknowledgements (
    signature BIGINT NOT NULL PRIMARY KEY REFERENCES signatures (id),
    at        BIGINT NOT NULL,
    who_id    BIGINT NOT NULL,
    who_name  TEXT   NOT NULL,
    who_role  TEXT   NOT NULL
);

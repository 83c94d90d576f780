-- +goose Up

-- A user whom a provider of identities vouches for: who that is there. Both are '' for a user with a password.
ALTER TABLE users ADD COLUMN issuer TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN subject TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX users_by_subject ON users (issuer, subject) WHERE subject <> '';

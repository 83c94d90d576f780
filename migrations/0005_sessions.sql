-- +goose Up

-- Whose a session is, since when, and when and where from it was used last. NULL: of a display, or not noted yet.
ALTER TABLE sessions ADD COLUMN user_id BIGINT;
ALTER TABLE sessions ADD COLUMN since_at BIGINT;
ALTER TABLE sessions ADD COLUMN seen_at BIGINT;
ALTER TABLE sessions ADD COLUMN source TEXT;
ALTER TABLE sessions ADD COLUMN agent TEXT;
CREATE INDEX sessions_by_user ON sessions (user_id);

ALTER TABLE users ADD COLUMN signed_in_at BIGINT;   -- NULL: never

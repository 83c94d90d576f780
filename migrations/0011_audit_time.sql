-- +goose Up

-- Who looks for changes of a time goes to that time at once, however many there are after it.
CREATE INDEX audit_by_time ON audit (at, seq);

-- +goose Up

-- What a user does in the business: words of plant.Duty apart by spaces; '' for nothing.
ALTER TABLE users ADD COLUMN duties TEXT NOT NULL DEFAULT '';

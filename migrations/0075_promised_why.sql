-- +goose Up

-- Why a line was promised for its date, where nobody gave it one; '' where somebody did.
ALTER TABLE sales_line ADD COLUMN promise_why TEXT NOT NULL DEFAULT '';
ALTER TABLE purchase_line ADD COLUMN promise_why TEXT NOT NULL DEFAULT '';

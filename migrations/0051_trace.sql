-- +goose Up

-- What was made when, and the report that a move belongs to.
CREATE INDEX stock_move_made ON stock_move (at) WHERE kind = 'production';
CREATE INDEX work_report_by_move ON work_report (first_move) WHERE first_move > 0;

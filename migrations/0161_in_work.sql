-- +goose Up

-- What is in work, by which a page of it and the sum of all are read.
CREATE INDEX work_order_in_work ON work_order (id, issued_value, booked_value, received_value, settled)
    WHERE lifecycle IN ('released', 'started', 'completed') AND (issued_value <> 0 OR booked_value <> 0 OR received_value <> 0);

-- What is short, in the order of its list.
CREATE INDEX work_component_lacking ON work_component (work_order, position) WHERE short > 0;
DROP INDEX work_component_short;

-- +goose Up
-- Orders are found by what the partner calls them, when tables of orders are imported.
CREATE INDEX sales_order_reference ON sales_order (partner, reference, id);
CREATE INDEX purchase_order_reference ON purchase_order (partner, reference, id);

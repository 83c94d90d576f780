-- +goose Up

-- The smallest amount that was paid in the company's currency on the day of an order, in millionths.
ALTER TABLE sales_order ADD COLUMN cent BIGINT NOT NULL DEFAULT 10000;
ALTER TABLE purchase_order ADD COLUMN cent BIGINT NOT NULL DEFAULT 10000;

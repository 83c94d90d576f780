-- +goose Up

-- By which long lists lead to what begins with the words that are looked for.
CREATE INDEX lot_by_theirs ON lot (supplier_lot, id) WHERE supplier_lot <> '';
CREATE INDEX plan_message_by_document ON plan_message (document, id) WHERE document <> '';
CREATE INDEX sales_order_by_theirs ON sales_order (reference, id) WHERE reference <> '';
CREATE INDEX purchase_order_by_theirs ON purchase_order (reference, id) WHERE reference <> '';

-- What the ledger came to at the end of a closed period, all before it included: what is compared with the moves since.
-- NULL: it was closed before this was kept.
ALTER TABLE period ADD COLUMN moves BIGINT;
ALTER TABLE period ADD COLUMN came BIGINT;
ALTER TABLE period ADD COLUMN went BIGINT;
ALTER TABLE period ADD COLUMN beside BIGINT;

-- +goose Up

-- Who the plant buys from and sells to. One partner may be both.
CREATE TABLE partner (
    id        BIGINT  NOT NULL PRIMARY KEY,
    number    TEXT    NOT NULL,
    folded    TEXT    NOT NULL UNIQUE,  -- the number without regard to case
    name      TEXT    NOT NULL,
    customer  BOOLEAN NOT NULL,
    supplier  BOOLEAN NOT NULL,
    terms     TEXT    NOT NULL,   -- of payment, as they are printed
    tax       TEXT    NOT NULL,   -- their number for value added tax
    list      TEXT    NOT NULL,   -- the price list a customer buys by; '': none
    lead_days BIGINT  NOT NULL,   -- a supplier's, until the goods are here; a customer's, on the way
    over_pct  BIGINT  NOT NULL,   -- millionths of a per cent that may come too much
    under_pct BIGINT  NOT NULL,   -- millionths of a per cent that may be missing, and the line is done
    weekdays  BIGINT  NOT NULL,   -- on which goods go: bit 0 is Monday; 0: every day
    closed    TEXT    NOT NULL,   -- dates on which none go, one on each line
    note      TEXT    NOT NULL,
    retired   BOOLEAN NOT NULL,
    version   BIGINT  NOT NULL
);
CREATE INDEX partner_name ON partner (name, id);

CREATE TABLE partner_contact (
    partner BIGINT NOT NULL REFERENCES partner (id),
    place   BIGINT NOT NULL,   -- in the list, from 0
    name    TEXT   NOT NULL,
    task    TEXT   NOT NULL,
    mail    TEXT   NOT NULL,
    phone   TEXT   NOT NULL,
    PRIMARY KEY (partner, place)
);

CREATE TABLE partner_address (
    partner BIGINT NOT NULL REFERENCES partner (id),
    place   BIGINT NOT NULL,   -- in the list, from 0; the first is where goods go
    name    TEXT   NOT NULL,   -- "Works", "Invoices"
    text    TEXT   NOT NULL,   -- as it is written on a letter
    PRIMARY KEY (partner, place)
);

-- What an item costs: by a list, or agreed with one partner.
CREATE TABLE price (
    id         BIGINT NOT NULL PRIMARY KEY,
    side       TEXT   NOT NULL CHECK (side IN ('sales', 'purchase')),
    list       TEXT   NOT NULL,   -- '': agreed with the partner
    partner    BIGINT NOT NULL,   -- 0: of the list
    item       BIGINT NOT NULL,
    unit       TEXT   NOT NULL,   -- of the amount and the break
    least      BIGINT NOT NULL,   -- from this quantity on
    amount     BIGINT NOT NULL CHECK (amount >= 0),   -- of one unit
    valid_from TEXT   NOT NULL,   -- a date; '': always
    valid_to   TEXT   NOT NULL,   -- the last date; '': for ever
    version    BIGINT NOT NULL,
    CHECK ((list = '') <> (partner = 0))
);
CREATE UNIQUE INDEX price_once ON price (side, list, partner, item, unit, least, valid_from);
CREATE INDEX price_item ON price (item, side);

-- What a supplier delivers, and how.
CREATE TABLE supplier_item (
    id        BIGINT  NOT NULL PRIMARY KEY,
    partner   BIGINT  NOT NULL REFERENCES partner (id),
    item      BIGINT  NOT NULL,
    number    TEXT    NOT NULL,   -- theirs
    unit      TEXT    NOT NULL,   -- of the price, the least and the multiple
    price     BIGINT,             -- of one unit, where no other is agreed; NULL: none
    lead_days BIGINT,             -- NULL: the supplier's
    least     BIGINT  NOT NULL,   -- 0: any
    multiple  BIGINT  NOT NULL,   -- 0: any
    preferred BOOLEAN NOT NULL,   -- one of an item's at most
    version   BIGINT  NOT NULL
);
CREATE UNIQUE INDEX supplier_item_once ON supplier_item (partner, item);
CREATE UNIQUE INDEX supplier_item_preferred ON supplier_item (item) WHERE preferred;
CREATE INDEX supplier_item_item ON supplier_item (item);

INSERT INTO numbers (name, last) VALUES ('partner', 0), ('price', 0), ('supplier item', 0);

-- +goose Up

-- What came to be of each item's stock with every 16,384 moves, in posting order: by these, what it was worth after any
-- move is found without all that came since. Kept by the transaction that adds the moves or books a cost.
CREATE TABLE stock_course (
    item  BIGINT NOT NULL,
    block BIGINT NOT NULL,               -- of moves: their number / 16384
    qty   BIGINT NOT NULL,               -- after the last of them
    value BIGINT NOT NULL,
    PRIMARY KEY (item, block)
);

-- The same of all items together.
CREATE TABLE stock_total (
    block BIGINT NOT NULL PRIMARY KEY,
    items BIGINT NOT NULL,               -- of which there is any, or any value
    value BIGINT NOT NULL
);

CREATE INDEX value_entry_by_gain ON value_entry (item, after) WHERE gain <> 0;
CREATE INDEX value_entry_by_move ON value_entry (after) WHERE gain <> 0;

INSERT INTO stock_course (item, block, qty, value)
SELECT item, block, CAST(SUM(qty) OVER run AS BIGINT), CAST(SUM(value) OVER run AS BIGINT)
  FROM (SELECT item, block, SUM(qty) AS qty, SUM(value) AS value
          FROM (SELECT item, number / 16384 AS block, CASE WHEN from_place < 10 AND from_place <> 6 THEN qty ELSE -qty END AS qty, value
                  FROM stock_move WHERE (from_place < 10 AND from_place <> 6) <> (to_place < 10 AND to_place <> 6)
                UNION ALL
                SELECT item, after / 16384, 0, gain FROM value_entry WHERE gain <> 0) moved
         GROUP BY item, block) x
WINDOW run AS (PARTITION BY item ORDER BY block);

INSERT INTO stock_total (block, items, value)
SELECT block, CAST(SUM(items) OVER run AS BIGINT), CAST(SUM(value) OVER run AS BIGINT)
  FROM (SELECT block, SUM(CASE WHEN qty <> 0 OR value <> 0 THEN 1 ELSE 0 END - CASE WHEN old_qty <> 0 OR old_value <> 0 THEN 1 ELSE 0 END) AS items,
               SUM(value - old_value) AS value
          FROM (SELECT block, qty, value, COALESCE(LAG(qty) OVER past, 0) AS old_qty, COALESCE(LAG(value) OVER past, 0) AS old_value
                  FROM stock_course WINDOW past AS (PARTITION BY item ORDER BY block)) x
         GROUP BY block) y
WINDOW run AS (ORDER BY block);

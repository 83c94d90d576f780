package store

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"

	"millwright/internal/mes/trace"
	"millwright/internal/plant"
)

// traces reads moves as a trace follows them.
type traces struct{ s *Store }

var (
	_ trace.Ledger   = traces{}
	_ trace.Floor    = traces{}
	_ trace.Registry = traces{}
)

// Traces reads where material came from and where it went.
func (s *Store) Traces() trace.Ledger { return traces{s} }

// TraceFloor tells where and when orders were worked on.
func (s *Store) TraceFloor() trace.Floor { return traces{s} }

// TraceNames tells what lots and documents are.
func (s *Store) TraceNames() trace.Registry { return traces{s} }

// tracedAtOnce is how many lots or documents one statement asks for.
const tracedAtOnce = 400

// chunks cuts a list into parts that one statement may ask for.
func chunks[T any](all []T, do func(some []T) error) error {
	for len(all) > 0 {
		n := min(tracedAtOnce, len(all))
		if err := do(all[:n]); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

type traceRow struct {
	Number   int64
	Posting  int64
	Item     int64
	Lot      string
	Serial   string
	From     int64 `gorm:"column:from_place"`
	To       int64 `gorm:"column:to_place"`
	Qty      int64
	Document string
	Source   string
	At       int64
	Scrap    bool
	Late     bool
}

func (r traceRow) move() trace.Move {
	return trace.Move{
		Number: r.Number, Posting: r.Posting, Lot: r.lot(), From: r.From, To: r.To, Quantity: plant.Quantity(r.Qty),
		Document: r.Document, Source: r.Source, At: moment(r.At), Scrap: r.Scrap, Late: r.Late,
	}
}

func (r traceRow) lot() trace.Lot {
	if r.Serial != "" {
		return trace.Lot{Item: r.Item, Number: r.Serial, Serial: true}
	}
	return trace.Lot{Item: r.Item, Number: r.Lot}
}

// traceSQL reads moves, less what was taken back of them; what was taken back whole is left out.
func traceSQL(where string) string {
	return `
		SELECT *
		  FROM (SELECT m.number, m.posting, m.item, m.lot, m.serial, m.from_place, m.to_place, m.document, m.source, m.at,
		               CAST(m.qty - COALESCE((SELECT SUM(r.qty) FROM stock_move r WHERE r.reverses = m.number), 0) AS BIGINT) AS qty,
		               COALESCE(w.good <= 0 AND w.scrap > 0, FALSE) AS scrap,
		               EXISTS (SELECT 1 FROM work_component c WHERE c.work_order = w.work_order AND c.item = m.item AND c.policy IN ('per cycle batch', 'at completion')) AS late
		          FROM stock_move m
		          LEFT JOIN work_report w ON w.first_move = m.posting AND w.first_move > 0
		         WHERE m.reverses IS NULL AND ` + where + `) x
		 WHERE qty > 0
		 ORDER BY number`
}

// scan adds the moves that a statement finds.
func (k traces) scan(db *gorm.DB, into *[]trace.Move, where string, args ...any) error {
	var rows []traceRow
	if err := db.Raw(traceSQL(where), args...).Scan(&rows).Error; err != nil {
		return err
	}
	for _, r := range rows {
		*into = append(*into, r.move())
	}
	return nil
}

// byKind puts the numbers of lots together that one statement can ask for.
func byKind(lots []trace.Lot) map[trace.Lot][]string {
	all := map[trace.Lot][]string{}
	for _, l := range lots {
		if l.Tracked() {
			k := trace.Lot{Item: l.Item, Serial: l.Serial}
			all[k] = append(all[k], text(l.Number))
		}
	}
	return all
}

// Moves gives every move of lots.
func (k traces) Moves(ctx context.Context, lots []trace.Lot) (all []trace.Move, err error) {
	err = k.s.read(ctx, "read the moves of lots", func(db *gorm.DB) error {
		for of, numbers := range byKind(lots) {
			where := "m.item = ? AND m.lot IN ? AND m.lot <> '' AND m.serial = ''"
			if of.Serial {
				where = "m.item = ? AND m.serial IN ? AND m.serial <> ''"
			}
			if err := chunks(numbers, func(some []string) error { return k.scan(db, &all, where, of.Item, some) }); err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}

// Orders gives every move of orders.
func (k traces) Orders(ctx context.Context, documents []string) (all []trace.Move, err error) {
	err = k.s.read(ctx, "read the moves of orders", func(db *gorm.DB) error {
		return chunks(documents, func(some []string) error {
			return k.scan(db, &all, "m.document IN ? AND m.document <> ''", some)
		})
	})
	return all, err
}

// Within gives the serials of lots.
func (k traces) Within(ctx context.Context, lots []trace.Lot) (all []trace.Lot, err error) {
	err = k.s.read(ctx, "find the serials of lots", func(db *gorm.DB) error {
		for of, numbers := range byKind(lots) {
			if of.Serial {
				continue
			}
			err := chunks(numbers, func(some []string) error {
				var serials []string
				err := db.Raw(`
					SELECT DISTINCT serial
					  FROM stock_move
					 WHERE item = ? AND lot IN ? AND lot <> '' AND serial <> ''
					 ORDER BY serial`, of.Item, some).Scan(&serials).Error
				for _, s := range serials {
					all = append(all, trace.Lot{Item: of.Item, Number: s, Serial: true})
				}
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}

// Named gives lots as they stand in the stock.
func (k traces) Named(ctx context.Context, lots []trace.Lot) (map[trace.Lot]trace.Named, error) {
	all := map[trace.Lot]trace.Named{}
	err := k.s.read(ctx, "name lots", func(db *gorm.DB) error {
		for of, numbers := range byKind(lots) {
			err := chunks(numbers, func(some []string) error {
				var rows []struct {
					Lot        lotRow `gorm:"embedded"`
					ItemNumber string
					ItemName   string
					Unit       string
				}
				err := db.Raw(`
					SELECT lot.*, item.number AS item_number, item.name AS item_name, item.unit
					  FROM lot
					  JOIN item ON item.id = lot.item
					 WHERE lot.item = ? AND lot.number IN ? AND lot.serial = ?`, of.Item, some, of.Serial).Scan(&rows).Error
				for _, r := range rows {
					l := trace.Lot{Item: of.Item, Number: r.Lot.Number, Serial: of.Serial}
					all[l] = trace.Named{Lot: r.Lot.lot(), ItemNumber: r.ItemNumber, ItemName: r.ItemName, Unit: r.Unit}
				}
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}

// Buyers gives who customers' orders are for.
func (k traces) Buyers(ctx context.Context, documents []string) (map[string]trace.Buyer, error) {
	all := map[string]trace.Buyer{}
	err := k.s.read(ctx, "name customers", func(db *gorm.DB) error {
		return chunks(documents, func(some []string) error {
			var rows []struct {
				Document, Number, Name string
				Partner                int64
			}
			err := db.Raw(`
				SELECT 'sales/' || o.id AS document, o.number, o.partner, p.name
				  FROM sales_order o
				  JOIN partner p ON p.id = o.partner
				 WHERE o.id IN ?`, idsOf("sales", some)).Scan(&rows).Error
			for _, r := range rows {
				all[r.Document] = trace.Buyer{Partner: r.Partner, Name: r.Name, Number: r.Number}
			}
			return err
		})
	})
	return all, err
}

// Good gives the lots of an item that were made before a time and may be used.
func (k traces) Good(ctx context.Context, item int64, before time.Time, limit int) (all []trace.Lot, err error) {
	var rows []lotRow
	err = k.s.read(ctx, "find the last good lots", func(db *gorm.DB) error {
		return db.Raw(`
			SELECT l.*
			  FROM lot l
			 WHERE l.item = ? AND l.state = 'free' AND l.came_at < ?
			   AND EXISTS (SELECT 1 FROM stock_move m
			                WHERE m.item = l.item AND m.kind = 'production'
			                  AND (m.lot = l.number AND m.lot <> '' AND NOT l.serial OR m.serial = l.number AND m.serial <> '' AND l.serial))
			 ORDER BY l.came_at DESC, l.id DESC
			 LIMIT ?`, item, before.UnixMicro(), limit).Scan(&rows).Error
	})
	for _, r := range rows {
		all = append(all, trace.Lot{Item: r.Item, Number: r.Number, Serial: r.Serial})
	}
	return all, err
}

// idsOf are the ids of documents of one kind.
func idsOf(kind string, documents []string) (ids []int64) {
	for _, d := range documents {
		if id := numberAfter(d, kind+"/"); id > 0 {
			ids = append(ids, id)
		}
	}
	return ids
}

func numberAfter(s, prefix string) (n int64) {
	digits, is := strings.CutPrefix(s, prefix)
	if !is || digits == "" || len(digits) > 18 {
		return 0
	}
	for _, c := range []byte(digits) {
		if c < '0' || c > '9' {
			return 0
		}
		n = n*10 + int64(c-'0')
	}
	return n
}

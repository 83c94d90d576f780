package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"millwright/internal/erp/costing"
	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// ahead is how far before the database's clock a posting may be dated: machines' clocks differ a little.
const ahead = 5 * time.Minute

// poster posts moves: it loads what they touch, works it all out, and writes it down. All postings pass one by one,
// because the number of the next move is one row; whoever posts in a transaction of their own audits there. Several
// postings that come together are worked out one after the other, and read and written at once.
type poster struct {
	tx    *gorm.DB
	d     dialect
	all   []sending
	moves []stock.Move // of all of them
	part  []*sending   // of each move
	now   time.Time

	first  int64
	goods  map[int64]*goods
	places map[int64]placeRow
	lots   map[lotKey]*lotRow
	born   []*lotRow
	shelf  map[shelfKey]*shelf
	origin map[int64]*moveRow // that are reversed, in whole or part
	back   map[int64]int64    // of which so much was reversed already
	draws  map[int64][]drawRow
	worn   []drawRow // draws after reversals; of nothing: they go
	drawn  []drawRow
	stakes []*reservationRow
	staked map[int64]int64 // what was reserved before, by the reservation
	beyond map[int64]int64 // used of items beyond what was set aside for the documents
	kept   []stock.Kept
	notes  []valueEntryRow
	course course
}

// sending is one of the postings that are made together.
type sending struct {
	stock.Posting
	first int64
	at    time.Time
}

// goods is what is to be known of an item to move it.
type goods struct {
	ID        int64  `gorm:"column:id"`
	Number    string `gorm:"column:number"`
	Kind      string `gorm:"column:kind"`
	Tracking  string `gorm:"column:tracking"`
	ShelfDays int64  `gorm:"column:shelf_days"`
	Valuation string `gorm:"column:valuation"`
	Standard  int64  `gorm:"column:standard_cost"`
	Retired   bool   `gorm:"column:retired"`
	worth     valueRow
	isNew     bool
	changed   bool
	layers    costing.Stock
	before    map[int64]costing.Layer
	takes     plant.Quantity // by all moves of the posting
	receipts  []int64        // whose layers are touched by name
	all       bool           // its layers are needed
	last      int64          // receipt whose layer is loaded; -1: none
	there     plant.Quantity // in the layers that are loaded
}

type lotKey struct {
	item   int64
	number string
	serial bool
}

// shelf is a balance, before and after.
type shelf struct {
	balanceRow
	there bool
	was   balanceRow
}

// postStock adds moves to the ledger of material in the caller's transaction, which audits them too.
func postStock(tx *gorm.DB, d dialect, p stock.Posting) (stock.Posted, error) {
	done, err := postStocks(tx, d, []stock.Posting{p})
	if err != nil {
		return stock.Posted{}, err
	}
	return done[0], nil
}

// postStocks makes several postings, all or none. Only one that comes alone may have a key.
func postStocks(tx *gorm.DB, d dialect, all []stock.Posting) ([]stock.Posted, error) {
	w := &poster{tx: tx, d: d, all: make([]sending, len(all)), beyond: map[int64]int64{}}
	for i := range all {
		if err := all[i].Check(); err != nil {
			return nil, err
		}
		s := &w.all[i]
		s.Posting = clean(all[i])
		for _, m := range s.Moves {
			w.moves, w.part = append(w.moves, m), append(w.part, s)
		}
	}
	if again, known, err := w.begin(); err != nil {
		return nil, err
	} else if known {
		return []stock.Posted{again}, nil
	}
	for _, step := range []func() error{w.dated, w.loadGoods, w.loadPlaces, w.loadLots, w.loadReversed, w.loadShelves, w.loadStakes, w.loadWorth, w.move, w.write, w.keeps} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	done := make([]stock.Posted, len(w.all))
	for i, s := range w.all {
		n := int64(len(s.Moves))
		done[i] = stock.Posted{First: s.first, Last: s.first + n - 1, At: s.at, Moves: w.kept[s.first-w.first:][:n]}
	}
	return done, nil
}

// clean makes the words of a posting fit to be kept, and its time as exact as a kept one.
func clean(p stock.Posting) stock.Posting {
	p.Key, p.Why = text(p.Key), text(p.Why)
	moves := make([]stock.Move, len(p.Moves))
	for i, m := range p.Moves {
		m.Revision, m.Lot, m.Serial, m.Document, m.Source = text(m.Revision), text(m.Lot), text(m.Serial), text(m.Document), text(m.Source)
		moves[i] = m
	}
	p.Moves = moves
	return p
}

// digest tells one posting from another.
func digest(p stock.Posting) (string, error) {
	b, err := json.Marshal(struct {
		At    time.Time
		By    int64
		Why   string
		Moves []stock.Move
	}{p.At.UTC(), p.By.ID, p.Why, p.Moves})
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), err
}

// begin takes the numbers, and lets other postings wait. A posting whose key is known is answered as it was.
func (w *poster) begin() (again stock.Posted, known bool, err error) {
	var last, us int64
	err = w.tx.Raw("UPDATE numbers SET last = last + ? WHERE name = 'stock move' RETURNING last, "+w.d.now(), len(w.moves)).Row().Scan(&last, &us)
	if err != nil {
		return again, false, fmt.Errorf("take a number for a stock move: %w", err)
	}
	w.first, w.now = last-int64(len(w.moves))+1, moment(us)
	rows, first := make([][]any, len(w.all)), w.first
	for i := range w.all {
		s := &w.all[i]
		sum, err := digest(s.Posting)
		if err != nil {
			return again, false, err
		}
		var key *string
		if s.Key != "" {
			if again, known, err = w.known(s, sum); known || err != nil {
				return again, known, err
			}
			key = &s.Key
		}
		if s.at = s.At.UTC(); s.at.IsZero() {
			s.at = w.now
		}
		s.at, s.first = moment(s.at.UnixMicro()), first
		first += int64(len(s.Moves))
		who := byOf(s.By)
		rows[i] = []any{s.first, first - 1, key, sum, s.at.UnixMicro(), us, who.ID, who.Name, who.Role, s.Why}
	}
	_, err = w.d.run(w.tx, inserting("stock_posting", "", "first_move bigint", "last_move bigint", "key text", "digest text", "at bigint", "posted_at bigint",
		"who_id bigint", "who_name text", "who_role text", "why text"), rows)
	return again, false, err
}

// known finds the posting that was made with the same key.
func (w *poster) known(s *sending, sum string) (again stock.Posted, known bool, err error) {
	if len(w.all) > 1 {
		return again, false, errors.New("post stock: of several postings none may have a key")
	}
	var was postingRow
	err = w.tx.Take(&was, "key = ?", s.Key).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return again, false, nil
	case err == nil:
		again, err = w.repeat(was, sum)
	}
	return again, true, err
}

// repeat gives the answer of a posting that was made with the same key, and gives back the numbers.
func (w *poster) repeat(was postingRow, sum string) (stock.Posted, error) {
	if err := w.tx.Exec("UPDATE numbers SET last = last - ? WHERE name = 'stock move'", len(w.moves)).Error; err != nil {
		return stock.Posted{}, err
	}
	if was.Digest != sum {
		return stock.Posted{}, errs.New(errs.Invalid, "post stock: this key was used for another posting; make a new key for each")
	}
	var rows []moveRow
	err := w.tx.Where("number BETWEEN ? AND ?", was.First, was.Last).Order("number").Find(&rows).Error
	out := stock.Posted{First: was.First, Last: was.Last, At: moment(was.At), Again: true}
	for _, r := range rows {
		out.Moves = append(out.Moves, r.kept())
	}
	return out, err
}

// dated refuses what lies ahead, or in a closed period.
func (w *poster) dated() error {
	from, to := w.all[0].at, w.all[0].at
	for _, s := range w.all {
		if s.at.After(w.now.Add(ahead)) {
			return errs.New(errs.Invalid, "post stock: %s lies ahead; post it when it has happened", s.at.Format("2 January 2006 15:04"))
		}
		if to = latest(to, s.at); s.at.Before(from) {
			from = s.at
		}
	}
	closed, err := closedIn(w.tx, from, to)
	for _, s := range w.all {
		if err == nil {
			err = closed.open(s.at)
		}
	}
	return err
}

// closedPeriods are those of a time in which nothing may change any more.
type closedPeriods []periodRow

// closedIn finds them.
func closedIn(tx *gorm.DB, from, to time.Time) (all closedPeriods, err error) {
	return all, tx.Raw("SELECT * FROM period WHERE state = 'closed' AND to_at > ? AND from_at <= ? ORDER BY from_at LIMIT 1000", from.UnixMicro(), to.UnixMicro()).Scan(&all).Error
}

// open refuses a time in one of them.
func (all closedPeriods) open(at time.Time) error {
	for _, p := range all {
		if us := at.UnixMicro(); p.ToAt > us && p.FromAt <= us {
			return errs.New(errs.Conflict, "post stock: period %s is closed, and %s lies in it; date it in an open period", p.Name, at.Format("2 January 2006"))
		}
	}
	return nil
}

// openAt refuses a time in a closed period.
func openAt(tx *gorm.DB, at time.Time) error {
	closed, err := closedIn(tx, at, at)
	if err != nil {
		return err
	}
	return closed.open(at)
}

// fail names the move of several that something is wrong with.
func (w *poster) fail(i int, err error) error {
	if known := (*errs.Error)(nil); err != nil && errors.As(err, &known) {
		words, s := known.Words, w.part[i]
		if i -= int(s.first - w.first); len(s.Moves) > 1 {
			words = fmt.Sprintf("move %d: %s", i+1, words)
		}
		return &errs.Error{Kind: known.Kind, Words: "post stock: " + words, Fields: []errs.Field{{Path: fmt.Sprintf("moves[%d]", i), Message: known.Words}}}
	}
	return err
}

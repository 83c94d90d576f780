package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/erp/mrp/desk"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

var _ desk.Kanban = plans{}

// Kanban keeps loops and their cards.
func (s *Store) Kanban() desk.Kanban { return plans{s: s} }

// Loops gives all loops, with their cards.
func (k plans) Loops(ctx context.Context) (all []desk.Loop, err error) {
	err = k.s.read(ctx, "read the kanban loops", func(db *gorm.DB) error {
		all, err = loopsOf(db, 0)
		return err
	})
	return all, err
}

// Loop gives one.
func (k plans) Loop(ctx context.Context, id int64) (l desk.Loop, err error) {
	err = k.s.read(ctx, "read a kanban loop", func(db *gorm.DB) error {
		l, err = loopOf(db, id)
		return err
	})
	return l, err
}

func loopOf(db *gorm.DB, id int64) (desk.Loop, error) {
	all, err := loopsOf(db, id)
	if err == nil && len(all) == 0 {
		err = errs.New(errs.NotFound, "there is no such kanban loop")
	}
	if err != nil {
		return desk.Loop{}, err
	}
	return all[0], nil
}

func loopsOf(db *gorm.DB, id int64) ([]desk.Loop, error) {
	var rows []struct {
		Loop   loopRow `gorm:"embedded"`
		Number string
		Name   string
	}
	err := db.Raw(`
		SELECT l.*, i.number, i.name
		  FROM kanban_loop l
		  JOIN item i ON i.id = l.item
		 WHERE (? = 0 OR l.id = ?)
		 ORDER BY l.retired, i.number, l.id
		 LIMIT 5000`, id, id).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	var cards []cardRow
	if err := db.Where("? = 0 OR loop = ?", id, id).Order("loop, id").Limit(mostOpen).Find(&cards).Error; err != nil {
		return nil, err
	}
	of := map[int64][]desk.Card{}
	for _, c := range cards {
		of[c.Loop] = append(of[c.Loop], c.card())
	}
	all := make([]desk.Loop, len(rows))
	for i, r := range rows {
		all[i] = desk.Loop{
			ID: r.Loop.ID, Item: r.Loop.Item, Number: r.Number, Name: r.Name, Supply: r.Loop.Supply, Place: r.Loop.Place, Line: r.Loop.Line,
			Quantity: plant.Quantity(r.Loop.Quantity), Note: r.Loop.Note, Retired: r.Loop.Retired, Version: r.Loop.Version, Cards: of[r.Loop.ID],
		}
	}
	return all, nil
}

// SetLoop keeps a loop with so many cards.
func (k plans) SetLoop(ctx context.Context, asked desk.Loop, cards int, by desk.Doing) (l desk.Loop, err error) {
	if err := asked.Check(cards); err != nil {
		return asked, err
	}
	err = k.s.write(ctx, "keep a kanban loop", func(tx *gorm.DB) error {
		l = asked
		answer, again, err := knownWork(tx, workorder.Doing(by), "loop", struct {
			Loop  desk.Loop
			Cards int
		}{asked, cards})
		if err == nil && again {
			l, err = loopOf(tx, answer)
		}
		if again || err != nil {
			return err
		}
		was, err := k.loopBefore(tx, &l)
		if err != nil {
			return err
		}
		if err := k.keepLoop(tx, &l, was, cards); err != nil {
			return err
		}
		if err := answerWork(tx, workorder.Doing(by), l.ID); err != nil {
			return err
		}
		old := ""
		if was.ID != 0 {
			old = loopWords(was)
		}
		_, err = k.s.audit(tx, access.Entry{Who: by.By, What: "kanban.loop", On: documentOf("item", l.Item), Old: old, New: loopWords(l), Why: by.Why})
		return err
	})
	return l, err
}

// keepLoop writes a loop, and reads it with the cards that it has then.
func (k plans) keepLoop(tx *gorm.DB, l *desk.Loop, was desk.Loop, cards int) (err error) {
	row := loopRow{l.ID, l.Item, l.Supply, l.Place, text(l.Line), int64(l.Quantity), text(l.Note), l.Retired, was.Version + 1}
	if was.ID == 0 {
		err = tx.Create(&row).Error
	} else {
		err = tx.Model(&row).Select("*").Updates(&row).Error
	}
	if err != nil {
		return err
	}
	if err := k.deal(tx, l.ID, was.Cards, cards); err != nil {
		return err
	}
	*l, err = loopOf(tx, l.ID)
	return err
}

// loopBefore finds the loop as it is, or numbers a new one.
func (k plans) loopBefore(tx *gorm.DB, l *desk.Loop) (was desk.Loop, err error) {
	var found int64
	if err := tx.Raw("SELECT COUNT(*) FROM item WHERE id = ? AND (? OR NOT retired)", l.Item, l.Retired).Scan(&found).Error; err != nil || found == 0 {
		return was, errOr(err, &errs.Error{Kind: errs.Invalid, Words: "this cannot be a kanban loop", Fields: []errs.Field{{Path: "item", Message: "There is no such item."}}})
	}
	if l.ID == 0 {
		l.ID, err = next(tx, "kanban loop", 1)
		return was, err
	}
	if err := k.s.dialect.queue(tx, documentOf("kanban", l.ID)); err != nil {
		return was, err
	}
	if was, err = loopOf(tx, l.ID); err != nil {
		return was, err
	}
	if was.Version != l.Version {
		return was, conflict("somebody has changed this loop meanwhile; look again")
	}
	return was, nil
}

func loopWords(l desk.Loop) string {
	words := fmt.Sprintf("%s %s of %s by %d cards", l.Supply, l.Quantity, l.Number, len(l.Cards))
	if l.Retired {
		words += ", retired"
	}
	return words
}

// deal makes a loop have so many cards.
func (k plans) deal(tx *gorm.DB, loop int64, has []desk.Card, want int) error {
	at, err := k.s.at(tx)
	if err != nil {
		return err
	}
	for n := len(has); n < want; n++ {
		id, err := next(tx, "kanban card", 1)
		if err != nil {
			return err
		}
		row := cardRow{ID: id, Code: fmt.Sprintf("KB-%06d", id), Loop: loop, State: string(desk.Full), At: at.UnixMicro(), Version: 1}
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
	}
	surplus := len(has) - want
	for i := len(has) - 1; i >= 0 && surplus > 0; i-- {
		if has[i].State != desk.Full {
			continue
		}
		if err := tx.Exec("DELETE FROM kanban_card WHERE id = ?", has[i].ID).Error; err != nil {
			return err
		}
		surplus--
	}
	if surplus > 0 {
		return conflict("%d of the cards that are too many are on their way; take them out when their boxes are full", surplus)
	}
	return nil
}

// Card finds a card by its code.
func (k plans) Card(ctx context.Context, code string) (card desk.Card, err error) {
	err = k.s.read(ctx, "find a kanban card", func(db *gorm.DB) error {
		var row cardRow
		err := takeOne(db.Where("code = ?", text(code)), &row, "there is no card "+errs.Clip(code))
		card = row.card()
		return err
	})
	return card, err
}

// ScanCard scans a card: it orders, or its box is full again.
func (k plans) ScanCard(ctx context.Context, s desk.Scanning, by desk.Doing) (card desk.Card, err error) {
	code := s.Code
	err = k.s.write(ctx, "scan a kanban card", func(tx *gorm.DB) error {
		if err := k.s.dialect.queue(tx, "kanban/"+text(code)); err != nil {
			return err
		}
		var row cardRow
		if err := takeOne(tx.Where("code = ?", text(code)), &row, "there is no card "+errs.Clip(code)); err != nil {
			return err
		}
		answer, again, err := knownWork(tx, workorder.Doing(by), "scan", code)
		if card = row.card(); again || err != nil {
			_ = answer
			return err
		}
		if s.Version != 0 && s.Version != row.Version {
			return conflict("card %s was scanned meanwhile: it is %s now", row.Code, row.State)
		}
		l, err := loopOf(tx, row.Loop)
		if err != nil {
			return err
		}
		if l.Retired {
			return conflict("the loop of card %s is not used any more", row.Code)
		}
		old := row.State
		row.State, row.Version = string(card.State.Scan()), row.Version+1
		row.Document = ""
		if row.State == string(desk.Ordered) {
			if row.Document, err = k.cardOrder(tx, l, s.Today, by); err != nil {
				return err
			}
		}
		at, err := k.s.at(tx)
		if err != nil {
			return err
		}
		row.At = at.UnixMicro()
		if err := tx.Model(&row).Select("*").Updates(&row).Error; err != nil {
			return err
		}
		card = row.card()
		_, err = k.s.audit(tx, access.Entry{Who: by.By, What: "kanban.scan", On: documentOf("item", l.Item), Old: row.Code + " " + old, New: row.Code + " " + row.State + " " + row.Document, Why: by.Why})
		return err
	})
	return card, err
}

// cardOrder orders what a card is for.
func (k plans) cardOrder(tx *gorm.DB, l desk.Loop, today plant.Date, by desk.Doing) (string, error) {
	var lead int64
	if err := tx.Raw("SELECT lead_days FROM item WHERE id = ?", l.Item).Scan(&lead).Error; err != nil {
		return "", err
	}
	due := plannedDue(today, lead)
	if l.Supply == "buy" {
		return k.request(tx, desk.Request{Item: l.Item, Quantity: l.Quantity, Due: due, Today: today}, by)
	}
	o, err := works{k.s}.create(tx, workorder.Order{Item: l.Item, Quantity: l.Quantity, Line: l.Line, Begin: today, Due: due, Lifecycle: workorder.Firmed, Note: "by kanban"}, workorder.Doing{By: by.By, Why: by.Why})
	return o.Document(), err
}

package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/errs"
)

// orders keeps sales and purchase orders.
type orders struct{ s *Store }

var _ order.Book = orders{}

// Orders keeps sales and purchase orders.
func (s *Store) Orders() order.Book { return orders{s} }

// Order gives an order.
func (k orders) Order(ctx context.Context, side order.Side, id int64) (o order.Order, err error) {
	b, err := bookOf(side)
	if err != nil {
		return o, err
	}
	err = k.s.read(ctx, "find an order", func(db *gorm.DB) error {
		o, err = b.order(db, id)
		return err
	})
	return o, err
}

// Create keeps a new quote or request.
func (k orders) Create(ctx context.Context, d order.Draft, by order.Doing) (o order.Order, err error) {
	d.ID, d.Version = 0, 0
	b, err := bookOf(d.Side)
	if err != nil {
		return o, err
	}
	err = k.s.write(ctx, "keep an order", func(tx *gorm.DB) error {
		id, again, err := k.known(tx, by, "create", d)
		if again && err == nil {
			o, err = b.order(tx, id)
		}
		if again || err != nil {
			return err
		}
		if o, err = k.compose(tx, d, nil); err != nil {
			return err
		}
		if o.ID, err = next(tx, string(b.side), 1); err != nil {
			return err
		}
		o.Number, o.By = fmt.Sprintf("%s%06d", b.prefix, o.ID), by.By.Name
		if o.Created, err = k.s.at(tx); err != nil {
			return err
		}
		if err := b.keep(tx, nil, &o); err != nil {
			return err
		}
		if err := k.reserve(tx, o, by); err != nil {
			return err
		}
		return k.tell(tx, by, telling{what: "create", is: o, asked: d, answer: o.ID})
	})
	return o, err
}

// Change makes an order what a draft says.
func (k orders) Change(ctx context.Context, d order.Draft, by order.Doing) (order.Order, error) {
	return k.alter(ctx, altering{d.Side, d.ID, d.Version, "change", d}, by, func(tx *gorm.DB, was order.Order) (order.Order, error) {
		return k.compose(tx, d, &was)
	})
}

// Step takes an order a step on.
func (k orders) Step(ctx context.Context, s order.Step, by order.Doing) (order.Order, error) {
	return k.alter(ctx, altering{s.Side, s.ID, s.Version, string(s.Do), s}, by, func(tx *gorm.DB, was order.Order) (order.Order, error) {
		o, err := was.Take(s)
		if err == nil && s.Do == order.Confirm {
			o.FirmAt, err = k.s.at(tx)
		}
		return o, err
	})
}

// altering is a command that changes an order.
type altering struct {
	side        order.Side
	id, version int64
	what        string
	asked       any
}

// alter changes an order. All who change one pass one by one.
func (k orders) alter(ctx context.Context, a altering, by order.Doing, change func(*gorm.DB, order.Order) (order.Order, error)) (o order.Order, err error) {
	b, err := bookOf(a.side)
	if err != nil {
		return o, err
	}
	err = k.s.write(ctx, a.what+" "+order.Ref(a.side, a.id), func(tx *gorm.DB) error {
		was, again, err := k.begin(tx, b, a, by)
		if o = was; again || err != nil {
			return err
		}
		if o, err = change(tx, was); err != nil {
			return err
		}
		old, now := order.Changes(was, o)
		if old == now {
			return nil
		}
		if err := b.keep(tx, &was, &o); err != nil {
			return err
		}
		if err := errors.Join(k.reserve(tx, o, by), b.reserved(tx, &o)); err != nil {
			return err
		}
		return k.tell(tx, by, telling{what: a.what, was: &was, is: o, asked: a.asked, answer: o.ID})
	})
	return o, err
}

// begin lets one in at a time, tells who repeats a command from who is too late, and gives the order as it is.
func (k orders) begin(tx *gorm.DB, b book, a altering, by order.Doing) (was order.Order, again bool, err error) {
	if err := k.s.dialect.queue(tx, order.Ref(b.side, a.id)); err != nil {
		return was, false, err
	}
	_, again, err = k.known(tx, by, a.what, a.asked)
	if err != nil {
		return was, false, err
	}
	if was, err = b.order(tx, a.id); err != nil || again {
		return was, again, err
	}
	if was.Version != a.version {
		return was, false, conflict("somebody has changed %s meanwhile; look again", was.Number)
	}
	return was, false, nil
}

// compose makes an order of a draft with all that is known of what it names.
func (k orders) compose(tx *gorm.DB, d order.Draft, was *order.Order) (order.Order, error) {
	known := order.Known{Was: was, Cent: k.s.cent()}
	var err error
	if known.Partner, err = numberedIn(tx, d.Partner); err != nil && errs.KindOf(err) != errs.NotFound {
		return order.Order{}, err
	}
	var numbers []string
	for _, l := range d.Lines[:min(len(d.Lines), order.MostLines)] {
		numbers = append(numbers, foldedNumber(l.Item))
	}
	known.Items = map[string]order.Item{}
	if len(numbers) > 0 {
		if known.Items, err = orderItems(tx, "folded IN ?", numbers); err != nil {
			return order.Order{}, err
		}
	}
	if known.Partner.ID != 0 {
		if err := priced(tx, d.Side, &known); err != nil {
			return order.Order{}, err
		}
	}
	return order.Compose(d, known)
}

// priced reads the prices of what is known.
func priced(tx *gorm.DB, side order.Side, k *order.Known) error {
	for _, i := range k.Items {
		prices, err := pricesIn(tx, partner.Ask{Side: side, Item: i.ID, Partner: k.Partner.ID, List: k.Partner.List})
		if err != nil {
			return err
		}
		k.Prices = append(k.Prices, prices...)
		if side != partner.Purchase {
			continue
		}
		supplies, err := suppliesIn(tx, k.Partner.ID, i.ID)
		if err != nil {
			return err
		}
		k.Supplies = append(k.Supplies, supplies...)
	}
	return nil
}

// telling is what the audit, and who repeats a command, are told.
type telling struct {
	what   string
	was    *order.Order
	is     order.Order
	paper  *order.Paper
	asked  any
	answer int64
}

// tell keeps a command's answer and its entry in the audit: the last step of its transaction.
func (k orders) tell(tx *gorm.DB, by order.Doing, t telling) error {
	if err := k.answer(tx, by, t.what, t.asked, t.answer); err != nil {
		return err
	}
	e := access.Entry{Who: by.By, What: string(t.is.Side) + "." + t.what, On: t.is.Ref(), Why: by.Why}
	if t.was != nil {
		e.Old, e.New = order.Changes(*t.was, t.is)
	} else {
		_, e.New = order.Changes(order.Order{Side: t.is.Side}, t.is)
	}
	if t.paper != nil {
		e.Old, e.New = "", t.paper.Told()+"\nstate: "+t.is.State().Word(t.is.Side)
	}
	_, err := k.s.audit(tx, e)
	return err
}

// commandRow is what was asked for with a key, and what came of it.
type commandRow struct {
	WhoID   int64  `gorm:"column:who_id;primaryKey;autoIncrement:false"`
	WhoName string `gorm:"column:who_name;primaryKey"`
	Key     string `gorm:"column:key;primaryKey"`
	Asked   string `gorm:"column:asked"`
	Answer  int64  `gorm:"column:answer"`
}

// TableName is the row's table.
func (commandRow) TableName() string { return "order_command" }

// commandDigest is a command as it is told from another of the same key.
func commandDigest(what string, asked any) (string, error) {
	b, err := json.Marshal(asked)
	if err != nil {
		return "", fmt.Errorf("remember a command: %w", err)
	}
	sum := sha256.Sum256(append([]byte(what+"\n"), b...))
	return hex.EncodeToString(sum[:]), nil
}

// known finds the answer to the same command of the same person.
func (k orders) known(tx *gorm.DB, by order.Doing, what string, asked any) (answer int64, again bool, err error) {
	if by.Key == "" {
		return 0, false, nil
	}
	if err := k.s.dialect.queue(tx, fmt.Sprintf("command/%d/%s", by.By.ID, text(by.Key))); err != nil {
		return 0, false, err
	}
	var row commandRow
	err = takeOne(tx.Where("who_id = ? AND who_name = ? AND key = ?", by.By.ID, text(by.By.Name), text(by.Key)), &row, "")
	if errs.KindOf(err) == errs.NotFound {
		return 0, false, nil
	} else if err != nil {
		return 0, false, err
	}
	sum, err := commandDigest(what, asked)
	if err == nil && sum != row.Asked {
		err = errs.New(errs.Invalid, "this key was used for another request; make a new key for each")
	}
	return row.Answer, true, err
}

// answer keeps the answer to a command that has a key.
func (k orders) answer(tx *gorm.DB, by order.Doing, what string, asked any, answer int64) error {
	if by.Key == "" {
		return nil
	}
	if len(by.Key) > 200 {
		return errs.New(errs.Invalid, "a key has 200 characters at most")
	}
	sum, err := commandDigest(what, asked)
	if err != nil {
		return err
	}
	err = tx.Create(&commandRow{by.By.ID, text(by.By.Name), text(by.Key), sum, answer}).Error
	if duplicate(err) {
		return errors.Join(conflict("the same request is being worked on; ask again in a moment"), err)
	}
	return err
}

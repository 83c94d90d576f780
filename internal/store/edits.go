package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/plant"
)

// edits keeps what people say about the time of the lines.
type edits struct{ s *Store }

var _ edit.Edits = edits{}

type editRow struct {
	ID       int64   `gorm:"column:id;primaryKey;autoIncrement:false"`
	Line     string  `gorm:"column:line"`
	Kind     string  `gorm:"column:kind"`
	FromAt   int64   `gorm:"column:from_at"`
	ToAt     int64   `gorm:"column:to_at"`
	CutAt    *int64  `gorm:"column:cut_at"`
	Reason   string  `gorm:"column:reason"`
	Category int64   `gorm:"column:category"`
	Comment  string  `gorm:"column:comment"`
	Good     int64   `gorm:"column:good"`
	Reject   int64   `gorm:"column:reject"`
	Cycle    int64   `gorm:"column:cycle"`
	Product  string  `gorm:"column:product"`
	Counter  int64   `gorm:"column:counter"`
	Job      string  `gorm:"column:job"`
	Undoes   *int64  `gorm:"column:undoes"`
	Shapes   bool    `gorm:"column:shapes"`
	At       int64   `gorm:"column:at"`
	WhoID    int64   `gorm:"column:who_id"`
	WhoName  string  `gorm:"column:who_name"`
	WhoRole  string  `gorm:"column:who_role"`
	Key      *string `gorm:"column:key"`
}

// TableName is the row's table.
func (editRow) TableName() string { return "edits" }

func (r editRow) edit() edit.Edit {
	e := edit.Edit{
		ID: r.ID, Line: plant.LineID(r.Line), Kind: edit.Kind(r.Kind), From: moment(r.FromAt), To: moment(r.ToAt), Cut: known(r.CutAt),
		Reason: r.Reason, Category: oee.Category(r.Category), Comment: r.Comment, Good: plant.Quantity(r.Good), Reject: plant.Quantity(r.Reject),
		Cycle: time.Duration(r.Cycle), Product: r.Product, Counter: plant.Quantity(r.Counter), Job: r.Job, Shapes: r.Shapes, At: moment(r.At),
		By: plant.Person{ID: r.WhoID, Name: r.WhoName, Role: roleOf(r.WhoRole)},
	}
	if r.Undoes != nil {
		e.Undoes = *r.Undoes
	}
	if r.Key != nil {
		e.Key = *r.Key
	}
	return e
}

func rowOfEdit(e edit.Edit) editRow {
	r := editRow{
		Line: text(string(e.Line)), Kind: text(string(e.Kind)), FromAt: e.From.UnixMicro(), ToAt: e.To.UnixMicro(), CutAt: maybe(e.Cut),
		Reason: text(e.Reason), Category: int64(e.Category), Comment: text(e.Comment), Good: int64(e.Good), Reject: int64(e.Reject),
		Cycle: int64(e.Cycle), Product: text(e.Product), Counter: int64(e.Counter), Job: text(e.Job), Shapes: e.Kind.Shapes(),
		WhoID: e.By.ID, WhoName: text(e.By.Name), WhoRole: e.By.Role.String(),
	}
	if e.Undoes != 0 {
		r.Undoes = &e.Undoes
	}
	if e.Key != "" {
		key := text(e.Key)
		r.Key = &key
	}
	return r
}

// overlapping narrows rows to those of a line about a time that overlaps [from, to), which none is longer than a week for.
func overlapping(db *gorm.DB, line string, from, to int64) *gorm.DB {
	return db.Where("line = ? AND from_at < ? AND from_at > ? AND to_at > ?", line, to, from-edit.Longest.Microseconds()-1, from)
}

// Edits gives those about a time that overlaps [from, to), in the order in which they were said.
func (k edits) Edits(ctx context.Context, line plant.LineID, from, to time.Time) ([]edit.Edit, error) {
	var rows []editRow
	var counts []editCount
	err := k.s.read(ctx, "load edits of line "+string(line), func(db *gorm.DB) error {
		err := db.Raw("SELECT * FROM edits WHERE line = ? AND from_at < ? AND from_at > ? AND to_at > ? ORDER BY id"+limited,
			text(string(line)), to.UnixMicro(), from.UnixMicro()-edit.Longest.Microseconds()-1, from.UnixMicro()).Scan(&rows).Error
		if err != nil {
			return err
		}
		counts, err = editCounts(db, rows)
		return err
	})
	all := make([]edit.Edit, len(rows))
	for i, r := range rows {
		all[i] = r.edit()
		for _, c := range counts {
			if c.Edit == r.ID {
				c.tell(&all[i])
			}
		}
	}
	return all, err
}

// Edit finds one.
func (k edits) Edit(ctx context.Context, id int64) (edit.Edit, error) {
	var row editRow
	err := k.s.read(ctx, "find an edit", func(db *gorm.DB) error { return takeEdit(db, &row, id) })
	return row.edit(), err
}

func takeEdit(db *gorm.DB, row *editRow, id int64) error {
	return takeOne(db.Where("id = ?", id), row, fmt.Sprintf("there is no edit %d", id))
}

// Add keeps what somebody says. All that is said of one line passes one by one.
func (k edits) Add(ctx context.Context, e edit.Edit, seen int64) (edit.Edit, error) {
	if err := e.Check(); err != nil {
		return edit.Edit{}, err
	}
	row := rowOfEdit(e)
	if row.FromAt >= row.ToAt {
		return edit.Edit{}, errs.New(errs.Invalid, "say it of a microsecond at least")
	}
	err := k.s.write(ctx, "add an edit of line "+row.Line, func(tx *gorm.DB) error {
		if err := k.s.dialect.queue(tx, "edits/"+row.Line); err != nil {
			return err
		}
		if again, err := k.repeated(tx, &row); again || err != nil {
			return err
		}
		old, err := k.resolve(tx, &row)
		if err != nil {
			return err
		}
		if err := unsigned(tx, row); err != nil {
			return err
		}
		if err := k.first(tx, row, seen); err != nil {
			return err
		}
		return k.keep(tx, &row, old)
	})
	if err != nil {
		return edit.Edit{}, err
	}
	return row.edit(), nil
}

// repeated finds what the same person said with the same key.
func (k edits) repeated(tx *gorm.DB, row *editRow) (bool, error) {
	if row.Key == nil {
		return false, nil
	}
	var was editRow
	err := tx.Take(&was, "who_id = ? AND who_name = ? AND key = ?", row.WhoID, row.WhoName, *row.Key).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	one, other := row.edit(), was.edit()
	if one.Kind == edit.Undo && other.Kind == edit.Undo { // whose time is that of what is undone
		one.From, one.To = other.From, other.To
	}
	if !one.Same(&other) {
		return false, errs.New(errs.Invalid, "this key was used for another edit; make a new key for each")
	}
	*row = was
	return true, nil
}

// resolve finds what is undone, or what the new edit takes the place of, and tells it for the audit chain.
func (k edits) resolve(tx *gorm.DB, row *editRow) (old string, err error) {
	if row.Undoes == nil {
		if !row.Shapes {
			return "", nil
		}
		var before []editRow
		err := overlapping(tx, row.Line, row.FromAt, row.ToAt).
			Where("kind = ? AND NOT EXISTS (SELECT 1 FROM edits AS u WHERE u.undoes = edits.id)", row.Kind).
			Order("id DESC").Limit(1).Find(&before).Error
		for _, b := range before {
			old = b.edit().String()
		}
		return old, err
	}
	var of editRow
	if err := takeEdit(tx, &of, *row.Undoes); err != nil {
		return "", err
	}
	if of.Undoes != nil || of.Line != row.Line {
		return "", errs.New(errs.Invalid, "edit %d cannot be undone; say what holds instead", of.ID)
	}
	row.FromAt, row.ToAt, row.Shapes = of.FromAt, of.ToAt, of.Shapes
	return of.edit().String(), nil
}

// unsigned refuses an edit in a signed shift.
func unsigned(tx *gorm.DB, row editRow) error {
	signed, err := signatures(tx, row.Line, row.FromAt, row.ToAt)
	if err != nil || len(signed) == 0 {
		return err
	}
	s := signed[0]
	return conflict("the shift %s of %s on line %s was signed by %s; open it again first", s.Shift, s.Date, s.Line, s.WhoName)
}

// first refuses to say something of a stop over what somebody else has said of it meanwhile.
func (k edits) first(tx *gorm.DB, row editRow, seen int64) error {
	if !row.Shapes {
		return nil
	}
	var newer []editRow
	err := overlapping(tx, row.Line, row.FromAt, row.ToAt).Where("shapes AND id > ?", seen).Order("id DESC").Limit(1).Find(&newer).Error
	for _, n := range newer {
		return &edit.Conflict{Yours: row.edit(), Theirs: n.edit()}
	}
	return err
}

func (k edits) keep(tx *gorm.DB, row *editRow, old string) (err error) {
	if row.ID, err = next(tx, "edit", 1); err != nil {
		return err
	}
	at, err := k.s.at(tx)
	if err != nil {
		return err
	}
	row.At = at.UnixMicro()
	if err := tx.Create(row).Error; duplicate(err) {
		if row.Undoes == nil {
			return conflict("the same was said a moment ago; look again")
		}
		return conflict("edit %d was undone already; look again", *row.Undoes)
	} else if err != nil {
		return err
	}
	if err := stale(tx, row.Line, row.FromAt); err != nil {
		return err
	}
	if err := k.count(tx, row); err != nil {
		return err
	}
	e := row.edit()
	_, err = k.s.audit(tx, access.Entry{Who: e.By, What: "edit." + row.Kind, On: "line " + row.Line, Old: old, New: e.String(), Why: row.Comment})
	return err
}

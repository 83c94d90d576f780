package tabled

import (
	"context"
	"time"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/written"
	"millwright/internal/erp/register"
	"millwright/internal/erp/tool"
)

// Tools are what operations take besides machines and people, by their numbers.
type Tools struct {
	Book tool.Book
	Zone func() *time.Location
}

// The columns of a table of tools.
const (
	tNumber, tName, tCount, tAway  = "Number", "Name", "There are", "In maintenance"
	tBack, tPlace, tNote, tRetired = "Back", "Kept at", "Note", "Retired"
)

// Fields are the columns of a table of tools.
func (Tools) Fields() []register.Field {
	return []register.Field{
		{Title: tNumber, Key: true, Help: "As people know it; what there is already is changed."},
		{Title: tName},
		{Title: tCount, Help: "How many; 1 when left out of what is new."},
		{Title: tAway, Help: "How many of these are in maintenance."},
		{Title: tBack, Help: "When they are back, as 2026-12-24 or 2026-12-24 14:00; nobody knows when empty."},
		{Title: tPlace, Help: "Where it is kept, in words."},
		{Title: tNote},
		{Title: tRetired, Help: yesOrNo},
	}
}

// Key is the number.
func (Tools) Key(r Row) []string { return []string{r.Cell(tNumber)} }

// Single tells that a tool has one row.
func (Tools) Single() bool { return true }

// Keep keeps a tool.
func (k Tools) Keep(ctx context.Context, r Record) (Kept, error) {
	kit, err := k.Book.Kit(ctx)
	if err != nil {
		return Kept{}, err
	}
	was, there := kit.Numbered(r.Key[0])
	t := was
	if !there {
		t = tool.Tool{Number: r.Key[0], Count: 1}
	}
	var w Wrong
	k.read(&w, r.Rows[0], &t)
	terms := Terms{Titles: map[string]string{"number": tNumber, "name": tName, "count": tCount, "away": tAway, "back": tBack, "place": tPlace, "note": tNote}}
	t = t.Tidy()
	if err := w.Take(r, t.Check(), terms); err != nil {
		return Kept{}, err
	}
	if err := w.Err(); err != nil {
		return Kept{}, err
	}
	if there && t == was {
		return Kept{ID: was.ID}, nil
	}
	by, old := item.Change{By: r.By, Why: r.Why}, ""
	if there {
		old = was.Told()
		t, err = k.Book.Save(ctx, t, by)
	} else {
		t, err = k.Book.Add(ctx, t, by)
	}
	if err != nil {
		return Kept{}, w.Also(r, err, terms)
	}
	return Kept{ID: t.ID, Added: !there, Old: old, New: t.Told()}, nil
}

// read writes what a row says into a tool. A column that is not there leaves alone what it would say.
func (k Tools) read(w *Wrong, row Row, t *tool.Tool) {
	Lay(row, map[string]*string{tName: &t.Name, tPlace: &t.Place, tNote: &t.Note})
	if row.Cell(tCount) != "" {
		t.Count = int64(w.Whole(row, tCount))
	}
	if row.Has(tAway) {
		t.Away = int64(w.Whole(row, tAway))
	}
	if row.Has(tRetired) {
		t.Retired = w.Yes(row, tRetired)
	}
	if !row.Has(tBack) {
		return
	}
	t.Back = time.Time{}
	if text := row.Cell(tBack); text != "" {
		back, err := written.ParseTime(text, k.Zone())
		if err != nil {
			w.Add(row, tBack, "%s", upper(err.Error())+".")
		}
		t.Back = back
	}
}

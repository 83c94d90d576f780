// Package lists is how programs read lists of business records, in the words of the API.
package lists

import (
	"context"
	"errors"
	"strings"
	"time"

	"millwright/internal/access"
	"millwright/internal/erp/register"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/web/api/operation"
)

// Deps is what the operations answer from.
type Deps struct {
	Book register.Book
	Zone func() *time.Location // of the plant, whose days a date means
}

// Mount adds the operations.
func Mount(b *operation.Book, d Deps) {
	operation.Get(b, access.Read, "/api/v1/lists", "List the lists of business records", d.all)
	operation.Get(b, access.Read, "/api/v1/lists/{list}", "Read a list of business records", d.one)
}

// RecordList is one list.
type RecordList struct {
	Name    string         `json:"name"`
	Title   string         `json:"title"`
	Page    string         `json:"page" doc:"The page that shows it; that of a record is this, a slash and its id."`
	Order   string         `json:"order" doc:"The column it is ordered by at first; - before it for the other way round."`
	Columns []RecordColumn `json:"columns"`
}

// RecordColumn is one column of a list.
type RecordColumn struct {
	Key    string   `json:"key"`
	Title  string   `json:"title"`
	Kind   string   `json:"kind" enum:"text,state,count,quantity,money,date,time"`
	Sort   bool     `json:"sort" doc:"Rows can be ordered by it."`
	Filter bool     `json:"filter" doc:"Rows can be narrowed by it."`
	Shown  bool     `json:"shown" doc:"It is given when no columns are asked for."`
	States []string `json:"states,omitempty"`
}

type recordListsOut struct {
	Body struct {
		Lists []RecordList `json:"lists"`
	}
}

func (d Deps) all(context.Context, *struct{}) (*recordListsOut, error) {
	out := &recordListsOut{}
	out.Body.Lists = []RecordList{}
	for _, def := range d.Book.Definitions() {
		l := RecordList{Name: def.Name, Title: def.Title, Page: def.Home, Order: def.Order}
		for _, c := range def.Columns {
			col := RecordColumn{Key: c.Key, Title: c.Title, Kind: string(c.Kind), Sort: c.Sort, Filter: c.Filter, Shown: !c.Hidden}
			for _, w := range c.Words {
				col.States = append(col.States, w.Value)
			}
			l.Columns = append(l.Columns, col)
		}
		out.Body.Lists = append(out.Body.Lists, l)
	}
	return out, nil
}

type (
	recordListIn struct {
		List    string   `path:"list" maxLength:"60"`
		Search  string   `query:"q" maxLength:"200" doc:"Words that stand in a number or a name."`
		Filter  []string `query:"filter,explode" maxItems:"20" doc:"All must hold: number=A-1, state=open|held, name~cola, due>=2026-12-01, cost<=12.5."`
		Sort    string   `query:"sort" maxLength:"61" doc:"A column; - before it for the other way round."`
		Columns string   `query:"columns" maxLength:"1000" doc:"Apart by commas; those of the page when left out."`
		After   string   `query:"after" maxLength:"2000" doc:"The next of the page before."`
		Limit   int      `query:"limit" default:"100" minimum:"1" maximum:"1000"`
	}
	recordListOut struct {
		Body struct {
			Rows   []map[string]any `json:"rows" doc:"The id, and each column by its key: words, numbers, RFC 3339; null where nothing is known."`
			Next   *string          `json:"next" doc:"Give it as after to read on; null when this is all."`
			Total  *int             `json:"total" doc:"How many rows there are; null when they are more than 10 000, or not known."`
			Looked int              `json:"looked,omitempty" doc:"How many rows were looked through, when not all were: read on even when there are no rows."`
		}
	}
)

func (d Deps) one(ctx context.Context, in *recordListIn) (*recordListOut, error) {
	def, err := d.definition(in.List)
	if err != nil {
		return nil, err
	}
	zone := d.Zone()
	a := register.Ask{Search: in.Search, Sort: in.Sort, Cursor: in.After, Limit: in.Limit}
	if in.Columns != "" {
		a.Columns = strings.Split(in.Columns, ",")
	}
	var wrong []error
	for _, f := range in.Filter {
		one, err := register.ParseFilter(def, f, zone)
		wrong = append(wrong, err)
		a.Filters = append(a.Filters, one)
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, errs.New(errs.Invalid, "%w", err)
	}
	if err := a.Check(def); err != nil {
		return nil, err
	}
	page, err := d.Book.Page(ctx, def, a, zone)
	if err != nil {
		return nil, err
	}
	out := &recordListOut{}
	out.Body.Rows, out.Body.Looked = make([]map[string]any, len(page.Rows)), page.Looked
	for i, r := range page.Rows {
		row := map[string]any{"id": r.ID}
		for j, v := range r.Cells {
			row[page.Columns[j].Key] = told(page.Columns[j], v, zone)
		}
		out.Body.Rows[i] = row
	}
	if page.Next != "" {
		out.Body.Next = &page.Next
	}
	if page.Total >= 0 && page.Total <= register.Enough {
		out.Body.Total = &page.Total
	}
	return out, nil
}

func (d Deps) definition(name string) (register.Definition, error) {
	for _, def := range d.Book.Definitions() {
		if def.Name == name {
			return def, nil
		}
	}
	return register.Definition{}, errs.New(errs.NotFound, "there is no list %q", errs.Clip(name))
}

// told is a value as JSON has it.
func told(c register.Column, v register.Value, zone *time.Location) any {
	if !v.Known {
		return nil
	}
	switch c.Kind {
	case register.Count:
		return v.Number
	case register.Quantity, register.Money:
		return plant.Quantity(v.Number)
	case register.Date:
		return time.UnixMicro(v.Number).In(zone).Format(time.DateOnly)
	case register.Time:
		return time.UnixMicro(v.Number).UTC()
	}
	return v.Text
}

package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/register"
	"millwright/internal/errs"
	registerview "millwright/views/register"
	"millwright/views/ui"
)

// typed tells whether an address comes of a form, whose fields it names one by one.
func typed(q url.Values) bool {
	for k := range q {
		for _, side := range []string{"f-", "from-", "to-", "s-", "c-"} {
			if strings.HasPrefix(k, side) {
				return true
			}
		}
	}
	return false
}

// narrowedBy makes an address of the fields of a form.
func (s *Server) narrowedBy(d register.Definition, q url.Values) (url.Values, []ui.Fault) {
	to := url.Values{}
	for _, keep := range []string{qSearch, qSort, qColumns} {
		if v := q.Get(keep); v != "" {
			to.Set(keep, v)
		}
	}
	if places := placed(d, q); places != "" {
		to.Set(qColumns, places)
		to[qFilter] = q[qFilter]
		return to, nil
	}
	var wrong []ui.Fault
	add := func(field string, c register.Column, f string) {
		one, err := register.ParseFilter(d, f, s.zone())
		a := register.Ask{Filters: []register.Filter{one}}
		if err == nil {
			err = a.Check(d)
		}
		if err != nil {
			for _, told := range faults(err) {
				wrong = append(wrong, ui.Fault{Field: field, Text: c.Title + ": " + told.Text})
			}
			return
		}
		to.Add(qFilter, f)
	}
	for _, c := range d.Columns {
		if !c.Filter {
			continue
		}
		if states := q["s-"+c.Key]; len(states) > 0 && len(states) < len(c.Words) {
			add("s-"+c.Key, c, c.Key+"="+strings.Join(states, "|"))
		}
		if words := strings.TrimSpace(q.Get("f-" + c.Key)); words != "" {
			exact, is := strings.CutPrefix(words, "=")
			add("f-"+c.Key, c, c.Key+map[bool]string{true: "=", false: "~"}[is]+exact)
		}
		if from := strings.TrimSpace(q.Get("from-" + c.Key)); from != "" {
			add("from-"+c.Key, c, c.Key+">="+from)
		}
		if until := strings.TrimSpace(q.Get("to-" + c.Key)); until != "" {
			add("to-"+c.Key, c, c.Key+"<="+until)
		}
	}
	return to, wrong
}

// placed reads which columns are shown, and in which order: "" when the form does not say.
func placed(d register.Definition, q url.Values) string {
	type placed struct {
		key string
		at  int
	}
	var all []placed
	for _, c := range d.Columns {
		if at, err := strconv.Atoi(strings.TrimSpace(q.Get("c-" + c.Key))); err == nil {
			all = append(all, placed{c.Key, at})
		}
	}
	slices.SortStableFunc(all, func(a, b placed) int { return a.at - b.at })
	keys := make([]string, len(all))
	for i, p := range all {
		keys[i] = p.key
	}
	return strings.Join(keys, ",")
}

// filtersOf fills in the form of filters as the list is narrowed, or as it was typed.
func (s *Server) filtersOf(d register.Definition, a register.Ask, typed url.Values) (all []registerview.Filter) {
	for _, c := range d.Columns {
		if !c.Filter {
			continue
		}
		f := registerview.Filter{Key: c.Key, Title: c.Title, Type: "text", Range: c.Kind.Number()}
		if c.Kind.Moment() {
			f.Type = "date"
		}
		values := map[string]string{}
		on := map[string]bool{}
		for _, asked := range a.Filters {
			if asked.Key != c.Key {
				continue
			}
			value := strings.TrimPrefix(asked.String(c, s.zone()), c.Key+string(asked.Op))
			if c.Kind == register.Time {
				value = value[:min(len(value), 10)]
			}
			switch {
			case c.Kind.Number() && asked.Op == register.Is:
				values["from"], values["to"] = value, value
			case asked.Op == register.From:
				values["from"] = value
			case asked.Op == register.To:
				values["to"] = value
			case asked.Op == register.Is:
				values["f"] = "=" + value
				for _, w := range asked.Words {
					on[w] = true
				}
			default:
				values["f"] = value
			}
		}
		if typed != nil {
			values = map[string]string{"f": typed.Get("f-" + c.Key), "from": typed.Get("from-" + c.Key), "to": typed.Get("to-" + c.Key)}
			for _, w := range typed["s-"+c.Key] {
				on[w] = true
			}
		}
		f.Words, f.From, f.To = errs.Clip(values["f"]), errs.Clip(values["from"]), errs.Clip(values["to"])
		for _, w := range c.Words {
			f.Ticks = append(f.Ticks, registerview.Tick{Value: w.Value, Name: w.Name, On: on[w.Value]})
		}
		all = append(all, f)
	}
	return all
}

// listTools fills in what stands above the rows.
func (s *Server) listTools(c echo.Context, d register.Definition, a register.Ask, l *registerview.List) {
	v := visitorOf(c)
	if d.New != "" && v.reach.Does(d.Duty) {
		l.Links = append(l.Links, ui.Link{Name: "Add", Href: d.New})
		for _, to := range d.Adds {
			l.Links = append(l.Links, ui.Link(to))
		}
	}
	if d.Import && v.reach.Does(d.Duty) {
		l.Links = append(l.Links, ui.Link{Name: "Import", Href: "/lists/" + d.Name + "/import"})
	}
	for _, to := range d.Related {
		l.Links = append(l.Links, ui.Link(to))
	}
	for _, act := range d.Actions {
		if v.reach.Does(act.Duty) {
			l.Actions = append(l.Actions, registerview.Action{Key: act.Key, Title: act.Title})
		}
	}
	q := s.query(d, a)
	for _, kind := range []string{"csv", "xlsx"} {
		with := url.Values{"as": {kind}}
		for k, v := range q {
			with[k] = v
		}
		l.Exports = append(l.Exports, ui.Link{Name: strings.ToUpper(kind), Href: "/lists/" + d.Name + "/export?" + with.Encode()})
	}
	for name, values := range q {
		for _, value := range values {
			if name == qSort || name == qColumns {
				l.Kept = append(l.Kept, registerview.Hidden{Name: name, Value: value})
			}
			if name != qColumns {
				l.Keep = append(l.Keep, registerview.Hidden{Name: name, Value: value})
			}
		}
	}
	for i, f := range a.Filters {
		without := a
		without.Filters = slices.Delete(slices.Clone(a.Filters), i, i+1)
		l.Chips = append(l.Chips, ui.Link{Name: s.filterWords(d, f), Href: listHref(d.Home, s.query(d, without))})
	}
	for _, col := range d.Columns {
		p := registerview.Place{Key: col.Key, Title: col.Title}
		if at := slices.Index(a.Columns, col.Key); at >= 0 {
			p.Place = strconv.Itoa(at + 1)
		}
		l.Choose = append(l.Choose, p)
	}
}

// filterWords tells what a list is narrowed by: "Due from 28 Nov 2026", "Kind: Made or Bought".
func (s *Server) filterWords(d register.Definition, f register.Filter) string {
	c, _ := d.Column(f.Key)
	if c.Kind.Number() {
		return c.Title + map[register.Op]string{register.Is: ": ", register.From: " from ", register.To: " to "}[f.Op] + s.cellText(c, register.Value{Number: f.Number, Known: true})
	}
	names := make([]string, len(f.Words))
	for i, w := range f.Words {
		names[i] = c.Name(w)
	}
	return c.Title + map[register.Op]string{register.Is: ": ", register.Contains: " with ", register.From: " from ", register.To: " to "}[f.Op] + strings.Join(names, " or ")
}

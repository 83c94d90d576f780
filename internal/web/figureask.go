// What key figures are asked for, and what their numbers are made of.

package web

import (
	"net/url"
	"slices"
	"strings"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/rollup"
	"millwright/internal/plant"
	ledgerview "millwright/views/ledger"
	"millwright/views/ui"
)

const (
	figuresHome  = "/figures"
	segmentsHome = "/segments"
)

// figureAsk is what an address asks of the key figures: a time, how it is divided, and perhaps which part of that.
type figureAsk struct {
	lossAsk
	by   kpi.By
	part kpi.Name
	one  bool // only that part
	of   []kpi.TermPart
}

// What segments are asked for besides those of categories.
const (
	ofPieces  = "pieces"
	ofOrdered = "ordered"
)

func figureAskOf(q url.Values) (a figureAsk, err error) {
	if a.lossAsk, err = lossAskOf(q); err != nil {
		return a, err
	}
	a.lossAsk.by, a.in, a.then, a.only = byCategory, inMinutes, "", nil
	per := slices.DeleteFunc(append(slices.Clone(q["per"]), q.Get("side"), q.Get("also"), q.Get("each")), func(s string) bool { return s == "" })
	if a.by, err = kpi.ParseBy(strings.Join(per, ",")); err != nil {
		return a, err
	}
	is := q["is"]
	if a.one = q.Has("period") || len(is) > 0; a.one {
		a.part.Period = q.Get("period")
		if len(is) > len(a.part.Sides) {
			return a, errs.New(errs.Invalid, "the address names more parts than there are sides; open it from the page of key figures")
		}
		copy(a.part.Sides[:], is)
	}
	for word := range strings.SplitSeq(q.Get("of"), ",") {
		switch c, ok := oee.ParseCategory(word); {
		case word == "":
		case word == ofPieces:
			a.of = append(a.of, kpi.TermPart{Any: true})
		case word == ofOrdered:
			a.of = append(a.of, kpi.TermPart{Ordered: true})
		case ok:
			a.of = append(a.of, kpi.TermPart{Of: c})
		default:
			return a, errs.New(errs.Invalid, "of cannot be %q; open it from a formula", errs.Clip(word))
		}
	}
	return a, nil
}

// query writes it as an address does.
func (a figureAsk) query() url.Values {
	q := a.lossAsk.query()
	if words := a.by.String(); words != "" {
		q.Set("per", words)
	}
	if a.one {
		if a.by.Period != kpi.Whole {
			q.Set("period", a.part.Period)
		}
		for i, s := range a.by.Sides {
			if s != kpi.All {
				q.Add("is", a.part.Sides[i])
			}
		}
	}
	if len(a.of) > 0 {
		q.Set("of", ofWords(a.of))
	}
	return q
}

// ofWords writes what segments are asked for.
func ofWords(parts []kpi.TermPart) string {
	var words []string
	for _, p := range parts {
		word := p.Of.String()
		switch {
		case p.Ordered:
			word = ofOrdered
		case p.Any:
			word = ofPieces
		}
		words = append(words, word)
	}
	return strings.Join(words, ",")
}

func (a figureAsk) href(path string) string { return path + "?" + a.query().Encode() }

// within is the address of one part.
func (a figureAsk) within(path string, part kpi.Name) string {
	a.part, a.one = part, true
	return a.href(path)
}

// made is the address of the segments that a number of a formula is made of; "" when it is of none.
func (a figureAsk) made(t kpi.Term) string {
	if len(t.Parts) == 0 {
		return ""
	}
	a.of = t.Parts
	return a.href(segmentsHome)
}

// questions are what is read: lines of the same time together.
func (f *figurer) questions(by kpi.By) (all []rollup.Question) {
	for i := range f.lines {
		e := f.eras[i]
		if !e.From.Before(e.To) {
			continue
		}
		at := slices.IndexFunc(all, func(q rollup.Question) bool {
			return q.From.Equal(e.From) && q.To.Equal(e.To) && q.First == e.first && q.Last == e.last
		})
		if at < 0 {
			at = len(all)
			all = append(all, rollup.Question{Span: e.Span, First: e.first, Last: e.last, By: by})
		}
		all[at].Lines = append(all[at].Lines, f.p.layout(f.lines[i].ID))
	}
	return all
}

// span is all of the time that is asked for.
func (f *figurer) span() (all plant.Span) {
	for _, e := range f.eras {
		if !e.From.Before(e.To) {
			continue
		}
		if all.From.IsZero() {
			all = e.Span
		}
		all.From, all.To = plant.Earlier(all.From, e.From), plant.Later(all.To, e.To)
	}
	return all
}

// tools is how something else is asked for.
func (f *figurer) tools(action string, divided bool) ledgerview.Tools {
	t := ledgerview.Tools{
		Action: action,
		Range:  ui.Input{ID: "range", Label: "Time", Value: f.over},
		Line:   ui.Input{ID: "line", Label: "Line", Value: f.line, Optional: true},
		From:   ui.Input{ID: "from", Label: "From", Type: "text", Value: f.from, Optional: true},
		To:     ui.Input{ID: "to", Label: "To", Type: "text", Value: f.to, Optional: true},
		Lines:  []ui.Choice{{Name: "All lines"}},
	}
	for _, r := range lossRanges() {
		t.Ranges = append(t.Ranges, ui.Choice{Value: r.word, Name: r.name})
	}
	t.Ranges = append(t.Ranges, ui.Choice{Value: customRange, Name: "From … to …"})
	if f.p != nil {
		for _, one := range f.p.lines {
			t.Lines = append(t.Lines, ui.Choice{Value: string(one.ID), Name: one.Name})
		}
	}
	if !divided {
		for _, name := range []string{"per", "period", "is", "of"} {
			for _, v := range f.query()[name] {
				t.Keep = append(t.Keep, ledgerview.Kept{Name: name, Value: v})
			}
		}
		return t
	}
	for i, in := range []ui.Input{
		{ID: "side", Label: "Divided by", Value: string(f.by.Sides[0]), Optional: true},
		{ID: "also", Label: "And by", Value: string(f.by.Sides[1]), Optional: true},
		{ID: "each", Label: "In periods of", Value: string(f.by.Period), Optional: true},
	} {
		per := ledgerview.Per{Input: in, Choices: []ui.Choice{{Name: "–"}}}
		words := sideNames()
		if i == 2 {
			words = periodNames()
		}
		for _, s := range words {
			per.Choices = append(per.Choices, ui.Choice{Value: s.word, Name: s.name})
		}
		t.Per = append(t.Per, per)
	}
	return t
}

// sideNames are the sides as people call them.
func sideNames() []namedWord {
	return []namedWord{
		{string(kpi.Line), "Line"},
		{string(kpi.Area), "Area"},
		{string(kpi.Site), "Site"},
		{string(kpi.Unit), "Unit"},
		{string(kpi.Reason), "Reason"},
		{string(kpi.ShiftName), "Shift name"},
		{string(kpi.Product), "Product"},
		{string(kpi.Order), "Order"},
		{string(kpi.Operator), "Operator"},
	}
}

func periodNames() []namedWord {
	return []namedWord{{string(kpi.Hour), "Hour"}, {string(kpi.Shift), "Shift"}, {string(kpi.Day), "Day"}, {string(kpi.Week), "Week"}, {string(kpi.Month), "Month"}}
}

func nameOfWord(of []namedWord, word string) string {
	for _, n := range of {
		if n.word == word {
			return n.name
		}
	}
	return word
}

package desk

import (
	"millwright/internal/erp/mrp"
	"millwright/internal/plant"
)

// Alternate may be taken in an item's place: by orders of the item in whose bill it stands, or by all.
type Alternate struct {
	Parent   int64 // 0 for all
	Of, Item int64
	Factor   mrp.Ratio // so much of it for one
}

// alternates puts those into the input of which planning knows what else wants them.
func (s *Standing) alternates() {
	s.stead = map[int32][]mrp.Alternate{}
	for _, a := range s.Facts.Alternates {
		of, is := s.index[a.Of]
		item, too := s.index[a.Item]
		parent, all := s.index[a.Parent], a.Parent == 0
		if _, known := s.index[a.Parent]; !is || !too || !all && !known || s.Facts.Items[of].Method != ByPlan || s.Facts.Items[item].Method != ByPlan {
			continue
		}
		if all {
			parent = -1
		}
		one := mrp.Alternate{Parent: parent, Of: of, Item: item, Factor: a.Factor}
		s.input.Alternates, s.stead[of] = append(s.input.Alternates, one), append(s.stead[of], one)
	}
}

// alternatesFor gives those by which a released order's component may be met.
func (s *Standing) alternatesFor(at int32, w Want) (all []mrp.Alternate) {
	if w.Maker == 0 {
		return nil
	}
	for _, a := range s.stead[at] {
		if a.Parent < 0 || s.inBill(w.Maker, &s.Facts.Items[a.Parent]) {
			all = append(all, a)
		}
	}
	return all
}

// inBill tells whether orders of an item copy the bill of another: it is the item, or a phantom beneath it.
func (s *Standing) inBill(item int64, of *Item) bool {
	return of.ID == item || of.Phantom && s.takes(item)[of.ID]
}

// takes gives an item and the phantoms beneath it, from whose bills its orders copy.
func (s *Standing) takes(item int64) map[int64]bool {
	if all, is := s.made[item]; is {
		return all
	}
	if s.made == nil {
		s.made = map[int64]map[int64]bool{}
	}
	all := map[int64]bool{item: true}
	s.made[item] = all
	for grown := true; grown; {
		grown = false
		for _, p := range s.input.Parts {
			child := &s.Facts.Items[p.Child]
			if child.Phantom && !p.Output && all[s.Facts.Items[p.Parent].ID] && !all[child.ID] {
				all[child.ID], grown = true, true
			}
		}
	}
	return all
}

// substitutes asks for the alternates that released orders are to take. What is only planned or firmed takes its own once
// it is released.
func (s *Standing) substitutes(day func(mrp.Day) string) (all []Message) {
	for _, w := range s.Plan.Swaps {
		if w.Cause != mrp.Wanted {
			continue
		}
		by := s.wants[w.Ref]
		all = append(all, Message{
			Action: mrp.Substitute.String(), Item: s.Facts.Items[w.Item].ID, Document: by.Document, Line: by.Line, From: s.Calendar.Date(w.Day), To: s.Calendar.Date(w.Day),
			Quantity: w.Taken, Soon: w.Day <= s.Plan.Today+Horizon, Reason: s.Plan.Lacking(w, day),
		})
	}
	return all
}

// Taken is what is taken of an alternate in an item's place.
type Taken struct {
	Of, Item int64
	Number   string // of the alternate
	Wanted   plant.Date
	By       Source
	Quantity plant.Quantity // of the item
	Instead  plant.Quantity // of the alternate
	Why      string
}

// Taken gives what is taken in an item's place, and in others' place of it.
func (s *Standing) Taken(item int64) (all []Taken) {
	at, is := s.index[item]
	if !is {
		return nil
	}
	day := func(d mrp.Day) string { return s.Calendar.Date(d).String() }
	for _, w := range s.Plan.Swaps {
		if w.Of == at || w.Item == at {
			all = append(all, Taken{
				Of: s.Facts.Items[w.Of].ID, Item: s.Facts.Items[w.Item].ID, Number: s.Facts.Items[w.Item].Number, Wanted: s.Calendar.Date(w.Day),
				By: s.by(mrp.Requirement{Day: w.Day, Cause: w.Cause, Ref: w.Ref, Quantity: w.Quantity}), Quantity: w.Quantity, Instead: w.Taken, Why: s.Plan.Lacking(w, day),
			})
		}
	}
	return all
}

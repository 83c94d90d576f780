// Package why puts the reasons of a plant into the words of the API.
package why

import (
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
	"millwright/internal/plant/reason"
)

// Meaning is what a fault code means.
type Meaning struct {
	ID   string `json:"id" example:"film-jam"`
	Name string `json:"name" doc:"In the language of the site." example:"Film jam"`
	Loss string `json:"loss,omitempty" doc:"The category of time that it explains." example:"breakdown"`
}

// Of is what a fault code of a unit means; nil where nobody has said.
func Of(p *plant.Plant, l plant.Line, unit plant.UnitID, fault string) *Meaning {
	r, ok := p.Why(l, unit, fault)
	if !ok {
		return nil
	}
	return &Meaning{ID: string(r.ID), Name: r.In(l.Language), Loss: r.Loss}
}

// Given is a reason as somebody gave it; nil when nobody did. One that is not in the plant any more has its identity alone.
func Given(p *plant.Plant, l plant.Line, id string) *Meaning {
	if id == "" {
		return nil
	}
	r, ok := p.Reasons.Stop(reason.ID(id))
	if !ok {
		return &Meaning{ID: id, Name: id}
	}
	return &Meaning{ID: id, Name: r.In(l.Language), Loss: r.Loss}
}

// Said is what people said about a stretch of time.
type Said struct {
	Comment string `json:"comment,omitempty"`
	By      string `json:"by,omitempty" doc:"Who said why it stood; nobody when the machine did."`
	Derived string `json:"derived,omitempty" doc:"What the machines said that it was, where people said something of it."`
}

// About is what people said about a segment, with the reason that they or the machine gave.
func About(p *plant.Plant, l plant.Line, s *oee.Segment) (*Meaning, Said) {
	said := Said{Comment: s.Comment, By: s.By}
	if s.Edit != 0 {
		said.Derived = s.Derived.String()
	}
	if m := Given(p, l, s.Reason); m != nil {
		return m, said
	}
	return Of(p, l, s.Unit, s.Fault), said
}

// SetUp is one changeover: from what to what, and how long it may take and took.
type SetUp struct {
	From        time.Time  `json:"from"`
	To          *time.Time `json:"to" doc:"null while it lasts."`
	FromProduct string     `json:"fromProduct,omitempty"`
	ToProduct   string     `json:"toProduct,omitempty" doc:"Left out while nobody has told it."`
	FromOrder   string     `json:"fromOrder,omitempty"`
	ToOrder     string     `json:"toOrder,omitempty"`
	Target      *float64   `json:"target" doc:"Seconds that it may take; null when no target is known."`
	Took        float64    `json:"took" doc:"Seconds of set-up so far, without breaks."`
}

// SetUps are the changeovers of a line by a ledger.
func SetUps(l plant.Line, ledger []oee.Segment) []oee.SetUp {
	return oee.SetUps(ledger, l.Changeover)
}

// Around is the changeover that a segment is part of, and how many seconds it may take; nil where it is none, and where
// no target is known.
func Around(all []oee.SetUp, is oee.Category, at time.Time) (c *SetUp, target *float64) {
	if is != oee.Changeover {
		return nil, nil
	}
	for i := range all {
		s := &all[i]
		if at.Before(s.From) || !at.Before(s.To) {
			continue
		}
		c = &SetUp{
			From: s.From.UTC(), FromProduct: s.Before.Product, ToProduct: s.After.Product,
			FromOrder: s.Before.Order, ToOrder: s.After.Order, Took: s.Took.Seconds(),
		}
		if !s.Lasts {
			to := s.To.UTC()
			c.To = &to
		}
		if s.Target > 0 {
			seconds := s.Target.Seconds()
			c.Target = &seconds
		}
		return c, c.Target
	}
	return nil, nil
}

// Now is the changeover that goes on at a line.
func Now(l plant.Line, s oee.Snapshot) (c *SetUp, target *float64) {
	if len(s.Segments) == 0 {
		return nil, nil
	}
	return Around(SetUps(l, s.Segments), s.Now, s.Segments[len(s.Segments)-1].From)
}

// Reason is one of the reasons that people choose from, with its parts.
type Reason struct {
	ID    string            `json:"id"`
	Name  string            `json:"name"`
	Names map[string]string `json:"names,omitempty" doc:"By language."`
	Loss  string            `json:"loss,omitempty" doc:"The category of time that it explains; without one, that of the reason above."`
	Parts []Reason          `json:"parts,omitempty"`
}

type (
	// In is what is asked for.
	In struct {
		Line string `query:"line" maxLength:"80" doc:"Only the reasons that can be given at this line."`
	}
	// Out is all reasons.
	Out struct {
		Body struct {
			Stops []Reason `json:"stops" doc:"Why lines stand."`
			Scrap []Reason `json:"scrap" doc:"Why pieces are scrapped."`
		}
	}
)

// All is the reasons of a plant; those for stops as the lines offer them that are asked about.
func All(p *plant.Plant, asked []plant.Line) *Out {
	out := &Out{}
	stops := p.Reasons.Stops
	if len(asked) == 1 {
		stops = p.Reasons.Within(asked[0].Reasons)
	}
	out.Body.Stops, out.Body.Scrap = told(stops), told(p.Reasons.Scrap)
	return out
}

func told(t reason.Tree) []Reason {
	all := make([]Reason, 0, len(t))
	for _, r := range t {
		all = append(all, Reason{ID: string(r.ID), Name: r.Name, Names: r.Names, Loss: r.Loss, Parts: told(r.Parts)})
	}
	return all
}

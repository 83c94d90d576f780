// Package crew is who stands at a line: people sign on there, and off.
package crew

import (
	"context"
	"slices"
	"time"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Presence is the time of somebody at a line. Nothing of it ever changes but that it ends earlier, once.
type Presence struct {
	ID         int64
	Line       plant.LineID
	Unit       plant.UnitID // "" is the line
	Who        plant.Person // Role is left out
	plant.Span              // until the person signs off, to the end of the shift: who stays longer signs on again
	On, Off    plant.Person // who said so: at a shared tablet somebody else may be signed in
	Left       bool         // the person has signed off
}

// Book keeps presences. The store proves it fits.
type Book interface {
	// Present gives who is signed on at a line at a moment, in the order of their coming.
	Present(ctx context.Context, line plant.LineID, at time.Time) ([]Presence, error)
	// SignOn keeps a presence from now on. Who is signed on at that place already stays so: that presence is given.
	SignOn(ctx context.Context, p Presence) (Presence, error)
	// SignOff ends a presence now, and gives it. One that is over stays as it is.
	SignOff(ctx context.Context, line plant.LineID, id int64, by plant.Person) (Presence, error)
}

// longest is how long somebody is at a line who signs on outside shifts, and does not sign off.
const longest = 12 * time.Hour

// Begun is the presence of somebody who comes to a line now. It ends with the shift.
func Begun(l plant.Line, unit plant.UnitID, who, by plant.Person, now time.Time) (Presence, error) {
	p := Presence{Line: l.ID, Unit: unit, Who: who, On: by, Span: plant.Span{From: now, To: now.Add(longest)}}
	if s, ok := l.Calendar.At(now); ok {
		p.To = s.To
	}
	if unit != "" && !slices.ContainsFunc(l.Units, func(u plant.Unit) bool { return u.ID == unit }) {
		return p, &errs.Error{Kind: errs.Invalid, Words: "nobody was signed on", Fields: []errs.Field{{Path: "place", Message: "choose a machine of this line"}}}
	}
	return p, nil
}

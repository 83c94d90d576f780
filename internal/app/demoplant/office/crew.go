package office

import (
	"context"
	"fmt"

	"millwright/internal/mes/execution"
	"millwright/internal/mes/labour"
	"millwright/internal/plant"
)

// crew are people of the company who need no account.
func crew() []plant.Person {
	return []plant.Person{{ID: -1, Name: "Jana Krüger"}, {ID: -2, Name: "Emil Baran"}, {ID: -3, Name: "Mia Sand"}}
}

// teams are how many people work at each line.
func teams() []struct {
	line   plant.LineID
	people int
} {
	return []struct {
		line   plant.LineID
		people int
	}{{"filling-1", 3}, {"filling-2", 3}, {"assembly-1", 2}, {"packing-1", 2}, {"mill-1", 1}}
}

// team are the people of a line in a shift: each of its three shifts has others.
func team(line plant.LineID, shift string) (all []plant.Person) {
	names := [3][]string{ // early, late, night
		{"Jana Krüger", "Emil Baran", "Mia Sand", "Ole Frank", "Rosa Lenz", "Timo Beck", "Ayla Demir", "Nils Horn", "Vera Roth", "Paul Maier", "Lina Vogel"},
		{"Karl Stein", "Elif Aydin", "Hugo Lang", "Ines Pohl", "Jonas Reiter", "Sara Klein", "Milan Novak", "Tea Busch", "Leon Haas", "Ella Simon", "Ivan Petrov"},
		{"Dora Weiss", "Felix Ernst", "Maja Kern", "Ben Walter", "Nora Seidl", "Omar Haddad", "Kira Jung", "Max Ullrich", "Zoe Albrecht", "Anton Graf", "Ria Hofer"},
	}
	turn := map[string]int{"Late": 1, "Night": 2}[shift]
	from := 0
	for _, t := range teams() {
		if t.line == line {
			for n := from; n < from+t.people; n++ {
				all = append(all, plant.Person{ID: -int64(len(names[turn])*turn+n) - 1, Name: names[turn][n]})
			}
		}
		from += t.people
	}
	return all
}

// Man clocks the people of a line on to the job that it makes now, and off those that it does not make any more. They take
// with them what is issued by hand.
func (o *Office) Man(ctx context.Context, l plant.Line, j execution.Job, runs bool) error {
	now := o.Now()
	present, err := o.Store.Labour().Present(ctx, l.ID, now)
	if err != nil {
		return err
	}
	on := map[int64]bool{}
	for _, s := range present {
		if s.Who.ID >= 0 {
			continue // somebody who has an account decides for himself
		}
		if runs && s.Job == j.ID {
			on[s.Who.ID] = true
		} else if _, err := o.Store.Labour().Off(ctx, l.ID, s.ID, s.Who); err != nil {
			return err
		}
	}
	if runs && j.Work != 0 && o.handed[l.ID] != j.Work {
		w, err := o.Store.Works().Order(ctx, j.Work)
		if err == nil {
			_, err = o.hand(ctx, j, w, w.Quantity)
		}
		if err != nil {
			return fmt.Errorf("bring to line %s what job %s takes by hand: %w", l.ID, j.ID, err)
		}
		o.handed[l.ID] = j.Work
	}
	shift, open := l.Calendar.At(now)
	if !runs || !open || j.Work == 0 {
		return nil
	}
	for _, who := range team(l.ID, shift.Name) {
		if on[who.ID] {
			continue
		}
		if _, err := o.Store.Labour().On(ctx, labour.Begun(l, j, who, who, now)); err != nil {
			return fmt.Errorf("clock %s on to job %s: %w", who.Name, j.ID, err)
		}
	}
	return nil
}

package accessfile

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"millwright/internal/access"
	"millwright/internal/plant"
)

// Text writes what is in force.
func (s State) Text() (string, error) { return s.Access().Text() }

// Access says what is in force, without what only waits.
func (s State) Access() Access {
	a := Access{People: []Person{}, Programs: []Program{}, Displays: []Display{}, Certificates: []Certificate{}, Rules: map[string]string{}}
	for _, u := range s.Users {
		a.People = append(a.People, personOf(u))
	}
	slices.SortFunc(a.People, func(x, y Person) int { return strings.Compare(access.NameKey(x.Name), access.NameKey(y.Name)) })
	for _, t := range s.Tokens {
		if t.Role == plant.Display {
			a.Displays = append(a.Displays, displayOf(t))
		} else {
			a.Programs = append(a.Programs, programOf(t))
		}
	}
	slices.SortStableFunc(a.Programs, func(x, y Program) int { return strings.Compare(x.Name, y.Name) })
	slices.SortStableFunc(a.Displays, func(x, y Display) int { return strings.Compare(x.Name, y.Name) })
	for _, c := range s.Certificates {
		if c.State == Trusted || c.State == Refused {
			a.Certificates = append(a.Certificates, c)
		}
	}
	slices.SortFunc(a.Certificates, func(x, y Certificate) int {
		return cmp.Or(strings.Compare(x.Subject, y.Subject), strings.Compare(x.Thumbprint, y.Thumbprint))
	})
	for kind, side := range s.Rules.Need {
		if side != plant.NoSide {
			a.Rules[string(kind)] = side.String()
		}
	}
	return a
}

func personOf(u access.User) Person {
	p := Person{Name: u.Name, Owner: u.Owner.String(), Issuer: u.Issuer, Subject: u.Subject, Disabled: u.Disabled}
	if u.Role != plant.Nobody {
		p.Role = u.Role.String()
	}
	p.Duties = strings.Fields(u.Duties.String())
	for _, g := range u.Grants {
		if p.Grants == nil {
			p.Grants = map[string]string{}
		}
		p.Grants[string(g.At)] = g.Role.String()
	}
	return p
}

func programOf(t access.Token) Program {
	p := Program{Name: t.Name}
	for _, s := range t.Scopes {
		p.Scopes = append(p.Scopes, string(s))
	}
	for _, at := range t.At {
		p.At = append(p.At, string(at))
	}
	return p
}

func displayOf(t access.Token) Display {
	if t.Turns.None() {
		return Display{Name: t.Name, Page: t.Page}
	}
	d := Display{Name: t.Name, Calls: t.Turns.Calls, Stops: t.Turns.Stops}
	for _, turn := range t.Turns.Turns {
		d.Turns = append(d.Turns, Turn{turn.Page, int(turn.For / time.Second)})
	}
	return d
}

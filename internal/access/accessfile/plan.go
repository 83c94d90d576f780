package accessfile

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/revision/consent"
)

// Plan is a text beside what is in force.
type Plan struct {
	Before, After string // what is in force, and what would be
	Changes       []Change

	Users        []access.User  // to be added (ID 0) or kept as they are here: who gets more comes first
	New          []access.Token // to be added; they have no secret until somebody makes one
	Moved        []access.Token // that may something else from now on
	Ended        []access.Token // to be revoked
	Rules        *consent.Rules // nil when they stay
	Certificates []Certificate  // whose state changes
	Shown, Left  []Certificate  // all there are now, and then
}

// Change is what would happen to one person or thing.
type Change struct{ Thing, What string }

// Same tells that nothing would change.
func (p Plan) Same() bool { return len(p.Changes) == 0 }

// Takes tells whether an admin would take the own place as one away.
func (p Plan) Takes(by plant.Person) bool {
	return by.ID != 0 && slices.ContainsFunc(p.Users, func(u access.User) bool {
		return u.ID == by.ID && u.Name == by.Name && (u.Disabled || u.Role != plant.Admin)
	})
}

// comparison is a plan in the making.
type comparison struct {
	Plan
	now, next State
	prune     bool
	wrong     []errs.Field
}

// Compare tells what a text would change; errs.Invalid tells every mistake in it. With prune it takes away what the
// parts that are in the text leave out: people are disabled, tokens revoked, certificates forgotten.
func Compare(now State, name string, a Access, prune bool) (Plan, error) {
	c := &comparison{now: now, prune: prune, next: State{
		Users: slices.Clone(now.Users), Tokens: slices.Clone(now.Tokens), Rules: now.Rules, Certificates: slices.Clone(now.Certificates),
	}}
	c.people(a.People)
	c.tokens("programs", a.programs(), func(t access.Token) bool { return t.Role != plant.Display })
	c.tokens("displays", a.displays(), func(t access.Token) bool { return t.Role == plant.Display })
	c.certificates(a.Certificates)
	c.rules(a.Rules)
	if len(c.wrong) > 0 {
		return Plan{}, &errs.Error{Kind: errs.Invalid, Words: fmt.Sprintf("%s is wrong in %d place(s)", name, len(c.wrong)), Fields: c.wrong}
	}
	c.order()
	c.Shown, c.Left = now.Certificates, c.next.Certificates
	var err error
	if c.Before, err = now.Text(); err == nil {
		c.After, err = c.next.Text()
	}
	return c.Plan, err
}

func (c *comparison) fault(path, format string, args ...any) {
	c.wrong = append(c.wrong, errs.Field{Path: "access." + path, Message: fmt.Sprintf(format, args...)})
}

// take notes what is wrong with an entry, by the fields of forms that say the same.
func (c *comparison) take(path string, err error) {
	var e *errs.Error
	if !errors.As(err, &e) {
		return
	}
	for _, f := range e.Fields {
		c.fault(path+"."+f.Path, "%s", f.Message)
	}
}

func (c *comparison) tell(thing, format string, args ...any) {
	c.Changes = append(c.Changes, Change{thing, fmt.Sprintf(format, args...)})
}

// Alone is what can be said of a text without what is in force: certificates that only it names by their thumbprint
// may be known there.
func (a Access) Alone() Access {
	a.Certificates = slices.DeleteFunc(slices.Clone(a.Certificates), func(c Certificate) bool { return c.PEM == "" })
	return a
}

// order lets who gets more come before who gets less: at no moment nobody is left who may.
func (c *comparison) order() {
	gain := func(u access.User) int {
		n := int(u.Role)
		if u.Owner != plant.NoSide {
			n += 100
		}
		if u.Disabled {
			n -= 1000
		}
		return n
	}
	slices.SortStableFunc(c.Users, func(a, b access.User) int { return cmp.Compare(gain(b), gain(a)) })
}

// rules reads whose owners must agree to what.
func (c *comparison) rules(wanted map[string]string) {
	if wanted == nil {
		return
	}
	r := consent.Rules{Version: c.now.Rules.Version, Need: map[consent.Kind]plant.Side{}}
	for _, kind := range consent.Kinds() {
		word, named := wanted[string(kind)]
		if !named {
			continue
		}
		if r.Need[kind] = plant.ParseSide(word); r.Need[kind] == plant.NoSide {
			c.fault("rules."+string(kind), "%q is no side: write OT, IT or OT and IT", errs.Clip(word))
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(wanted)) {
		if !slices.Contains(consent.Kinds(), consent.Kind(kind)) {
			c.fault("rules", "%q is no kind of change: write any of %s", errs.Clip(kind), kinds())
		}
	}
	if r.Text() == c.now.Rules.Text() {
		return
	}
	c.Rules, c.next.Rules = &r, r
	if r.Weaker(c.now.Rules) {
		c.tell("rules of approval", "ask fewer: those who lose their say have to agree first")
		return
	}
	c.tell("rules of approval", "ask more")
}

func kinds() (words string) {
	for i, k := range consent.Kinds() {
		if i > 0 {
			words += ", "
		}
		words += string(k)
	}
	return words
}

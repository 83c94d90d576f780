package accessfile

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"millwright/internal/access"
	"millwright/internal/access/lookalike"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// people compares those of the text with those who may come in.
func (c *comparison) people(wanted []Person) {
	if wanted == nil {
		return
	}
	names := newNames(c.now.Users)
	named := map[string]bool{}
	for i, p := range wanted {
		path := fmt.Sprintf("people[%d]", i)
		key := access.NameKey(p.Name)
		if named[key] {
			c.fault(path+".name", "%s stands twice", errs.Clip(p.Name))
			continue
		}
		named[key] = true
		at, known := names.at[key]
		if !known {
			c.newcomer(path, p, names)
			continue
		}
		was := c.now.Users[at]
		if was.Name != p.Name {
			c.fault(path+".name", "the name is written %s here", was.Name)
		}
		c.person(path, p, was, at)
	}
	for at, u := range c.now.Users {
		if c.prune && !named[access.NameKey(u.Name)] && !u.Disabled {
			u.Disabled = true
			c.next.Users[at] = u
			c.Users = append(c.Users, u)
			c.tell(u.Name, "is disabled: the text does not name this person")
		}
	}
}

// names are those that are taken, and what a reader would take for one of them.
type names struct {
	at    map[string]int    // by key, in the state
	looks map[string]string // whose it is
}

func newNames(users []access.User) names {
	n := names{at: make(map[string]int, len(users)), looks: make(map[string]string, len(users))}
	for i, u := range users {
		n.at[access.NameKey(u.Name)] = i
		n.looks[lookalike.Of(u.Name)] = u.Name
	}
	return n
}

func (c *comparison) newcomer(path string, p Person, names names) {
	if fault := access.NewNameFault(p.Name); fault != "" {
		c.fault(path+".name", "%s", fault)
	} else if other, taken := names.looks[lookalike.Of(p.Name)]; taken {
		c.fault(path+".name", "It looks like the name of %s; choose another.", other)
	}
	names.looks[lookalike.Of(p.Name)] = p.Name
	u, ok := c.read(path, p, access.User{Name: p.Name})
	if !ok {
		return
	}
	c.next.Users = append(c.next.Users, u)
	c.Users = append(c.Users, u)
	way := "comes in once an admin has given a password on the page People"
	switch {
	case u.Disabled:
		way = "disabled"
	case u.Subject != "":
		way = "comes in by the provider " + u.Issuer
	}
	c.tell(u.Name, "is added: %s; %s", words(u), way)
}

func (c *comparison) person(path string, p Person, was access.User, at int) {
	u, ok := c.read(path, p, was)
	if !ok || same(u, was) {
		return
	}
	c.next.Users[at] = u
	c.Users = append(c.Users, u)
	var what []string
	if before, after := words(was), words(u); before != after {
		what = append(what, "was "+before+", becomes "+after)
	}
	switch {
	case u.Disabled && !was.Disabled:
		what = append(what, "is disabled")
	case was.Disabled && !u.Disabled:
		what = append(what, "may come in again")
	}
	switch {
	case u.Subject == was.Subject && u.Issuer == was.Issuer:
	case u.Subject == "":
		what = append(what, "is no longer vouched for by "+was.Issuer+", and comes in once an admin has given a password")
	default:
		what = append(what, "comes in by the provider "+u.Issuer+" alone")
	}
	c.tell(u.Name, "%s", strings.Join(what, "; "))
}

// read puts what the text says of a person over what the person was.
func (c *comparison) read(path string, p Person, u access.User) (access.User, bool) {
	before := len(c.wrong)
	role, err := plant.Nobody, error(nil)
	if p.Role != "" {
		role, err = plant.ParseBase(p.Role)
	}
	if err != nil || access.CheckRole(role) != nil {
		c.fault(path+".role", "%q is no role: write viewer, operator, manager or admin, or leave it out", errs.Clip(p.Role))
	}
	owner := plant.ParseSide(p.Owner)
	if p.Owner != "" && owner != plant.OT && owner != plant.IT {
		c.fault(path+".owner", "%q is no side of an owner: write OT or IT, or leave it out", errs.Clip(p.Owner))
	}
	if owner != plant.NoSide && role < plant.Manager {
		c.fault(path+".owner", "an owner is a manager or an admin")
	}
	switch {
	case (p.Subject == "") != (p.Issuer == ""):
		c.fault(path+".subject", "issuer and subject go together: give both, or neither")
	case p.Subject != "" && (!access.IsSubject(p.Subject) || len(p.Issuer) > 500):
		c.fault(path+".subject", "nobody at a provider has this subject: it has up to 255 plain letters, digits and signs")
	}
	duties, err := plant.ParseDuties(strings.Join(p.Duties, " "))
	if err != nil {
		c.fault(path+".duties", "%s", err)
	} else if err := access.CheckDuties(role, duties); err != nil {
		c.fault(path+".duties", "%s", err)
	}
	u.Duties, u.Grants = duties, c.grants(path, p.Grants)
	if u.Subject != p.Subject || u.Issuer != p.Issuer {
		u.Hash = "" // who is vouched for has no password; who no longer is has none until it is given one
	}
	u.Role, u.Owner, u.Disabled, u.Issuer, u.Subject = role, owner, p.Disabled, p.Issuer, p.Subject
	return u, len(c.wrong) == before
}

func (c *comparison) grants(path string, wanted map[string]string) (all []plant.Grant) {
	for _, place := range slices.Sorted(maps.Keys(wanted)) {
		role, err := plant.ParseRole(wanted[place])
		at, wrong := plant.ParsePlace(place)
		switch {
		case err != nil || role < plant.Viewer:
			c.fault(path+".grants", "%q at %s is no role: write viewer, operator, manager or admin", errs.Clip(wanted[place]), errs.Clip(place))
		case wrong != nil || !at.InTree():
			c.fault(path+".grants", "%q is no site, area or line: write SITE, SITE/AREA or SITE/AREA/LINE", errs.Clip(place))
		}
		all = append(all, plant.Grant{At: at, Role: role})
	}
	if len(all) > access.MostGrants {
		c.fault(path+".grants", "a person has roles at %d places at most", access.MostGrants)
	}
	return all
}

func same(a, b access.User) bool {
	return a.Role == b.Role && a.Duties == b.Duties && a.Owner == b.Owner && a.Disabled == b.Disabled && a.Issuer == b.Issuer && a.Subject == b.Subject && slices.Equal(a.Grants, b.Grants)
}

// words are what a person may.
func words(u access.User) string {
	role := "no role in the whole plant"
	if u.Role != plant.Nobody {
		role = u.Role.String()
	}
	if u.Duties != plant.NoDuty {
		role += ", " + u.Duties.String()
	}
	for _, g := range u.Grants {
		role += ", " + g.Role.String() + " at " + string(g.At)
	}
	if u.Owner != plant.NoSide {
		role += ", owner for " + u.Owner.String()
	}
	return role
}

package access

import (
	"slices"
	"strings"

	"millwright/internal/plant"
)

// Scope is one thing that a program's token may be used for.
type Scope string

// The scopes.
const (
	Read           Scope = "read"            // what the pages show, and its history
	SendSamples    Scope = "samples:write"   // samples of tags
	CorrectSamples Scope = "samples:correct" // also put others in the place of those that are kept
	StepJobs       Scope = "jobs:step"       // start, hold, resume and complete jobs
	WriteJobs      Scope = "jobs:write"      // also add and abort them
	WriteTime      Scope = "time:write"      // say what happened on a line
	CallHelp       Scope = "calls:write"     // call for help at a line, and answer
	SignTime       Scope = "time:sign"       // also sign shifts, and open them again
	ReadPlant      Scope = "plant:read"      // the plant file
	WritePlant     Scope = "plant:write"     // also put another into use
	Administer     Scope = "admin"           // the admin's pages

	WriteItems    Scope = "items:write"     // items, units, bills, routings
	WriteStock    Scope = "stock:write"     // moves, counts and holds of material
	WriteSales    Scope = "sales:write"     // customers and what they order
	WritePurchase Scope = "purchase:write"  // suppliers and what is ordered from them
	WritePlan     Scope = "plan:write"      // what planning decides, and work orders
	Annotate      Scope = "documents:write" // comments and files of documents
)

// Means is what a scope stands for.
type Means struct {
	Scope Scope
	Words string
	As    plant.Role // the role that its use has
	With  Scope      // the lesser scope that it includes; "" for none
	Duty  plant.Duty // that its use has besides
}

// Scopes is every scope, from the least to the most.
func Scopes() []Means {
	return []Means{
		{Read, "read what the pages show, and its history", plant.Viewer, "", 0},
		{SendSamples, "send samples", plant.Operator, "", 0},
		{CorrectSamples, "also correct samples that are kept", plant.Manager, SendSamples, 0},
		{StepJobs, "start, hold, resume and complete jobs", plant.Operator, "", 0},
		{WriteJobs, "also add and abort jobs", plant.Manager, StepJobs, 0},
		{WriteTime, "say what happened on a line", plant.Operator, "", 0},
		{CallHelp, "call for help at a line, come, and say that it is done", plant.Operator, "", 0},
		{SignTime, "also sign shifts and open them again", plant.Manager, WriteTime, 0},
		{WriteItems, "keep items, bills and routings", plant.Viewer, "", plant.Planner},
		{WriteStock, "post moves of material, and counts", plant.Viewer, "", plant.Storekeeper},
		{WriteSales, "keep customers and their orders", plant.Viewer, "", plant.Sales},
		{WritePurchase, "keep suppliers and orders to them", plant.Viewer, "", plant.Purchaser},
		{WritePlan, "firm and release what is planned", plant.Viewer, "", plant.Planner},
		{Annotate, "comment on documents, and add files to them", plant.Viewer, "", plant.Planner | plant.Storekeeper | plant.Purchaser | plant.Sales},
		{ReadPlant, "get the plant file", plant.Admin, "", 0},
		{WritePlant, "also put another plant file into use", plant.Admin, ReadPlant, 0},
		{Administer, "open the admin's pages", plant.Admin, "", 0},
	}
}

// means finds a scope; ok is false when there is none of that name.
func (s Scope) means() (m Means, ok bool) {
	all := Scopes()
	i := slices.IndexFunc(all, func(m Means) bool { return m.Scope == s })
	if i < 0 {
		return m, false
	}
	return all[i], true
}

// Role is the least role of people who may do the same.
func (s Scope) Role() plant.Role {
	m, ok := s.means()
	if !ok {
		return plant.Admin + 1 // nobody has it
	}
	return m.As
}

// Duty is what people need besides the role to do the same.
func (s Scope) Duty() plant.Duty {
	m, _ := s.means()
	return m.Duty
}

// PageScope is what a program needs for a page that is open to people of a role.
func PageScope(least plant.Role) Scope {
	switch {
	case least <= plant.Viewer:
		return Read
	case least == plant.Operator:
		return StepJobs
	case least == plant.Manager:
		return WriteJobs
	}
	return Administer
}

// ScopesOf is what naming a role asks for.
func ScopesOf(r plant.Role) []Scope {
	switch r {
	case plant.Viewer:
		return []Scope{Read}
	case plant.Operator:
		return []Scope{Read, SendSamples, StepJobs, WriteTime, CallHelp}
	case plant.Manager:
		return []Scope{Read, SendSamples, CorrectSamples, StepJobs, WriteJobs, WriteTime, CallHelp, SignTime, WriteItems, WriteStock, WriteSales, WritePurchase, WritePlan, Annotate}
	case plant.Admin:
		return []Scope{Read, SendSamples, CorrectSamples, StepJobs, WriteJobs, WriteTime, CallHelp, SignTime, WriteItems, WriteStock, WriteSales, WritePurchase, WritePlan, Annotate, ReadPlant, WritePlant, Administer}
	}
	return nil
}

// Allows gives the role with which a token acts when a scope is needed: of those it has that include it, the highest.
// ok is false when it has none.
func (t Token) Allows(needed Scope) (as plant.Role, ok bool) {
	for _, s := range t.Scopes {
		if m, known := s.means(); known && (m.Scope == needed || m.With == needed) {
			as, ok = max(as, m.As), true
		}
	}
	return as, ok
}

// Reach is where a token has the role with which it acts.
func (t Token) Reach(as plant.Role) plant.Reach {
	if len(t.At) == 0 {
		return plant.Everywhere(as)
	}
	var r plant.Reach
	for _, p := range t.At {
		r.Grants = append(r.Grants, plant.Grant{At: p, Role: as})
	}
	return r
}

// most is the highest role that any of the scopes acts with.
func most(scopes []Scope) plant.Role {
	role := plant.Nobody
	for _, s := range scopes {
		if m, ok := s.means(); ok {
			role = max(role, m.As)
		}
	}
	return role
}

// Words writes scopes as they are kept and read aloud.
func Words(scopes []Scope) string {
	all := make([]string, len(scopes))
	for i, s := range scopes {
		all[i] = string(s)
	}
	return strings.Join(all, " ")
}

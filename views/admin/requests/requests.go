// Package requests is where changes wait for the owners who must approve them.
package requests

import (
	"slices"

	"millwright/views/admin"
	"millwright/views/ui"
)

// List is the page of all requests. Component: ShowList.
type List struct {
	admin.Page
	Open  []Row
	Ended []Row
	Rules []Rule
	Edit  string // where the rules are changed; "" for who may not
}

// Row is one request.
type Row struct {
	Name  string // "Request 7"
	Href  string
	What  string // "Ideal cycles of line filling-1"
	By    string
	At    string
	State string // "Waits for an owner for IT"
}

// Rule says who must approve a kind of change.
type Rule struct{ Kind, By string }

// One is the page of one request. It posts effect, password and comment to …/approve and …/refuse, why to …/withdraw,
// and nothing to …/effect and …/again. Component: ShowOne.
type One struct {
	admin.Page
	Href    string
	State   string
	Waits   bool
	Stale   string // why it can no longer be published; "" when it can
	Again   bool   // the reader may ask for the same on top of what is in use now
	Facts   []Fact
	Touches []string // what is to be approved, and by whom
	Effects []admin.Effect
	Diff    admin.Diff
	Past    *Past // what it would have made of the past; nil for what has none
	Answers []Answer
	Faults  []ui.Fault
	Form    *Form  // nil for who cannot answer
	May     string // why the reader cannot answer; "" when there is nothing to say
	Back    *Withdrawal
	After   *admin.After // nil unless what it asked for is in use, and the reader may set up
}

// Fact is one thing to know.
type Fact struct{ Name, Value string }

// Past is what a change would have made of the last day.
type Past struct {
	Lead  string // when it was computed, and over what; or that it was not
	Lines []Line
	Known bool // it was computed
	Again bool // it may be computed, or computed anew
}

func (p Past) button() string {
	if p.Known {
		return "Compute it anew"
	}
	return "Compute it"
}

// Line is one line, before and after.
type Line struct {
	Name string
	Lead string
	Rows []Compared
	Note string
}

// Compared is one figure before and after.
type Compared struct {
	Name, Before, After, Change string
	Strong                      bool
}

// Answer is what an owner said.
type Answer struct{ Verdict, By, Side, At, Comment, Signed string }

// Form is how an owner answers.
type Form struct {
	Side     string
	Effect   string // the number of the effect that is looked at
	Password bool   // it is asked for once more
	Provider string // who asks the reader anew instead; "" where a password does
	Until    string // how long that counts, "14:05"; "" when it has still to be done
	Approve  bool   // it can be approved as it is
	Comment  string
	Faults   []ui.Fault
}

// Withdrawal is how an author takes a request back.
type Withdrawal struct {
	Why    string
	Faults []ui.Fault
}

// Rules is the page of the rules. It posts version, why and each kind's side to its own address. Component: ShowRules.
type Rules struct {
	admin.Page
	Version string
	Kinds   []Kind
	Owners  string // who they are
	Theirs  string // as somebody else has changed them meanwhile; "" when nobody has
	Why     string
	Faults  []ui.Fault
}

// Kind is one kind of change, and who must approve it.
type Kind struct{ ID, Label, Help, Value, Fault string }

func (f Form) comment() ui.Input {
	return ui.Input{ID: "comment", Label: "Comment", Help: "It is signed with your answer. A refusal needs a reason.", Type: "text", Value: f.Comment, Complete: "off", Optional: true, Fault: ui.FaultOf(f.Faults, "comment")}
}

func (f Form) password() ui.Input {
	return ui.Input{ID: "password", Label: "Your password", Help: "Once more, as your signature.", Type: "password", Complete: "current-password", Fault: ui.FaultOf(f.Faults, "password")}
}

// asks tells that the provider has still to ask the reader anew.
func (f Form) asks() bool { return f.Provider != "" && f.Until == "" }

func (w Withdrawal) why() ui.Input {
	return ui.Input{ID: "why", Label: "Why (required)", Help: "One sentence for the audit.", Type: "text", Value: w.Why, Complete: "off", Fault: ui.FaultOf(w.Faults, "why")}
}

func (r Rules) why() ui.Input { return Withdrawal{r.Why, r.Faults}.why() }

func (k Kind) input() ui.Input {
	return ui.Input{ID: k.ID, Label: k.Label, Help: k.Help, Value: k.Value, Fault: k.Fault}
}

func (r Rules) theirs() ui.Input {
	return ui.Input{ID: "theirs", Label: "As they stand now", Help: "Somebody else has changed them since you opened this page. Take over what you need, then save again: yours take their place.", Value: r.Theirs, Rows: 10, Optional: true}
}

// SideWord says who must agree where a rule asks for that side.
func SideWord(side string) string {
	all := sides()
	i := slices.IndexFunc(all, func(c ui.Choice) bool { return c.Value == side })
	return all[max(i, 0)].Name
}

func sides() []ui.Choice {
	return []ui.Choice{
		{Value: "", Name: "Needs no approval"},
		{Value: "OT", Name: "An owner for OT must agree"},
		{Value: "IT", Name: "An owner for IT must agree"},
		{Value: "OT and IT", Name: "An owner for each, OT and IT, must agree"},
	}
}

func strong(c Compared) string {
	if c.Strong {
		return "row-strong"
	}
	return ""
}

package admin

import (
	"strconv"
	"strings"

	"millwright/views/ui"
)

// PlantFile is the page of what is in use, what is drafted, and what was before. It posts version and why to
// /admin/plant/publish, and version to /admin/plant/drop. Component: ShowPlantFile.
type PlantFile struct {
	Page
	Head    Revision
	Drafted *Review // nil when nothing is drafted
	Past    []Revision
	Older   string  // link to what was before those; "" for none
	Undo    ui.Link // to where the revision before is put back into use; no Href for none
	After   *After  // just after something was published; else nil
}

// After is what comes next once something is in use.
type After struct {
	Lines []ui.Link // those that it is about
	More  string    // that there are others; may be ""
	Gone  []string  // lines that are no longer there: "Line mill"
	Empty bool      // there is no line any more
	Undo  ui.Link   // the way back; may be empty
}

// gone tells of lines that are no longer there; "" when there are none.
func (a After) gone() string {
	switch len(a.Gone) {
	case 0:
		return ""
	case 1:
		return a.Gone[0] + " is no longer there. What it did stays in the ledgers, and it comes back with its past."
	}
	return strings.Join(a.Gone, ", ") + " are no longer there. What they did stays in the ledgers, and they come back with their past."
}

// Revision is one state of the plant.
type Revision struct {
	Number string
	At     string
	By     string
	Why    string
	Origin string
	Href   string
	Since  []string // "filling-1 from Sat 28 Nov 2026, 06:00 on": lines that go by it from before it was published
}

// since tells from when on lines go by a revision.
func (r Revision) since() string {
	if len(r.Since) == 0 {
		return "All lines go by it from then on."
	}
	return "Lines that go by it from before: " + strings.Join(r.Since, "; ") + ". All others do from then on."
}

// held is since in a column.
func (r Revision) held() string {
	if len(r.Since) == 0 {
		return "from then on"
	}
	return strings.Join(r.Since, "; ")
}

// Review is what publishing would do.
type Review struct {
	Version string
	Lines   []Effect
	Amended Amended
	Diff    Diff
	Needs   []string // what has to be approved, and by whom; none when it can be published
	Waits   ui.Link  // the request that it waits as already
	Why     string   // as typed before
	Holds   Holds
	DropWhy string // as typed before
	Faults  []ui.Fault
}

// Amended is what a draft makes otherwise, thing by thing. Each can be taken back: key and seal are posted to
// /admin/plant/take-back.
type Amended struct {
	Changes []Amendment
	More    string // how many are not shown; "" when all are
}

// Amendment is one thing that a draft makes otherwise.
type Amendment struct {
	ID, Key, Seal string
	Thing, What   string
	Diff          Diff
}

// Effect is what one thing that is running would feel.
type Effect struct{ Thing, What string }

// Diff is a comparison of two texts, cut to what differs.
type Diff []DiffRow

// DiffRow is one line of it; Kind is "gone", "come", "cut" (lines are left out here) or "".
type DiffRow struct {
	Old, New int // 0 where it does not stand
	Kind     string
	Text     string
}

func lineNumber(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func sign(r DiffRow) string {
	switch r.Kind {
	case "gone":
		return "−"
	case "come":
		return "+"
	case "cut":
		return "…"
	}
	return " "
}

// OneRevision is the page of one state of the plant. It posts head, why, since, from and, where a draft
// would be lost, draft and drop to /admin/plant/revision/N/back. Component: ShowRevision.
type OneRevision struct {
	Page
	Revision
	InUse  bool
	Undo   ui.Link  // of what is in use: to where the revision before is put back into use; no Href for none
	Head   Revision // what is in use
	Diff   Diff     // from the one before
	Back   []Effect
	Needs  []string // what rolling back to it has to be approved for
	Why    string
	Holds  Holds
	Lost   *Lost  // nil when no draft would be
	Drop   string // whether that may be, as typed before
	Faults []ui.Fault
}

// Lost is a draft that would be lost.
type Lost struct{ Version, By, At string }

// Holds says from when on lines apply a change, as typed.
type Holds struct{ Since, From string }

// PlantText is the page that changes the draft as text. It posts seal and text to /admin/plant/edit. Component: ShowPlantText.
type PlantText struct {
	Page
	Seal   string
	Text   string
	Why    string // as typed
	Theirs string // the draft as somebody else has changed it meanwhile; "" when nobody has
	Faults []ui.Fault
}

func (r Review) why() ui.Input { return why(r.Why, r.Faults) }

func (r OneRevision) why() ui.Input { return why(r.Why, r.Faults) }

func (r Review) dropWhy() ui.Input {
	return ui.Input{ID: "drop-why", Label: "Why it is dropped (required)", Help: "One sentence; the audit keeps it, and what the draft would have changed.", Type: "text", Value: r.DropWhy, Fault: ui.FaultOf(r.Faults, "drop-why")}
}

// dropping tells that somebody was about to drop the draft.
func (r Review) dropping() bool { return r.DropWhy != "" || ui.FaultOf(r.Faults, "drop-why") != "" }

func (r OneRevision) drop() ui.Input {
	return ui.Input{
		ID: "drop", Label: "Drop the draft too", Value: r.Drop, Fault: ui.FaultOf(r.Faults, "drop"),
		Help: r.Lost.By + " changed it last, " + r.Lost.At + ". The audit keeps what it would have changed.",
	}
}

func why(typed string, faults []ui.Fault) ui.Input {
	return ui.Input{ID: "why", Label: "Why (required)", Help: "One sentence for those who look through the history.", Type: "text", Value: typed, Fault: ui.FaultOf(faults, "why")}
}

// since asks from when on lines apply what changes.
func (h Holds) since(faults []ui.Fault) (ui.Input, []ui.Choice) {
	return ui.Input{ID: "since", Label: "Lines go by it", Help: "Their figures from before then stay as they are, but for the last minutes, which are not settled yet.", Value: h.Since, Fault: ui.FaultOf(faults, "since")},
		[]ui.Choice{
			{Value: "now", Name: "From now on"},
			{Value: "shift", Name: "From the start of the running shift, which is reckoned anew"},
			{Value: "time", Name: "From the moment below; what came since is reckoned anew"},
		}
}

func (h Holds) from(faults []ui.Fault) ui.Input {
	return ui.Input{ID: "from", Label: "Moment", Help: "Only for the last choice: within the last 31 days, by the plant's clock.", Type: "datetime-local", Value: h.From, Optional: true, Fault: ui.FaultOf(faults, "from")}
}

func (p PlantText) text() ui.Input {
	return ui.Input{ID: "text", Label: "Plant file", Value: p.Text, Rows: 32, Fault: ui.FaultOf(p.Faults, "text")}
}

func (p PlantText) theirs() ui.Input {
	return ui.Input{ID: "theirs", Label: "The draft as it stands now", Help: "Somebody else has changed it since you opened this page. Take over what you need, then save again.", Value: p.Theirs, Rows: 16, Optional: true}
}

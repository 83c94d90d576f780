package admin

import (
	"strconv"

	"millwright/views/ui"
)

// PlantFile is the page of what is in use, what is drafted, and what was before. It posts version and why to
// /admin/plant/publish, and version to /admin/plant/drop. Component: ShowPlantFile.
type PlantFile struct {
	Page
	Head    Revision
	Drafted *Review // nil when nothing is drafted
	Past    []Revision
	Older   string // link to what was before those; "" for none
}

// Revision is one state of the plant.
type Revision struct {
	Number string
	At     string
	By     string
	Why    string
	Origin string
	Href   string
}

// Review is what publishing would do.
type Review struct {
	Version string
	Lines   []Effect
	Diff    Diff
	Why     string // as typed before
	Faults  []ui.Fault
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

// OneRevision is the page of one state of the plant. It posts why to /admin/plant/revision/N/back. Component: ShowRevision.
type OneRevision struct {
	Page
	Revision
	InUse  bool
	Diff   Diff // from the one before
	Back   []Effect
	Why    string
	Faults []ui.Fault
}

// PlantText is the page that changes the draft as text. It posts seal and text to /admin/plant/edit. Component: ShowPlantText.
type PlantText struct {
	Page
	Seal   string
	Text   string
	Theirs string // the draft as somebody else has changed it meanwhile; "" when nobody has
	Faults []ui.Fault
}

func (r Review) why() ui.Input { return why(r.Why, r.Faults) }

func (r OneRevision) why() ui.Input { return why(r.Why, r.Faults) }

func why(typed string, faults []ui.Fault) ui.Input {
	return ui.Input{ID: "why", Label: "Why", Help: "One sentence for those who look through the history.", Type: "text", Value: typed, Fault: ui.FaultOf(faults, "why")}
}

// since asks from when on lines apply what changes.
func since() (ui.Input, []ui.Choice) {
	return ui.Input{ID: "since", Label: "Lines apply it", Help: "What is laid out before stays as it is."},
		[]ui.Choice{{Value: "now", Name: "From now on"}, {Value: "shift", Name: "From the start of the running shift, laid out anew"}}
}

func (p PlantText) text() ui.Input {
	return ui.Input{ID: "text", Label: "Plant file", Value: p.Text, Rows: 32, Fault: ui.FaultOf(p.Faults, "text")}
}

func (p PlantText) theirs() ui.Input {
	return ui.Input{ID: "theirs", Label: "The draft as it stands now", Help: "Somebody else has changed it since you opened this page. Take over what you need, then save again.", Value: p.Theirs, Rows: 16, Optional: true}
}

package health

import (
	"time"

	"millwright/internal/mes/oee/health"
	"millwright/internal/mes/oee/health/given"
	"millwright/internal/web/api/why"
)

// HealthOf is what is known of one.
type HealthOf struct {
	Line     string    `json:"line"`
	From     time.Time `json:"from" doc:"Of what the cycles are judged by."`
	To       time.Time `json:"to"`
	Findings []Finding `json:"findings" doc:"What is to be mended."`
	Cycles   []Cycle   `json:"cycles"`
	Reasons  Tally     `json:"reasons" doc:"How people say why the line stood, of breakdowns in the shifts of those days."`
	Weeks    []Tally   `json:"weeks" doc:"The same by week (ISO 8601)."`
	Shifts   []Tally   `json:"shifts" doc:"The same by the names of shifts."`
}

// Finding is something to be mended.
type Finding struct {
	What    string   `json:"what" enum:"ideal-cycle-too-slow,ideal-cycle-not-reached,ideal-cycle-missing,unexplained,vague,late,contradicts"`
	Product string   `json:"product,omitempty" doc:"Of one about a cycle."`
	Share   *float64 `json:"share,omitempty" doc:"Of the time of breakdowns; of the reasons that were given where they came late."`
	Count   int      `json:"count,omitempty" doc:"How many stops."`
}

// Cycle is the ideal cycle of a product, and how fast the line runs at its best.
type Cycle struct {
	Product   string     `json:"product"`
	Verdict   string     `json:"verdict" enum:"few,unset,too-slow,low,fits" doc:"few: there is not enough to judge by."`
	Ideal     *float64   `json:"ideal" doc:"Seconds a piece, as it is set; null when it is not."`
	Sustained *float64   `json:"sustained" doc:"Seconds a piece at the 95th percentile of the windows; null when there are not enough."`
	Fitting   *float64   `json:"fitting" doc:"Seconds a piece that would fit."`
	Speed     *float64   `json:"speed" doc:"Ideal over sustained: above 1 the ideal cycle is too slow."`
	Window    float64    `json:"window" doc:"Seconds that a window lasts."`
	Windows   int        `json:"windows"`
	Stretches int        `json:"stretches" doc:"Of running without interruption, in which a window fits."`
	Ran       float64    `json:"ran" doc:"Seconds."`
	Made      float64    `json:"made"`
	Best      []CycleRun `json:"best" doc:"When it ran as fast as that; the longest first."`
}

// CycleRun is a time in which a line ran at its sustained rate or faster.
type CycleRun struct {
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
	Made  float64   `json:"made"`
	Speed *float64  `json:"speed"`
}

// Tally is what is counted of breakdowns.
type Tally struct {
	Name        string  `json:"name,omitempty"`
	Stops       int     `json:"stops"`
	Seconds     float64 `json:"seconds"`
	None        int     `json:"none" doc:"Without a reason."`
	NoneSeconds float64 `json:"noneSeconds"`
	Vague       int     `json:"vague" doc:"With a reason that says nothing in particular."`
	VagueFor    float64 `json:"vagueSeconds"`
	Machine     int     `json:"machine" doc:"Explained by the fault code alone."`
	People      int     `json:"people" doc:"Explained by people."`
	Late        int     `json:"late" doc:"Of those: more than 30 minutes after the stop."`
	Contradict  int     `json:"contradict" doc:"Of those: another reason than the fault code means."`
}

func tallied(name string, t *given.Tally) Tally {
	return Tally{
		Name: name, Stops: t.Stops, Seconds: t.Lasted.Seconds(), None: t.None, NoneSeconds: t.NoneFor.Seconds(), Vague: t.Vague, VagueFor: t.Vaguely.Seconds(),
		Machine: t.Machine, People: t.Said(), Late: t.Later(health.LateAfter), Contradict: t.Against,
	}
}

// OpenStop is one that nobody has explained.
type OpenStop struct {
	Line        string       `json:"line"`
	From        time.Time    `json:"from"`
	To          time.Time    `json:"to" doc:"So far, of one that lasts."`
	Seconds     float64      `json:"seconds"`
	Shift       string       `json:"shift,omitempty"`
	Date        string       `json:"date,omitempty"`
	Unit        string       `json:"unit,omitempty"`
	Fault       string       `json:"fault,omitempty"`
	Product     string       `json:"product,omitempty"`
	Order       string       `json:"order,omitempty"`
	Comment     string       `json:"comment,omitempty"`
	Seen        int64        `json:"seen" doc:"Give it back with what you say of the stop: POST /api/v1/edits."`
	Suggestions []Suggestion `json:"suggestions" doc:"At most three, the likeliest first; none where too little is known."`
}

// Suggestion is a reason that a stop may have had.
type Suggestion struct {
	Reason  *why.Meaning `json:"reason"`
	Right   int          `json:"right" doc:"So many of the suggestions that were as sure were right, on earlier stops that were left out in turn."`
	Of      int          `json:"of"`
	Grounds []Ground     `json:"grounds" doc:"What speaks for it."`
}

// Ground is something that was so before the stop, and before so many of the earlier stops with that reason.
type Ground struct {
	Name  string `json:"name" doc:"A tag, or unit, fault or product." example:"filling-1/filler/fault"`
	Value string `json:"value" example:"went to 214"`
	With  int    `json:"with"`
	Of    int    `json:"of"`
}

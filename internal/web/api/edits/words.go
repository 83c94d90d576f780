package edits

import (
	"strconv"
	"time"

	"millwright/internal/mes/oee/edit"
	"millwright/internal/plant"
	"millwright/internal/web/api/piece"
	"millwright/internal/web/api/why"
)

// Stop is what one reason is said of.
type Stop struct {
	From     time.Time    `json:"from"`
	To       time.Time    `json:"to" doc:"Of a stop that lasts, now."`
	Lasted   float64      `json:"lasted" doc:"Seconds that the line stood: without what ran between stops that were merged."`
	Shift    string       `json:"shift,omitempty"`
	Date     string       `json:"date,omitempty"`
	Category string       `json:"category" doc:"As which the time counts." example:"breakdown"`
	Derived  string       `json:"derived" doc:"What the machines said that it was." example:"breakdown"`
	Unit     string       `json:"unit,omitempty"`
	Fault    string       `json:"fault,omitempty"`
	Product  string       `json:"product,omitempty"`
	Order    string       `json:"order,omitempty"`
	Reason   *why.Meaning `json:"reason" doc:"As somebody said, or else as the fault code means; null when neither is known."`
	Missing  bool         `json:"missing" doc:"Somebody has still to say why."`
	Comment  string       `json:"comment,omitempty"`
	By       string       `json:"by,omitempty" doc:"Who said it; nobody when the machine did."`
	Seen     int64        `json:"seen" doc:"The newest edit about it: send it with what you say of it."`
}

func told(p *plant.Plant, l plant.Line, s edit.Stop) Stop {
	return Stop{
		From: s.From.UTC(), To: s.To.UTC(), Lasted: s.Lasted.Seconds(), Shift: s.Shift, Date: s.Date,
		Category: s.Category.String(), Derived: s.Derived.String(), Unit: string(s.Unit), Fault: s.Fault, Product: s.Product, Order: s.Order,
		Reason: why.Given(p, l, s.Reason), Missing: s.Missing(), Comment: s.Comment, By: s.By, Seen: s.Seen,
	}
}

// Edit is what somebody said.
type Edit struct {
	ID       int64      `json:"id"`
	Line     string     `json:"line"`
	Kind     string     `json:"kind"`
	From     time.Time  `json:"from"`
	To       time.Time  `json:"to"`
	Cut      *time.Time `json:"cut,omitempty"`
	Reason   string     `json:"reason,omitempty"`
	Category string     `json:"category,omitempty" doc:"As which the time counts by it."`
	Comment  string     `json:"comment,omitempty"`
	Good     float64    `json:"good,omitempty"`
	Reject   float64    `json:"reject,omitempty"`
	Product  string     `json:"product,omitempty"`
	Counter  *float64   `json:"counter,omitempty" doc:"Of a reading: what the counter said at the end."`
	Job      string     `json:"job,omitempty" doc:"Of a recount: the job that was counted in all. Its good and reject are how many more or less than were counted else."`
	Undoes   int64      `json:"undoes,omitempty"`
	By       string     `json:"by"`
	At       time.Time  `json:"at"`
}

func written(e edit.Edit) Edit {
	out := Edit{
		ID: e.ID, Line: string(e.Line), Kind: string(e.Kind), From: e.From.UTC(), To: e.To.UTC(), Cut: when(e.Cut), Reason: e.Reason,
		Comment: e.Comment, Good: piece.Told(e.Good), Reject: piece.Told(e.Reject), Product: e.Product, Job: e.Job, Undoes: e.Undoes, By: e.By.Name, At: e.At.UTC(),
	}
	if e.Category != 0 {
		out.Category = e.Category.String()
	}
	if e.Kind == edit.Reading {
		counter := piece.Told(e.Counter)
		out.Counter = &counter
	}
	return out
}

// New is something to be said.
type New struct {
	Line    string       `json:"line" maxLength:"80"`
	Kind    string       `json:"kind" enum:"reason,split,merge,comment,scrap,count,rework,reading,note" doc:"reason: why it stood; split: one stop is two; merge: several are one; scrap: good pieces that are none; count: pieces that no machine counted; rework: good pieces that were right only after rework; reading: what a counter that no program reads counted, as good, with what is counted else; note: what was done about that time."`
	From    time.Time    `json:"from" doc:"Of a stop, as it was listed."`
	To      time.Time    `json:"to"`
	Cut     *time.Time   `json:"cut,omitempty" doc:"Of a split: where."`
	Reason  string       `json:"reason,omitempty" maxLength:"80" doc:"Of GET /api/v1/reasons: its category moves the time."`
	Comment string       `json:"comment,omitempty" maxLength:"500"`
	Good    *piece.Asked `json:"good,omitempty"`
	Reject  *piece.Asked `json:"reject,omitempty"`
	Product string       `json:"product,omitempty" maxLength:"200" doc:"Of pieces: which, where the line made several in that time."`
	Counter *piece.Asked `json:"counter,omitempty" doc:"Of a reading: what the counter said at the end. Without good it is only noted."`
	Seen    int64        `json:"seen,omitempty" doc:"The newest edit of the stop that you have seen: when somebody else has said something since, you are told and nothing changes."`
	Key     string       `json:"key,omitempty" maxLength:"100" doc:"The same key again, however much later, gives the same answer and changes nothing."`
}

func (n New) edit(line plant.LineID, by plant.Person) edit.Edit {
	e := edit.Edit{Line: line, Kind: edit.Kind(n.Kind), From: n.From, To: n.To, Reason: n.Reason, Comment: n.Comment, Product: n.Product, By: by, Key: n.Key}
	if n.Cut != nil {
		e.Cut = *n.Cut
	}
	if n.Good != nil {
		e.Good = n.Good.Quantity
	}
	if n.Reject != nil {
		e.Reject = n.Reject.Quantity
	}
	if n.Counter != nil {
		e.Counter = n.Counter.Quantity
	}
	return e
}

// Result is how a row went.
type Result struct {
	Index  int     `json:"index"`
	Edit   *Edit   `json:"edit,omitempty" doc:"As it is kept."`
	Error  string  `json:"error,omitempty" doc:"Why it is not."`
	Fields []Fault `json:"fields,omitempty"`
	Theirs *Edit   `json:"theirs,omitempty" doc:"What somebody else has said of the same stop meanwhile."`
}

// Fault is one wrong part of a row.
type Fault struct {
	Message  string `json:"message"`
	Location string `json:"location"`
}

func keyOf(key string, i int) string { return key + "/" + strconv.Itoa(i) }

// when gives a time, else null.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	u := t.UTC()
	return &u
}

package ready

import (
	"context"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/brief"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/labour"
	"millwright/internal/plant"
)

// Instruction is the newest version of what is read or answered before a job starts.
type Instruction struct {
	ID        int64      `json:"id,omitempty" doc:"0 or left out: a new one."`
	Version   int64      `json:"version,omitempty" doc:"Send it with a change: it fails when somebody else was first."`
	Kind      string     `json:"kind" enum:"instruction,checklist" doc:"An instruction is read once by each person, a checklist answered once for each job."`
	Title     string     `json:"title" maxLength:"120"`
	Words     string     `json:"words" maxLength:"8000" doc:"Of a checklist one question a line."`
	Line      string     `json:"line,omitempty" maxLength:"80" doc:"Left out: any."`
	Product   string     `json:"product,omitempty" maxLength:"80" doc:"Left out: any."`
	Operation int64      `json:"operation,omitempty" minimum:"0" maximum:"1000000" doc:"Of work orders; left out: any."`
	Retired   bool       `json:"retired,omitempty" doc:"It is asked for no more."`
	By        string     `json:"by,omitempty" readOnly:"true"`
	At        *time.Time `json:"at,omitempty" readOnly:"true"`
}

type (
	sheetsOut struct {
		Body struct {
			Instructions []Instruction `json:"instructions"`
		}
	}
	sheetIn  struct{ Body Instruction }
	sheetOut struct{ Body Instruction }
)

func toldSheet(s brief.Sheet) Instruction {
	return Instruction{s.ID, s.Version, string(s.Kind), s.Title, s.Words, string(s.Line), s.Product, s.Operation, s.Retired, s.By.Name, when(s.At)}
}

func (d Deps) sheets(ctx context.Context, _ *noneIn) (*sheetsOut, error) {
	if err := absent(d.Briefs == nil, "instructions"); err != nil {
		return nil, err
	}
	all, err := d.Briefs.Sheets(ctx)
	out := &sheetsOut{}
	out.Body.Instructions = []Instruction{}
	for _, s := range all {
		out.Body.Instructions = append(out.Body.Instructions, toldSheet(s))
	}
	return out, err
}

func (d Deps) keepSheet(ctx context.Context, in *sheetIn) (*sheetOut, error) {
	by, err := d.manages(ctx)
	if err == nil {
		err = absent(d.Briefs == nil, "instructions")
	}
	if err != nil {
		return nil, err
	}
	b := in.Body
	if _, seen := d.Line(ctx, plant.LineID(b.Line)); b.Line != "" && !seen {
		return nil, &errs.Error{Kind: errs.Invalid, Words: "this cannot be kept", Fields: []errs.Field{{Path: "line", Message: "There is no such line."}}}
	}
	kept, err := d.Briefs.Keep(ctx, brief.Sheet{
		ID: b.ID, Version: b.Version, Kind: brief.Kind(b.Kind), Line: plant.LineID(b.Line), Product: b.Product, Operation: b.Operation, Title: b.Title, Words: b.Words, Retired: b.Retired, By: by,
	})
	return &sheetOut{toldSheet(kept)}, err
}

// LabourStint is the time of somebody on a job.
type LabourStint struct {
	ID        int64          `json:"id"`
	Person    string         `json:"person"`
	From      time.Time      `json:"from"`
	To        time.Time      `json:"to" doc:"Of somebody who still works the end of the shift."`
	Left      bool           `json:"left" doc:"The person has clocked off."`
	Estimated bool           `json:"estimated" doc:"The shift ended, and nobody had clocked off."`
	Reported  bool           `json:"reported" doc:"The work order bears it."`
	Minutes   plant.Quantity `json:"minutes" doc:"As reported."`
}

type (
	labourIn struct {
		Job string `path:"job" maxLength:"80"`
	}
	labourOut struct {
		Body struct {
			Job    string        `json:"job"`
			Stints []LabourStint `json:"stints" doc:"The oldest first."`
		}
	}
	clockOnIn struct {
		Job  string `path:"job" maxLength:"80"`
		Body struct {
			Person string `json:"person" maxLength:"120" doc:"The name of an operator of the line."`
		}
	}
	clockOffIn struct {
		Job   string `path:"job" maxLength:"80"`
		Stint int64  `path:"stint" minimum:"1"`
	}
)

// at finds a job and its line, and who asks there.
func (d Deps) at(ctx context.Context, id string, least plant.Role) (j execution.Job, l plant.Line, by plant.Person, err error) {
	j, known := d.Job(ctx, id)
	if known {
		l, known = d.Line(ctx, j.Line)
	}
	if err := absent(d.Labour == nil, "times of people"); err != nil {
		return j, l, by, err
	}
	if !known {
		return j, l, by, errs.New(errs.NotFound, "there is no job %q that is open or ended lately", errs.Clip(id))
	}
	if by = d.By(ctx, &l); by.Role < least {
		return j, l, by, errs.New(errs.Forbidden, "people clock on at line %s by its operators; there you are %s", l.Name, by.Role)
	}
	return j, l, by, nil
}

func (d Deps) told(ctx context.Context, job string) (*labourOut, error) {
	all, err := d.Labour.Of(ctx, job)
	out, now := &labourOut{}, d.Now()
	out.Body.Job, out.Body.Stints = job, []LabourStint{}
	for _, s := range all {
		out.Body.Stints = append(out.Body.Stints, LabourStint{s.ID, s.Who.Name, s.From.UTC(), s.To.UTC(), s.Left, s.Estimated(now), s.Reported, s.Minutes})
	}
	return out, err
}

func (d Deps) stints(ctx context.Context, in *labourIn) (*labourOut, error) {
	j, _, _, err := d.at(ctx, in.Job, plant.Nobody)
	if err != nil {
		return nil, err
	}
	return d.told(ctx, j.ID)
}

func (d Deps) clockOn(ctx context.Context, in *clockOnIn) (*labourOut, error) {
	j, l, by, err := d.at(ctx, in.Job, plant.Operator)
	if err != nil {
		return nil, err
	}
	if !j.Open() {
		return nil, errs.New(errs.Conflict, "job %s is %s: nobody works on it any more", j.ID, j.Status)
	}
	people, err := d.Hands(ctx, &l)
	if err != nil {
		return nil, err
	}
	who, err := named(people, in.Body.Person)
	if err != nil {
		return nil, err
	}
	if _, err := d.Labour.On(ctx, labour.Begun(l, j, who, by, d.Now())); err != nil {
		return nil, err
	}
	return d.told(ctx, j.ID)
}

func (d Deps) clockOff(ctx context.Context, in *clockOffIn) (*labourOut, error) {
	j, l, by, err := d.at(ctx, in.Job, plant.Operator)
	if err != nil {
		return nil, err
	}
	if _, err := d.Labour.Off(ctx, l.ID, in.Stint, by); err != nil {
		return nil, err
	}
	return d.told(ctx, j.ID)
}

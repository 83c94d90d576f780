// Package brief is what people read, and answer, before they start a job: work instructions and set-up checklists.
package brief

import (
	"context"
	"slices"
	"strings"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/plant"
)

// Kind is what is to be done with a sheet.
type Kind string

// The kinds.
const (
	Instruction Kind = "instruction" // is read, once by each person
	Checklist   Kind = "checklist"   // is answered, once for each job
)

// Sheet is one version of an instruction or a checklist; a version is never changed.
type Sheet struct {
	ID, Version int64
	Kind        Kind
	Line        plant.LineID // "" is any
	Product     string       // "" is any
	Operation   int64        // of work orders; 0 is any
	Title       string
	Words       string // of a checklist: one question a line
	Retired     bool   // it is asked for no more
	By          plant.Person
	At          time.Time
}

// For tells whether a sheet is about a job.
func (s Sheet) For(j execution.Job) bool {
	return !s.Retired && (s.Line == "" || s.Line == j.Line) && (s.Product == "" || s.Product == j.Product) && (s.Operation == 0 || s.Operation == j.Operation)
}

// Questions are those of a checklist.
func (s Sheet) Questions() (all []string) {
	for line := range strings.Lines(s.Words) {
		if q := strings.TrimSpace(line); q != "" {
			all = append(all, q)
		}
	}
	return all
}

// Mark says that somebody has read a version, or answered it for a job.
type Mark struct {
	Sheet, Version int64
	Job            string // "" for an instruction
	Who            plant.Person
	Answers        []string // to each question: "yes", or what is not so
	At             time.Time
}

// Yes tells whether every question was answered with yes.
func (m Mark) Yes() bool {
	return !slices.ContainsFunc(m.Answers, func(a string) bool { return a != "yes" })
}

// Open gives the sheets that a person has to read, or somebody to answer, before a job starts. Answers that are not all
// yes leave a checklist open: the newest of a job counts.
func Open(sheets []Sheet, marks []Mark, j execution.Job, who int64) (all []Sheet) {
	for _, s := range sheets {
		if !s.For(j) {
			continue
		}
		var done bool
		var at time.Time
		for _, m := range marks {
			if m.Sheet != s.ID || m.Version != s.Version || s.Kind == Instruction && m.Who.ID != who || s.Kind == Checklist && m.Job != j.ID {
				continue
			}
			if at.IsZero() || m.At.After(at) {
				done, at = m.Yes(), m.At
			}
		}
		if !done {
			all = append(all, s)
		}
	}
	return all
}

// The bounds of a sheet.
const (
	MostTitle     = 120
	MostWords     = 8000
	MostQuestions = 40
)

// Check tidies a sheet, and tells what is wrong with it.
func (s *Sheet) Check() error {
	var wrong []errs.Field
	add := func(bad bool, path, message string) {
		if bad {
			wrong = append(wrong, errs.Field{Path: path, Message: message})
		}
	}
	s.Title, s.Product, s.Words = strings.TrimSpace(s.Title), strings.TrimSpace(s.Product), strings.TrimSpace(strings.ReplaceAll(s.Words, "\r\n", "\n"))
	add(s.Kind != Instruction && s.Kind != Checklist, "kind", "Choose whether it is read or answered.")
	add(s.Title == "" || len(s.Title) > MostTitle, "title", "Give it a title of up to 120 letters.")
	add(len(s.Words) > MostWords, "words", "Write at most 8,000 letters, and the rest into a file.")
	add(s.Words == "", "words", "Write what is to be done, or asked.")
	add(s.Kind == Checklist && len(s.Questions()) > MostQuestions, "words", "Ask at most 40 questions.")
	add(len(s.Product) > 80, "product", "Write at most 80 letters.")
	add(s.Operation < 0, "operation", "Write the number of an operation, or nothing.")
	if len(wrong) == 0 {
		return nil
	}
	return &errs.Error{Kind: errs.Invalid, Words: "this cannot be kept", Fields: wrong}
}

// Book keeps sheets. Every change is audited.
type Book interface {
	// Sheets gives the newest version of each sheet, by title; retired ones too.
	Sheets(ctx context.Context) ([]Sheet, error)
	// Keep keeps a sheet: as a new one when its ID is 0, else as the version after its Version; errs.Conflict when that is
	// not the newest.
	Keep(ctx context.Context, s Sheet) (Sheet, error)
	// Marks gives what was read by a person, and what was answered for a job.
	Marks(ctx context.Context, job string, who int64) ([]Mark, error)
	// Mark keeps that somebody has read or answered; of the same person, the newest answer stands.
	Mark(ctx context.Context, m Mark) error
}

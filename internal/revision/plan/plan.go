// Package plan is what another plant file would change: in the text, and on what is running.
package plan

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"millwright/config"
	"millwright/config/bounds"
	"millwright/config/difference"
	"millwright/config/machines"
	"millwright/config/strict"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/revision"
	"millwright/internal/revision/consent"
	"millwright/internal/revision/touch"
)

// Plan is a plant file beside the revision in use.
type Plan struct {
	Head  revision.Revision
	Name  string // of the file, for people
	Text  string // the file as the program writes it
	Hunks []revision.Hunk
	Felt  []difference.Change // what is running feels

	Touches []consent.Touch // what both worlds feel
	Rules   consent.Rules   // whose approval that needs
}

// around is how many lines around a change are told.
const around = 3

// Side is one of two plants that are compared: as it is written, and as it is understood.
type Side struct {
	Document config.Document
	Model    config.Model
}

func read(name, text string) (s Side, err error) {
	if s.Document, err = config.ParseDocument(name, []byte(text)); err != nil {
		return s, err
	}
	s.Model, err = s.Document.Model(name, nil)
	return s, err
}

// Felt tells what is running would feel of a change to another plant.
func (s Side) Felt(after Side) []difference.Change {
	return append(difference.Of(s.Model, after.Model), machines.Changes(s.Document, after.Document)...)
}

// Of compares the text of a plant file with the revision in use; errs.Invalid tells every mistake in it. Its machine
// types are numbered as the successors of those in use.
func Of(head revision.Revision, rules consent.Rules, name string, text []byte) (Plan, error) {
	p := Plan{Head: head, Name: name, Rules: rules}
	if strict.Blank(text) {
		return p, errs.New(errs.Invalid, "%s is empty, and would take the whole plant away; a plant with nothing in it is written {}", name)
	}
	d, err := config.ParseDocument(name, text)
	if err != nil {
		return p, err
	}
	before, err := read(fmt.Sprintf("revision %d", head.Number), head.Text)
	if err != nil {
		return p, err
	}
	if wrong := machines.Succeed(before.Document, &d); len(wrong) > 0 {
		return p, &errs.Error{Kind: errs.Invalid, Words: name + " changes what never changes", Fields: wrong}
	}
	after := Side{Document: d}
	if after.Model, err = bounds.Check(name, &before.Document, d); err != nil {
		return p, strict.Lined(text, err)
	}
	canonical, err := d.Text()
	if err != nil {
		return p, err
	}
	p.Text = string(canonical)
	shown, err := veiled(d).Text()
	if err != nil {
		return p, err
	}
	p.Hunks = revision.Hunks(revision.Diff(head.Text, string(shown)), around)
	p.Felt = before.Felt(after)
	p.Touches = touch.Between(before.Model, after.Model)
	return p, nil
}

// veiled is the document as it may be shown: a secret that somebody typed into the file stays unsaid.
func veiled(d config.Document) config.Document {
	d.Connections = slices.Clone(d.Connections)
	for i := range d.Connections {
		for _, secret := range []*string{&d.Connections[i].Password, &d.Connections[i].UserKey} {
			if *secret != "" && !strings.HasPrefix(*secret, "${") {
				*secret = "(typed; sealed once it is published)"
			}
		}
	}
	return d
}

// Same tells that the file is what is in use.
func (p Plan) Same() bool { return p.Text == p.Head.Text }

// Write tells the plan to people.
func (p Plan) Write(w io.Writer) error {
	if p.Same() {
		_, err := fmt.Fprintf(w, "%s is revision %d, which is in use: nothing would change\n", p.Name, p.Head.Number)
		return err
	}
	if _, err := fmt.Fprintf(w, "--- revision %d\n+++ %s\n", p.Head.Number, p.Name); err != nil {
		return err
	}
	for _, h := range p.Hunks {
		if err := h.Write(w); err != nil {
			return err
		}
	}
	if len(p.Felt) == 0 {
		_, err := fmt.Fprintln(w, "\nNothing that is running would feel it.")
		return err
	}
	if _, err := fmt.Fprintln(w, "\nOnce it is in use:"); err != nil {
		return err
	}
	for _, c := range p.Felt {
		if _, err := fmt.Fprintf(w, "  %s %s\n", c.Thing, c.What); err != nil {
			return err
		}
	}
	return p.writeNeeds(w)
}

// Needs gives the sides whose owners must agree.
func (p Plan) Needs() plant.Side { return p.Rules.Needs(p.Touches) }

// Told is a thing that both worlds feel, in words: "line filling-1: ideal cycles (COLA-05)".
func Told(t consent.Touch) string {
	words := t.Kind.String()
	if t.Line != "" {
		words = fmt.Sprintf("line %s: %s", t.Line, t.Kind)
	}
	if t.What != "" {
		words += " (" + t.What + ")"
	}
	return words
}

// writeNeeds tells what has to be approved, and by whom.
func (p Plan) writeNeeds(w io.Writer) error {
	if p.Needs() == plant.NoSide {
		return nil
	}
	if _, err := fmt.Fprintln(w, "\nIt has to be approved first:"); err != nil {
		return err
	}
	for _, t := range p.Rules.Governed(p.Touches) {
		if _, err := fmt.Fprintf(w, "  %s: by %s\n", Told(t), p.Rules.Need[t.Kind].Owners()); err != nil {
			return err
		}
	}
	return nil
}

// Wish is how a plan is to be carried out.
type Wish struct {
	By     plant.Person
	Why    string
	Origin string // where the file came from
	Drop   bool   // a draft that people work on may end with it
	// Unasked publishes what needs approval without it; only for who owns the data folder.
	Unasked bool
	// Seal moves the passwords of a plant to where nobody can read them; the plant keeps a mark of each.
	Seal func(ctx context.Context, d *config.Document, by plant.Person) error
}

// Carry publishes the plan in the place of the revision it was made beside (else errs.Conflict), or makes a request
// of it. A draft that people work on ends with the revision it was begun from, so it is refused unless that is wished.
func (p Plan) Carry(ctx context.Context, book revision.Book, desk consent.Desk, w Wish) (consent.Outcome, error) {
	if w.Why == "" || len(w.Why) > 500 {
		return consent.Outcome{}, errs.New(errs.Invalid, "change the plant: say in one sentence of up to 500 letters why it is changed")
	}
	draft, err := p.ended(ctx, book)
	if err != nil {
		return consent.Outcome{}, err
	}
	if draft.Version > 0 && !w.Drop {
		return consent.Outcome{}, errs.New(errs.Conflict, "change the plant: %s works on a draft begun from revision %d, which would be lost; publish or drop it first, or say that it may be dropped", draft.By.Name, draft.Base)
	}
	d, err := config.ParseDocument(p.Name, []byte(p.Text))
	if err != nil {
		return consent.Outcome{}, err
	}
	if err := w.Seal(ctx, &d, w.By); err != nil {
		return consent.Outcome{}, err
	}
	text, err := d.Text()
	if err != nil {
		return consent.Outcome{}, err
	}
	r := revision.Revision{Parent: p.Head.Number, Text: string(text), By: w.By, Why: w.Why, Origin: w.Origin}
	return desk.Submit(ctx, consent.Change{Revision: r, Draft: draft.Version, Unasked: w.Unasked})
}

// ended is the draft that would be lost; the zero Draft when none would.
func (p Plan) ended(ctx context.Context, book revision.Book) (revision.Draft, error) {
	if p.Same() {
		return revision.Draft{}, nil
	}
	d, err := book.Draft(ctx)
	if errs.KindOf(err) == errs.NotFound {
		return revision.Draft{}, nil
	}
	if err != nil || !d.Loses(p.Head, p.Text) {
		return revision.Draft{}, err
	}
	return d, nil
}

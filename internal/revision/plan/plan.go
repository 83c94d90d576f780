// Package plan is what another plant file would change: in the text, and on what is running.
package plan

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/revision"
)

// Plan is a plant file beside the revision in use.
type Plan struct {
	Head  revision.Revision
	Name  string // of the file, for people
	Text  string // the file as the program writes it
	Hunks []revision.Hunk
	Felt  []config.Change // what is running feels
}

// around is how many lines around a change are told.
const around = 3

// Of compares the text of a plant file with the revision in use; errs.Invalid tells every mistake in it.
func Of(head revision.Revision, name string, text []byte) (Plan, error) {
	p := Plan{Head: head, Name: name}
	d, err := config.ParseDocument(name, text)
	if err != nil {
		return p, err
	}
	after, err := d.Model(name, nil)
	if err != nil {
		return p, err
	}
	canonical, err := d.Text()
	if err != nil {
		return p, err
	}
	p.Text = string(canonical)
	before, err := config.ParsePlant(fmt.Sprintf("revision %d", head.Number), []byte(head.Text))
	if err != nil {
		return p, err
	}
	shown, err := veiled(d).Text()
	if err != nil {
		return p, err
	}
	p.Hunks = revision.Hunks(revision.Diff(head.Text, string(shown)), around)
	p.Felt = config.Changes(before, after)
	return p, nil
}

// veiled is the document as it may be shown: a password that somebody typed into the file stays unsaid.
func veiled(d config.Document) config.Document {
	d.Connections = slices.Clone(d.Connections)
	for i := range d.Connections {
		if c := &d.Connections[i]; c.Password != "" && !strings.HasPrefix(c.Password, "${") {
			c.Password = "(typed; sealed once it is published)"
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
		if err := writeHunk(w, h); err != nil {
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
	return nil
}

// writeHunk writes a part that differs as diff -u does.
func writeHunk(w io.Writer, h revision.Hunk) error {
	from, to, olds, news := 0, 0, 0, 0
	for _, l := range h {
		if l.Old > 0 {
			olds++
		}
		if l.New > 0 {
			news++
		}
		if from == 0 {
			from = l.Old
		}
		if to == 0 {
			to = l.New
		}
	}
	if _, err := fmt.Fprintf(w, "@@ -%d,%d +%d,%d @@\n", from, olds, to, news); err != nil {
		return err
	}
	for _, l := range h {
		if _, err := fmt.Fprintf(w, "%s%s\n", sign(l), l.Text); err != nil {
			return err
		}
	}
	return nil
}

func sign(l revision.Line) string {
	switch {
	case l.Kept():
		return " "
	case l.New > 0:
		return "+"
	}
	return "-"
}

// Wish is how a plan is to be carried out.
type Wish struct {
	By     plant.Person
	Why    string
	Origin string // where the file came from
	Drop   bool   // a draft that people work on may end with it
	// Seal moves the passwords of a plant to where nobody can read them; the plant keeps a mark of each.
	Seal func(ctx context.Context, d *config.Document, by plant.Person) error
}

// Carry publishes the plan in the place of the revision it was made beside (else errs.Conflict). A draft that
// people work on ends with the revision it was begun from, so it is refused unless that is wished.
func (p Plan) Carry(ctx context.Context, book revision.Book, w Wish) (revision.Revision, error) {
	if w.Why == "" || len(w.Why) > 500 {
		return revision.Revision{}, errs.New(errs.Invalid, "change the plant: say in one sentence of up to 500 letters why it is changed")
	}
	if !w.Drop && !p.Same() {
		d, err := book.Draft(ctx)
		if err != nil && errs.KindOf(err) != errs.NotFound {
			return revision.Revision{}, err
		}
		if err == nil && d.Base == p.Head.Number && d.Text != p.Text && d.Text != p.Head.Text {
			return revision.Revision{}, errs.New(errs.Conflict, "change the plant: %s works on a draft begun from revision %d, which would be lost; publish or drop it first, or say that it may be dropped", d.By.Name, d.Base)
		}
	}
	d, err := config.ParseDocument(p.Name, []byte(p.Text))
	if err != nil {
		return revision.Revision{}, err
	}
	if err := w.Seal(ctx, &d, w.By); err != nil {
		return revision.Revision{}, err
	}
	text, err := d.Text()
	if err != nil {
		return revision.Revision{}, err
	}
	return book.Publish(ctx, revision.Revision{Parent: p.Head.Number, Text: string(text), By: w.By, Why: w.Why, Origin: w.Origin})
}

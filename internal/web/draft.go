package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/revision"
)

// Setup is how the plant is changed.
type Setup struct {
	Book revision.Book
	Use  func(ctx context.Context) error // puts the newest revision into use, and returns when its engines have taken over
	// Again lays the time of a line out anew from a moment on, as the line is set up now; nil when nothing can.
	Again func(line plant.LineID, from time.Time) error
	// Seal moves the passwords of a plant to where nobody can read them; the plant keeps a mark of each.
	Seal func(ctx context.Context, d *config.Document, by plant.Person) error
}

// work gives the head, and the draft as it stands, which is the head's text when nobody works on one;
// differs is how many lines they differ in.
func (s *Server) work(ctx context.Context) (head revision.Revision, draft revision.Draft, differs int, err error) {
	if head, err = s.Setup.Book.Head(ctx); err != nil {
		return head, draft, 0, err
	}
	draft, err = s.Setup.Book.Draft(ctx)
	if errs.KindOf(err) == errs.NotFound {
		return head, revision.Draft{Base: head.Number, Text: head.Text}, 0, nil
	}
	if err != nil || draft.Text == head.Text {
		return head, draft, 0, err
	}
	for _, l := range revision.Diff(head.Text, draft.Text) {
		if !l.Kept() {
			differs++
		}
	}
	return head, draft, differs, nil
}

// document gives the plant as it stands in the draft.
func (s *Server) document(ctx context.Context) (config.Document, error) {
	_, draft, _, err := s.work(ctx)
	if err != nil {
		return config.Document{}, err
	}
	return config.ParseDocument("the draft", []byte(draft.Text))
}

// edit changes the draft. change gets the document as it stands now and may refuse (errs.Invalid with fields for
// the form, errs.Conflict when the thing is not as the form showed it). What would not be a plant is refused, and
// nothing is kept then. When two people save at once both changes are kept, one after the other.
func (s *Server) edit(ctx context.Context, who plant.Person, change func(*config.Document) error) error {
	for range 5 {
		_, draft, _, err := s.work(ctx)
		if err != nil {
			return err
		}
		d, err := config.ParseDocument("the draft", []byte(draft.Text))
		if err != nil {
			return err
		}
		if err := change(&d); err != nil {
			return err
		}
		if _, err := d.Model("the plant", nil); err != nil {
			return err
		}
		if err := s.Setup.Seal(ctx, &d, who); err != nil {
			return err
		}
		text, err := d.Text()
		if err != nil || string(text) == draft.Text {
			return err
		}
		draft.Text, draft.By = string(text), who
		_, err = s.Setup.Book.SaveDraft(ctx, draft)
		if errs.KindOf(err) != errs.Conflict {
			return err
		}
	}
	return errs.New(errs.Conflict, "the draft is being changed by somebody else all the time; try again")
}

// publish puts what stands in the draft into use.
func (s *Server) publish(ctx context.Context, who plant.Person, why, since string) error {
	head, draft, differs, err := s.work(ctx)
	if err != nil || differs == 0 {
		return err
	}
	if draft.Base != head.Number {
		return errs.New(errs.Conflict, "the draft was begun from revision %d, and revision %d is in use since: look through what differs, then drop the draft or take it over line by line", draft.Base, head.Number)
	}
	return s.put(ctx, revision.Revision{Parent: head.Number, Text: draft.Text, By: who, Why: why, Origin: "browser"}, since)
}

// put makes a revision the head and puts it into use. Lines whose time it would lay out otherwise apply it from now
// on, or since the start of their running shift ("shift").
func (s *Server) put(ctx context.Context, r revision.Revision, since string) error {
	before, err := s.Setup.Book.Head(ctx)
	if err != nil {
		return err
	}
	if err := s.sealed(ctx, &r); err != nil {
		return err
	}
	if _, err := s.Setup.Book.Publish(ctx, r); err != nil {
		return err
	}
	if err := s.Setup.Use(ctx); err != nil || since != sinceShift || s.Setup.Again == nil {
		return err
	}
	for _, line := range redrawn(before.Text, r.Text) {
		if err := s.sinceShift(line); err != nil {
			return err
		}
	}
	return nil
}

// sinceShift is what a form says that wants a change applied from the start of the running shift.
const sinceShift = "shift"

// sinceShift lays the time of a line out anew from where its running shift began, or the last one when none runs.
func (s *Server) sinceShift(line plant.Line) error {
	now := s.Now()
	shifts := line.Calendar.Between(now.Add(-7*24*time.Hour), now)
	if len(shifts) == 0 {
		return nil
	}
	return s.Setup.Again(line.ID, shifts[len(shifts)-1].From)
}

// redrawn are the lines whose time would be laid out otherwise, as they are afterwards.
func redrawn(before, after string) (lines []plant.Line) {
	a, err := config.ParsePlant("before", []byte(before))
	if err != nil {
		return nil
	}
	b, err := config.ParsePlant("after", []byte(after))
	if err != nil {
		return nil
	}
	for _, id := range config.Redrawn(a, b) {
		if l, ok := b.Plant.Line(id); ok {
			lines = append(lines, l)
		}
	}
	return lines
}

// seal is what a form carries to tell later whether the thing it shows was changed by somebody else meanwhile:
// the hash of the thing as it stands in the plant.
func seal(thing any) string {
	text, err := config.Marshal(thing)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:12])
}

// sealed moves passwords out of a revision: an old one may come from a time before they were sealed.
func (s *Server) sealed(ctx context.Context, r *revision.Revision) error {
	d, err := config.ParseDocument("the plant", []byte(r.Text))
	if err != nil {
		return err
	}
	before := seal(d)
	if err := s.Setup.Seal(ctx, &d, r.By); err != nil || seal(d) == before {
		return err
	}
	text, err := d.Text()
	r.Text = string(text)
	return err
}

package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/config/bounds"
	"millwright/config/machines"
	"millwright/internal/access/accessfile"
	"millwright/internal/errs"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/revision"
	"millwright/internal/revision/consent"
	"millwright/views/ui"
)

// Setup is how the plant is changed.
type Setup struct {
	Book revision.Book
	Use  func(ctx context.Context) error // puts the newest revision into use, and returns when its engines have taken over
	// Seal moves the passwords of a plant to where nobody can read them; the plant keeps a mark of each.
	Seal func(ctx context.Context, d *config.Document, by plant.Person) error
	// Shape makes a model fit this place, as it does that of the plant in use; nil changes nothing.
	Shape func(*config.Model)
	// Desk is where changes are handed in; Notary signs what owners say to them.
	Desk   consent.Desk
	Notary consent.Notary
	// Access keeps who and what may come in as one text.
	Access accessfile.Book
}

// model understands a plant as it would run here.
func (u Setup) model(d config.Document, known *tag.Registry) (config.Model, error) {
	m, err := d.Model("the plant", known)
	if err == nil && u.Shape != nil {
		u.Shape(&m)
	}
	return m, err
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
	if !s.drafts.knows(draft.Text) {
		s.LookAhead() // another program wrote it just now: what a page needs is made while it needs the rest
	}
	_, differs = s.drafts.compare(head.Text, draft.Text).diff()
	return head, draft, differs, nil
}

// document gives the plant as it stands in the draft; what its machine types hold must not be changed.
func (s *Server) document(ctx context.Context) (config.Document, error) {
	_, draft, _, err := s.work(ctx)
	if err != nil {
		return config.Document{}, err
	}
	d, err := s.drafts.understood(draft.Text).document()
	return own(d), err
}

// inUse gives the plant in use; what its machine types hold must not be changed.
func (s *Server) inUse(ctx context.Context) (config.Document, error) {
	head, err := s.Setup.Book.Head(ctx)
	if err != nil {
		return config.Document{}, err
	}
	d, err := s.drafts.understood(head.Text).document()
	return own(d), err
}

// author is who changes something; and why, which the audit keeps and which need not be said.
type author struct {
	plant.Person
	why string
}

func authorOf(c echo.Context) author {
	return author{by(c), strings.TrimSpace(c.FormValue(ui.WhyField))}
}

// check bounds what is said.
func (a author) check() error {
	if len(a.why) <= longestWhy {
		return nil
	}
	return &errs.Error{Kind: errs.Invalid, Words: "the reason is too long", Fields: []errs.Field{{Path: ui.WhyField, Message: "Say it in up to 500 letters, or not at all."}}}
}

// edit changes the draft. change gets the document as it stands now, of which it replaces machine types as a whole, and
// may refuse (errs.Invalid with fields for the form, errs.Conflict when the thing is not as the form showed it). What
// would not be a plant is refused, and nothing is kept then. When two people save at once both changes are kept, one
// after the other.
func (s *Server) edit(ctx context.Context, who author, change func(*config.Document) error) error {
	if err := who.check(); err != nil {
		return err
	}
	for range 5 {
		head, draft, _, err := s.work(ctx)
		if err != nil {
			return err
		}
		before, err := s.drafts.understood(draft.Text).document()
		if err != nil {
			return err
		}
		d := changeable(before)
		if err := change(&d); err != nil {
			return err
		}
		if err := s.numbered(head.Text, &d); err != nil {
			return err
		}
		m, err := bounds.Check("the plant", &before, d)
		if err != nil {
			return err
		}
		if err := s.Setup.Seal(ctx, &d, who.Person); err != nil {
			return err
		}
		text, err := d.Text()
		if err != nil || string(text) == draft.Text {
			return err
		}
		draft.Text, draft.By, draft.Why = string(text), who.Person, who.why
		_, err = s.Setup.Book.SaveDraft(ctx, draft)
		if err == nil {
			s.drafts.keep(draft.Text, d, m)
			s.LookAhead()
		}
		if errs.KindOf(err) != errs.Conflict {
			return err
		}
	}
	return errs.New(errs.Conflict, "the draft is being changed by somebody else all the time; try again")
}

// numbered gives machine types that say something else than those in use the next version.
func (s *Server) numbered(head string, d *config.Document) error {
	used, err := s.drafts.understood(head).document()
	if err != nil {
		return err
	}
	if wrong := machines.Succeed(used, d); len(wrong) > 0 {
		return &errs.Error{Kind: errs.Invalid, Words: "an earlier version would be changed", Fields: wrong}
	}
	return nil
}

// publish puts what stands in the draft into use, or hands it to those who must approve it.
func (s *Server) publish(ctx context.Context, who plant.Person, why, since string) (consent.Outcome, error) {
	head, draft, differs, err := s.work(ctx)
	if err != nil || differs == 0 {
		return consent.Outcome{}, err
	}
	if draft.Base != head.Number {
		return consent.Outcome{}, errs.New(errs.Conflict, "the draft was begun from revision %d, and revision %d is in use since: look through what differs, then drop the draft or take it over line by line", draft.Base, head.Number)
	}
	return s.handIn(ctx, consent.Change{Revision: revision.Revision{Parent: head.Number, Text: draft.Text, By: who, Why: why, Origin: "browser"}, Since: since, Draft: draft.Version})
}

// seal is what a form carries to tell later whether the thing it shows was changed by somebody else meanwhile:
// the hash of the thing as it stands in the plant.
func seal(thing any) string {
	text, err := config.Marshal(thing)
	if err != nil {
		return ""
	}
	return sealOf(text)
}

// sealOf is the seal of a thing that is a text already.
func sealOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:12])
}

// made makes of a text what can be published on top of the revision in use: an old one may hold passwords from a time
// before they were sealed, and machine types under numbers that others had since.
func (s *Server) made(ctx context.Context, head string, r *revision.Revision) error {
	d, err := config.ParseDocument("the plant", []byte(r.Text))
	if err != nil {
		return err
	}
	used, err := s.drafts.understood(head).document()
	if err != nil {
		return err
	}
	before := seal(d)
	machines.Succeed(used, &d) // what was in use once is taken as it is
	if _, err := bounds.Check("the plant", &used, d); err != nil {
		return err
	}
	if err := s.Setup.Seal(ctx, &d, r.By); err != nil || seal(d) == before {
		return err
	}
	text, err := d.Text()
	r.Text = string(text)
	return err
}

// Package outset finds the plant that the program begins with: what was published last, or what a plant file says.
package outset

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"

	"millwright/config"
	"millwright/config/bounds"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/revision"
	"millwright/internal/revision/consent"
)

// Kept is where the plant and the requests to change it are kept.
type Kept interface {
	Revisions() revision.Book
	Requests() consent.Desk
}

// File is the plant file that the program is told to run.
type File struct {
	Name  string // for people: "plants/demo.yaml"
	Text  string // as the program would write it
	Given bool   // there is one at all
}

// FromFile begins the origin of revisions that were read from a plant file at a start.
const FromFile = "file "

// origin marks the revisions that were read from this file.
func (f File) origin() string { return FromFile + filepath.Base(f.Name) }

// check asks of the file what is asked of every plant that is handed in, beside the text of the one in use.
func (f File) check(beside string) error {
	used, err := config.ParseDocument("the plant", []byte(beside))
	if err != nil {
		return err
	}
	d, err := config.ParseDocument(f.Name, []byte(f.Text))
	if err == nil {
		_, err = bounds.Check(f.Name, &used, d)
	}
	return err
}

// Settle finds the revision to run. The plant file makes the first one, and another whenever the file has
// changed, unless the plant was changed here since: nothing that people did is undone in silence.
func Settle(ctx context.Context, s Kept, f File, log *slog.Logger) (revision.Revision, error) {
	book := s.Revisions()
	head, err := book.Head(ctx)
	switch {
	case errs.KindOf(err) == errs.NotFound:
		if err := f.check(""); err != nil {
			return head, err
		}
		return book.Publish(ctx, revision.Revision{Text: f.Text, By: plant.Program(), Why: "the first start", Origin: f.origin()})
	case err != nil || !f.Given || head.Text == f.Text:
		return head, err
	}
	if !strings.HasPrefix(head.Origin, FromFile) {
		read, err := lastRead(ctx, book, f.origin())
		if err == nil && read.Text != f.Text {
			log.Warn("the plant file is not what was read of it, and the plant was changed in the program since; the plant stays as it is: see what differs with millwright plan, and take the file over with millwright apply",
				"file", f.Name, "read as revision", read.Number, "in use", head.Number)
		}
		return head, err
	}
	if err := f.check(head.Text); err != nil {
		log.Warn("the plant file was changed, and is not taken over; the plant stays as it is", "file", f.Name, "err", err)
		return head, nil
	}
	return takeOver(ctx, s.Requests(), head, revision.Revision{Parent: head.Number, Text: f.Text, By: plant.Program(), Why: "the plant file was changed", Origin: f.origin()}, log)
}

// takeOver publishes a changed file, or hands it to those who must approve it: until then the plant stays as it is.
// What they refused is not asked again at every start.
func takeOver(ctx context.Context, desk consent.Desk, head, r revision.Revision, log *slog.Logger) (revision.Revision, error) {
	past, err := desk.Requests(ctx, false, 100)
	if err != nil {
		return r, err
	}
	for _, q := range past {
		if q.Base == r.Parent && q.Hash == consent.Hash(r.Text) && (q.Status == consent.Refused || q.Status == consent.Withdrawn) {
			log.Warn("the plant file was changed, and the change was not approved; the plant stays as it is", "request", q.Number, "status", string(q.Status))
			return head, nil
		}
	}
	out, err := desk.Submit(ctx, consent.Change{Revision: r})
	if err == nil && out.Waits() {
		log.Warn("the plant file was changed, and the change waits for approval; the plant stays as it is", "request", out.Request, "needs", out.Needs.String())
	}
	return out.Revision, err
}

// lastRead is the newest revision that came from a file; the zero Revision when none did.
func lastRead(ctx context.Context, book revision.Book, origin string) (revision.Revision, error) {
	for before := int64(0); ; {
		list, err := book.Revisions(ctx, before, 100)
		if err != nil || len(list) == 0 {
			return revision.Revision{}, err
		}
		for _, r := range list {
			if r.Origin == origin {
				return book.Revision(ctx, r.Number)
			}
			before = r.Number
		}
	}
}

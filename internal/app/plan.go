package app

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/revision"
)

// Plan is the plant that the program is told to run: the text of a plant file, and what is different here.
type Plan struct {
	Name      string            // of the file, for people: "plants/demo.yaml"
	Text      []byte            // nil when there is no file: whatever was published last
	Endpoints map[string]string // where connections are reached from here, in place of what the plant says
	Shape     func(*config.Model)
}

// here makes a model fit this place. A connection that the plant no longer has needs no endpoint.
func (p Plan) here(m *config.Model) {
	for i := range m.Connections {
		if e, ok := p.Endpoints[m.Connections[i].ID]; ok {
			m.Connections[i].Endpoint = e
		}
	}
	if p.Shape != nil {
		p.Shape(m)
	}
}

// fromFile begins the origin of revisions that were read from a plant file at a start.
const fromFile = "file "

// origin marks the revisions that were read from this file.
func (p Plan) origin() string { return fromFile + filepath.Base(p.Name) }

// document reads and checks the file.
func (p Plan) document() (config.Document, error) {
	d, err := config.ParseDocument(p.Name, p.Text)
	if err != nil {
		return d, err
	}
	m, err := d.Model(p.Name, nil)
	if err != nil {
		return d, err
	}
	if err := m.Endpoint(p.Endpoints); p.Text != nil && err != nil {
		return d, err
	}
	return d, nil
}

// planText is the file's text as the program would write it, so that later revisions differ in what they change only.
// Its passwords are moved to the safe.
func (a *App) planText(ctx context.Context) (string, error) {
	d, err := a.plan.document()
	if err == nil {
		err = a.machines.Seal(ctx, &d, plant.Program())
	}
	if err != nil {
		return "", err
	}
	text, err := d.Text()
	return string(text), err
}

// settlePlan finds the revision to run. The plant file makes the first one, and another whenever the file has
// changed, unless the plant was changed here since: nothing that people did is undone in silence. text is the file's.
func settlePlan(ctx context.Context, book revision.Book, p Plan, text string, log *slog.Logger) (revision.Revision, error) {
	head, err := book.Head(ctx)
	switch {
	case errs.KindOf(err) == errs.NotFound:
		return book.Publish(ctx, revision.Revision{Text: text, By: plant.Program(), Why: "the first start", Origin: p.origin()})
	case err != nil || p.Text == nil || head.Text == text:
		return head, err
	}
	if !strings.HasPrefix(head.Origin, fromFile) {
		read, err := lastRead(ctx, book, p.origin())
		if err == nil && read.Text != text {
			log.Warn("the plant file is not what was read of it, and the plant was changed in the program since; the plant stays as it is: see what differs with millwright plan, and take the file over with millwright apply",
				"file", p.Name, "read as revision", read.Number, "in use", head.Number)
		}
		return head, err
	}
	return book.Publish(ctx, revision.Revision{Parent: head.Number, Text: text, By: plant.Program(), Why: "the plant file was changed", Origin: p.origin()})
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

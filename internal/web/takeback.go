// One change of the draft taken back, while all others stand.

package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/config/amendment"
	"millwright/internal/errs"
	"millwright/internal/revision"
	"millwright/views/admin"
	"millwright/views/ui"
)

const (
	mostAmended   = 200 // changes of a draft on its page
	mostAmendment = 60  // lines of one of them
)

// drafted are the changes of a draft, each as a page shows it.
func drafted(changes []amendment.Change) admin.Amended {
	all := admin.Amended{}
	for i, c := range changes {
		if i == mostAmended {
			all.More = fmt.Sprintf("And %d more: take them back as text.", len(changes)-i)
			break
		}
		old, now := textOf(c.Old), textOf(c.New)
		diff := diffOf(revision.Diff(old, now))
		if len(diff) > mostAmendment {
			diff = append(diff[:mostAmendment], admin.DiffRow{Kind: "cut", Text: "and more"})
		}
		all.Changes = append(all.Changes, admin.Amendment{
			ID: "change-" + strconv.Itoa(i+1), Key: c.Key, Seal: sealOf([]byte(old + "\n---\n" + now)), Thing: upper(c.Thing), What: c.What, Diff: diff,
		})
	}
	return all
}

// textOf is a part of the plant as it is written; "" for none.
func textOf(part any) string {
	if part == nil {
		return ""
	}
	text, err := config.Marshal(part)
	if err != nil {
		return ""
	}
	return string(text)
}

// takeBack has the draft go on without one of its changes, if that is still the one that its page showed.
func (s *Server) takeBack(c echo.Context) error {
	told, err := s.takeBackOne(c, c.FormValue("key"), c.FormValue("seal"))
	var last bool
	if err == nil {
		last, err = s.endEmptyDraft(c, "taken back: "+told)
	}
	switch errs.KindOf(err) {
	case errs.Conflict:
		return s.plantPage(c, http.StatusConflict, "", faults(err))
	case errs.Invalid:
		return s.plantPage(c, http.StatusUnprocessableEntity, "", alone(told, err))
	}
	if err != nil {
		return err
	}
	if last {
		return done(c, "/admin/plant", "takenlast")
	}
	return done(c, "/admin/plant", "takenback")
}

// endEmptyDraft ends a draft that changes nothing any more; it tells whether it did.
func (s *Server) endEmptyDraft(c echo.Context, why string) (bool, error) {
	ctx := c.Request().Context()
	head, draft, _, err := s.work(ctx)
	if err != nil || draft.Version == 0 || len(s.drafts.compare(head.Text, draft.Text).amendments()) > 0 {
		return false, err
	}
	err = s.Setup.Book.DropDraft(ctx, draft.Version, by(c), errs.Clip(why))
	if errs.KindOf(err) == errs.Conflict {
		return false, nil // somebody goes on with it
	}
	return err == nil, err
}

// takeBackOne gives the change in words as well, also where it cannot be taken back.
func (s *Server) takeBackOne(c echo.Context, key, shown string) (told string, err error) {
	ctx := c.Request().Context()
	who := author{Person: by(c)}
	if told, err = s.amendmentWords(ctx, key); err != nil {
		return "", err
	}
	who.why = errs.Clip("taken back: " + told)
	return told, s.edit(ctx, who, func(d *config.Document) error {
		used, err := s.inUse(ctx)
		if err != nil {
			return err
		}
		for _, a := range amendment.Of(changeable(used), d) {
			if a.Key != key {
				continue
			}
			if sealOf([]byte(textOf(a.Old)+"\n---\n"+textOf(a.New))) != shown {
				return errs.New(errs.Conflict, "%s otherwise since you looked: it stands below as it is now", a.Words())
			}
			a.TakeBack()
			return nil
		}
		return notDrafted()
	})
}

// amendmentWords tells what a change of the draft is.
func (s *Server) amendmentWords(ctx context.Context, key string) (string, error) {
	head, draft, differs, err := s.work(ctx)
	if err != nil {
		return "", err
	}
	if differs > 0 {
		for _, a := range s.drafts.compare(head.Text, draft.Text).amendments() {
			if a.Key == key {
				return a.Words(), nil
			}
		}
	}
	return "", notDrafted()
}

func notDrafted() error {
	return errs.New(errs.Conflict, "this change is not in the draft any more: somebody took it back, published it or changed it; what is drafted now stands below")
}

// alone tells why one change cannot be taken back while the others stand.
func alone(told string, err error) []ui.Fault {
	all := []ui.Fault{{Text: "The draft would not hold together without this change (" + told + "). Take back or change first what goes with it; nothing was changed."}}
	for _, f := range inText(faults(err)) {
		all = append(all, ui.Fault{Text: f.Text})
	}
	return all
}

package web

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/internal/access/accessfile"
	"millwright/internal/errs"
	"millwright/internal/ot/collect"
	"millwright/internal/ot/driver/opcua/pki"
	"millwright/internal/ot/driver/opcua/probe"
	"millwright/internal/ot/survey"
	"millwright/internal/plant"
	"millwright/internal/revision"
	"millwright/views/admin/connect"
	"millwright/views/figure"
	"millwright/views/ui"
)

// Machines is how connections are tried out, and whom they trust.
type Machines interface {
	Test(ctx context.Context, c config.Connection) probe.Finding
	Look(ctx context.Context, who int64, c config.Connection) (*survey.Survey, error)
	Certificates(shelf pki.Shelf) ([]pki.Kept, error)
	Own() (pki.Kept, []byte, error)
	Judge(ctx context.Context, step pki.Step, by plant.Person, why string) error
	Renew(ctx context.Context, by plant.Person, why string) error
	Shelved() ([]accessfile.Certificate, error)
	Enrol(ctx context.Context, all []accessfile.Certificate, by plant.Person, why string) error
}

const connectionsHome = "/admin/connections"

// oneConnection begins the name of the panel of one connection.
const oneConnection = "admin/connections/"

func connectionHref(id string) string { return connectionsHome + "/" + id }

// connections shows how all of them are doing.
func (s *Server) connections(c echo.Context) error {
	page, err := s.admin(c, connectionsHome, "Connections", "How the machines are reached, and how each connection is doing.")
	if err != nil {
		return err
	}
	d, err := s.document(c.Request().Context())
	if err != nil {
		return err
	}
	page.Frame.Live, page.Frame.Refresh = true, refresh
	p := connect.List{Page: page, States: s.painter().states(moment{Time: s.Now()}, "")}
	for _, one := range d.Connections {
		if _, used := s.painter().stateOf(one.ID); !used {
			p.Drafted = append(p.Drafted, connect.Drafted{ID: one.ID, Endpoint: one.Endpoint, Href: connectionHref(one.ID)})
		}
	}
	return s.show(c, connect.ShowList(p))
}

// stateOf finds how a connection that is in use is doing.
func (p *painter) stateOf(id string) (collect.Status, bool) {
	if p.Sessions == nil {
		return collect.Status{}, false
	}
	all := p.Sessions.Connections()
	i := slices.IndexFunc(all, func(st collect.Status) bool { return st.Connection == id })
	if i < 0 {
		return collect.Status{}, false
	}
	return all[i], true
}

// states is how the connections in use are doing: all of them, or the one that is named.
func (p *painter) states(m moment, only string) connect.StatesPanel {
	panel := connect.StatesPanel{Panel: strings.TrimSuffix("admin/connections/"+only, "/"), One: only != ""}
	if p.Sessions == nil {
		return panel
	}
	locale := figure.Locale{Zone: p.site().Zone}
	for _, st := range p.Sessions.Connections() {
		if only != "" && st.Connection != only {
			continue
		}
		row := connect.State{
			ID: st.Connection, Href: connectionHref(st.Connection), State: phaseOf(st), Error: troubleOf(st),
			Losses: locale.Whole(int64(st.Losses)), Overflows: locale.Whole(0), Rate: figure.Unknown,
		}
		if st.Overflows > 0 { // one mark may stand for several
			row.Overflows = "at least " + locale.Whole(int64(st.Overflows))
		}
		if !st.LastSample.IsZero() {
			row.LastSample = locale.Near(st.LastSample, m.Time) + ", age " + figure.Age(max(m.Sub(st.LastSample), time.Second))
		}
		if st.Rated {
			row.Rate = locale.Number(st.Rate, 1)
		}
		if st.Phase == collect.Waiting && !st.RetryAt.IsZero() {
			row.Retry = fmt.Sprintf("in %d s", max(1, int(math.Ceil(st.RetryAt.Sub(m.Time).Seconds()))))
		}
		panel.Rows = append(panel.Rows, row)
	}
	return panel
}

// phaseOf is where a connection stands, by word and colour.
func phaseOf(st collect.Status) ui.State {
	switch {
	case st.Disabled:
		return ui.State{Tone: ui.Off, Word: "Disabled"}
	case st.Phase == collect.Active:
		return ui.State{Tone: ui.Running, Word: "Active"}
	case st.Phase == collect.Idle:
		return ui.State{Tone: ui.NoOrder, Word: "Idle"}
	case st.Phase == collect.Degraded:
		return ui.State{Tone: ui.Slow, Word: "Degraded"}
	case st.Phase == collect.Starting:
		return ui.State{Tone: ui.Changeover, Word: "Starting"}
	case st.Phase == collect.Waiting:
		return ui.State{Tone: ui.Stopped, Word: "Waiting"}
	}
	return ui.State{Tone: ui.Stopped, Word: "Stopped"}
}

// troubleOf says why a connection is not whole, or why it was lost.
func troubleOf(st collect.Status) string {
	var all []string
	if st.Bad > 0 {
		all = append(all, fmt.Sprintf("%d of %d tags are bad, first %s", st.Bad, st.Tags, errs.Clip(st.FirstBad)))
	}
	if st.Merging {
		all = append(all, fmt.Sprintf("more than %d values a second come: between two the newest of each tag is kept, %d went into newer ones", st.Limit, st.Merged))
	}
	if st.LastError != "" {
		all = append(all, st.LastError)
	}
	return strings.Join(all, "; ")
}

// drafted gives the connection that an address names, as it stands in the draft.
func (s *Server) drafted(c echo.Context) (config.Connection, error) {
	d, err := s.document(c.Request().Context())
	if err != nil {
		return config.Connection{}, err
	}
	one, _, err := findConnection(d, c.Param("connection"))
	return one, err
}

func (s *Server) enableConnection(c echo.Context) error  { return s.switchConnection(c, false) }
func (s *Server) disableConnection(c echo.Context) error { return s.switchConnection(c, true) }

// switchConnection opens or closes a connection at once: this change alone is published, and made in the draft too.
func (s *Server) switchConnection(c echo.Context, off bool) error {
	ctx, id, what := c.Request().Context(), c.Param("connection"), "enabled"
	if off {
		what = "disabled"
	}
	change := func(d *config.Document) error {
		_, i, err := findConnection(*d, id)
		if err == nil {
			d.Connections[i].Disabled = off
		}
		return err
	}
	if err := s.amend(ctx, by(c), "connection "+errs.Clip(id)+" "+what, change); err != nil {
		return err
	}
	return done(c, connectionsHome, what)
}

// amend publishes one change of what is in use, without what is drafted beside it; the draft goes on with the change.
func (s *Server) amend(ctx context.Context, who plant.Person, why string, change func(*config.Document) error) (err error) {
	for range 5 {
		if err = s.tryAmend(ctx, who, why, change); errs.KindOf(err) != errs.Conflict {
			break
		}
	}
	if err != nil {
		return err
	}
	return s.Setup.Use(ctx)
}

func (s *Server) tryAmend(ctx context.Context, who plant.Person, why string, change func(*config.Document) error) error {
	head, draft, differs, err := s.work(ctx)
	if err != nil {
		return err
	}
	r := revision.Revision{Parent: head.Number, By: who, Why: why, Origin: "browser"}
	if r.Text, err = changed(head.Text, change); err != nil {
		return err
	}
	if differs == 0 {
		_, err = s.Setup.Book.Publish(ctx, r)
		return err
	}
	text, err := changed(draft.Text, change)
	switch {
	case errs.KindOf(err) == errs.NotFound: // the draft no longer has it
	case err != nil:
		return err
	default:
		draft.Text = text
	}
	_, err = s.Setup.Book.Amend(ctx, r, draft)
	return err
}

// changed makes a change in the text of a plant.
func changed(text string, change func(*config.Document) error) (string, error) {
	d, err := config.ParseDocument("the plant", []byte(text))
	if err != nil {
		return "", err
	}
	if err := change(&d); err != nil {
		return "", err
	}
	out, err := d.Text()
	return string(out), err
}

// removeConnection takes a connection out of the draft, unless units still use it.
func (s *Server) removeConnection(c echo.Context) error {
	one, err := s.drafted(c)
	if err != nil {
		return err
	}
	err = s.edit(c.Request().Context(), authorOf(c), func(d *config.Document) error {
		now, i, err := findConnection(*d, one.ID)
		if err != nil {
			return err
		}
		if seal(now) != c.FormValue("seal") {
			return errs.New(errs.Conflict, "somebody else has changed this connection since you opened the page: look again, then remove it")
		}
		if unit := userOf(*d, one.ID); unit != "" {
			return errs.New(errs.Invalid, "work unit %s uses this connection: give it another one first", unit)
		}
		d.Connections = slices.Delete(d.Connections, i, i+1)
		return nil
	})
	switch errs.KindOf(err) {
	case errs.Invalid, errs.Conflict:
		form := s.formOf(one)
		form.Faults = faults(err)
		return s.connectionPage(c, http.StatusUnprocessableEntity, one, form, nil)
	}
	if err != nil {
		return err
	}
	return done(c, connectionsHome, "drafted")
}

// userOf is a work unit that uses a connection; "" when none does.
func userOf(d config.Document, id string) string {
	for _, line := range linesOf(d) {
		for _, u := range line.Units {
			if u.Connection == id {
				return cmp.Or(line.Name, line.ID) + " / " + cmp.Or(u.Name, u.ID)
			}
		}
	}
	return ""
}

func linesOf(d config.Document) (all []config.LineEntry) {
	for _, site := range d.Sites {
		for _, area := range site.Areas {
			all = append(all, area.Lines...)
		}
	}
	return all
}

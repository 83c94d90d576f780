// Tables of business records that are imported: uploaded, looked through, then kept.

package web

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/oklog/ulid/v2"

	"millwright/internal/erp/b2mml"
	"millwright/internal/erp/register"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/sheet"
	"millwright/internal/web/api/tables"
	registerview "millwright/views/register"
	"millwright/views/ui"
)

// The bounds of tables that wait to be kept: in memory, the newest of each person.
const (
	mostRecordTables = 6
	linesShown       = 500
	recordImport     = "/lists/:list/import"
)

// recordTables are tables that were looked through and may still be kept.
type recordTables struct {
	mu  sync.Mutex
	all map[string]recordTable
}

// recordTable is one of them.
type recordTable struct {
	list, file string
	by         plant.Person
	at         time.Time
	table      register.Table
}

func (w *recordTables) put(id string, one recordTable) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all == nil {
		w.all = map[string]recordTable{}
	}
	for k, o := range w.all {
		if o.by == one.by || one.at.Sub(o.at) > importKept {
			delete(w.all, k)
		}
	}
	if len(w.all) >= mostRecordTables {
		return errs.New(errs.Conflict, "%d people are importing tables at this moment; try again in some minutes", mostRecordTables)
	}
	w.all[id] = one
	return nil
}

func (w *recordTables) find(id, list string, by plant.Person, now time.Time) (recordTable, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	one, ok := w.all[id]
	if !ok || one.list != list || one.by != by || now.Sub(one.at) > importKept {
		return one, errs.New(errs.NotFound, "this table is not kept any more; upload it again")
	}
	return one, nil
}

// importer finds the list of an address and who takes its tables, and refuses who may not import.
func (s *Server) importer(c echo.Context) (register.Definition, register.Importer, error) {
	d, err := s.importable(c.Param("list"))
	if err != nil {
		return d, nil, err
	}
	im := s.Importers[d.Name]
	switch {
	case im == nil:
		return d, nil, errs.New(errs.NotFound, "no table of %s can be imported", d.Many)
	case !visitorOf(c).reach.Does(d.Duty):
		return d, nil, errs.New(errs.Forbidden, "this takes the duty %s, or the role manager; ask an admin", d.Duty.Or())
	}
	return d, im, nil
}

// showImport asks for a table.
func (s *Server) showImport(c echo.Context) error {
	d, im, err := s.importer(c)
	if err != nil {
		return err
	}
	return s.importAsk(c, d, im, nil)
}

func (s *Server) importAsk(c echo.Context, d register.Definition, im register.Importer, wrong []ui.Fault) error {
	status := http.StatusOK
	if len(wrong) > 0 {
		status = http.StatusUnprocessableEntity
	}
	p := registerview.Import{
		Frame: s.frame(c, "Import "+d.Many, ui.Link{Name: d.Title, Href: d.Home}, ui.Link{Name: "Import"}), Faults: wrong, Action: "/lists/" + d.Name + "/import",
		Limits: fmt.Sprintf("CSV or XLSX, up to %d MB and %d rows. Nothing is kept before you have seen what it would do. What the list gives as a file may come back as it is.", sheet.MaxFile>>20, im.Most()),
	}
	p.Frame.Live, p.Frame.Refresh = false, 0
	if d.Name == "work" {
		p.Limits += " A production schedule in B2MML (V0600 or V0700) is taken as well: each request is a row."
	}
	for _, f := range im.Fields() {
		help := f.Help
		if f.Key {
			help += " It must be there."
		}
		p.Fields = append(p.Fields, registerview.Hidden{Name: f.Title, Value: help})
	}
	return s.showAs(c, status, registerview.AskTable(p))
}

// uploadList takes a table, which waits to be kept.
func (s *Server) uploadList(c echo.Context) error {
	d, im, err := s.importer(c)
	if err != nil {
		return err
	}
	name, file, err := uploaded(c, "file")
	id := ulid.Make().String()
	if err == nil {
		one := recordTable{list: d.Name, file: errs.Clip(name), by: by(c), at: s.Now()}
		if one.table, err = s.tableOf(d, im, file); err == nil {
			err = s.records.put(id, one)
		}
	}
	if shown, err := shownAgain(err, func(wrong []ui.Fault) error { return s.importAsk(c, d, im, wrong) }); shown {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/lists/"+d.Name+"/import/"+id)
}

// tableOf reads a file. Work orders come as a production schedule as well.
func (s *Server) tableOf(d register.Definition, im register.Importer, file []byte) (t register.Table, err error) {
	if d.Name == "work" && b2mml.Is(file) {
		return b2mml.Schedule(file, s.zone())
	}
	return tables.Read(im, d.Columns, file)
}

// lookThrough shows what a table would do.
func (s *Server) lookThrough(c echo.Context) error { return s.importTable(c, false) }

// keepTable does it. Done twice, the second time changes nothing: rows are told apart by their natural keys.
func (s *Server) keepTable(c echo.Context) error { return s.importTable(c, true) }

func (s *Server) importTable(c echo.Context, apply bool) error {
	d, im, err := s.importer(c)
	if err != nil {
		return err
	}
	one, err := s.records.find(c.Param("import"), d.Name, by(c), s.Now())
	if err != nil {
		return err
	}
	ask := register.Import{Table: one.table, Apply: apply, Whole: c.FormValue("whole") == "on", Key: c.Param("import"), By: by(c), Why: "imported from " + one.file, May: visitorOf(c).reach.Does}
	report, err := im.Import(c.Request().Context(), ask)
	if shown, err := shownAgain(err, func(wrong []ui.Fault) error { return s.importAsk(c, d, im, wrong) }); shown {
		return err
	}
	return s.importReport(c, d, one, report)
}

func (s *Server) importReport(c echo.Context, d register.Definition, one recordTable, r register.Report) error {
	p := registerview.Report{
		Frame:  s.frame(c, one.file, ui.Link{Name: d.Title, Href: d.Home}, ui.Link{Name: "Import", Href: "/lists/" + d.Name + "/import"}, ui.Link{Name: one.file}),
		Action: "/lists/" + d.Name + "/import/" + c.Param("import"), Back: ui.Link{Name: d.Title, Href: d.Home},
		Whole: ui.Input{ID: "whole", Label: "Keep all rows or none", Value: c.FormValue("whole")},
	}
	p.Frame.Live, p.Frame.Refresh = false, 0
	p.Counts = fmt.Sprintf("%d new, %d changed, %d unchanged, %d wrong.", r.Count(register.Added), r.Count(register.Changed), r.Count(register.Unchanged), r.Count(register.Refused))
	if len(one.table.Aside) > 0 {
		p.Counts += " Left aside, as no record takes them: " + strings.Join(one.table.Aside, ", ") + "."
	}
	good := r.Count(register.Added) + r.Count(register.Changed)
	switch {
	case r.Applied:
		p.Lead = "Kept. What was wrong was left out."
		if r.Count(register.Refused) == 0 {
			p.Lead = "Kept."
		}
	case c.Request().Method == http.MethodPost:
		p.Lead, p.May = "Nothing was kept: some rows are wrong.", good > 0
	default:
		p.Lead, p.May = "Nothing is kept yet. This is what the table would do.", good > 0
	}
	for _, result := range []register.Result{register.Refused, register.Added, register.Changed, register.Unchanged} {
		for _, l := range r.Lines {
			if l.Result == result && len(p.Rows) < linesShown {
				p.Rows = append(p.Rows, lineTold(d, l))
			}
		}
	}
	if len(r.Lines) > len(p.Rows) {
		p.More = fmt.Sprintf("The first %d of %d rows are shown, the wrong ones first.", len(p.Rows), len(r.Lines))
	}
	return s.show(c, registerview.TellTable(p))
}

func lineTold(d register.Definition, l register.Line) registerview.Told {
	t := registerview.Told{Link: ui.Link{Name: fmt.Sprintf("%d: %s", l.Row, errs.Clip(l.Name))}, Word: upper(string(l.Result))}
	if l.ID != 0 {
		t.Href = d.Page(l.ID)
	}
	if l.Result == register.Refused {
		t.Mood = ui.Alarm
	}
	for _, f := range l.Wrong {
		t.Details = append(t.Details, registerview.Detail{Column: upper(f.Path), Text: f.Message})
	}
	for _, ch := range l.Changes {
		t.Details = append(t.Details, registerview.Detail{Column: ch.Title, Old: errs.Clip(ch.Old), New: errs.Clip(ch.New)})
	}
	return t
}

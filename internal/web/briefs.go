// Work instructions and set-up checklists: what people read and answer before a job starts.

package web

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/brief"
	"millwright/internal/plant"
	"millwright/views/floor"
	"millwright/views/ui"
)

const briefsHome = "/instructions"

// briefPages are those of instructions and checklists.
func (s *Server) briefPages() []route {
	return []route{
		get(briefsHome, plant.Viewer, s.briefs),
		get(briefsHome+"/:id", plant.Viewer, s.brief),
		post(briefsHome, plant.Manager, s.keepBrief),
	}
}

func briefHref(id int64) string { return fmt.Sprintf("%s/%d", briefsHome, id) }

// sheets are the newest versions.
func (s *Server) sheets(c echo.Context) ([]brief.Sheet, error) {
	if s.Dispatch.Briefs == nil {
		return nil, errs.New(errs.NotFound, "no instructions are kept here")
	}
	return s.Dispatch.Briefs.Sheets(c.Request().Context())
}

// briefs is the list of all.
func (s *Server) briefs(c echo.Context) error { return s.showBriefs(c, http.StatusOK, nil) }

func (s *Server) showBriefs(c echo.Context, status int, wrong []ui.Fault) error {
	all, err := s.sheets(c)
	if err != nil {
		return err
	}
	f := s.frame(c, "Instructions", ui.Link{Name: "Instructions and checklists"})
	f.Live, f.Refresh = false, 0
	p := floor.Page{Frame: f, Title: "Instructions and checklists", Lead: "An instruction is read once by each person, and again when it has changed. A checklist is answered for each job before it starts.", Faults: wrong}
	t := floor.Section{ID: "all", Title: "All", Columns: []string{"Title", "Kind", "Line", "Product", "Operation", "Version"}, Empty: "There is none yet."}
	for _, b := range all {
		state := fmt.Sprintf("%d, by %s, %s", b.Version, b.By.Name, s.stamp(b.At))
		if b.Retired {
			state += ", retired"
		}
		t.Rows = append(t.Rows, floor.Row{Cells: append([]string{b.Title, string(b.Kind)}, append(s.about(b), state)...)})
		t.Links = append(t.Links, ui.Link{Name: b.Title, Href: briefHref(b.ID)})
	}
	p.Sections = []floor.Section{t}
	if visitorOf(c).reach.Base >= plant.Manager {
		p.Sections = append(p.Sections, floor.Section{ID: "new", Title: "Write one", Forms: []floor.Form{s.briefForm(c, brief.Sheet{}, wrong)}})
	}
	return s.showAs(c, status, floor.Show(p))
}

// about says what a sheet is for.
func (s *Server) about(b brief.Sheet) []string {
	operation := "any"
	if b.Operation != 0 {
		operation = strconv.FormatInt(b.Operation, 10)
	}
	return []string{cmp.Or(s.lineName(b.Line), "any"), cmp.Or(b.Product, "any"), operation}
}

// briefForm writes a sheet, or its next version; what was typed goes before what is kept.
func (s *Server) briefForm(c echo.Context, b brief.Sheet, wrong []ui.Fault) floor.Form {
	value := func(id, kept string) string {
		if len(wrong) > 0 {
			return c.FormValue(id)
		}
		return kept
	}
	input := func(id, label, help, kept string, optional bool) floor.Field {
		return floor.Field{Input: ui.Input{ID: id, Label: label, Help: help, Type: "text", Optional: optional, Value: value(id, kept), Fault: ui.FaultOf(wrong, id)}}
	}
	kind := input("kind", "Kind", "", string(cmp.Or(b.Kind, brief.Instruction)), false)
	kind.Choices = []ui.Choice{{Value: string(brief.Instruction), Name: "Instruction, to be read"}, {Value: string(brief.Checklist), Name: "Checklist, to be answered"}}
	line := input("line", "Line", "", string(b.Line), false)
	line.Choices = s.anyLine()
	words := input("words", "Words", "Of a checklist: one question a line, each to be answered with yes.", b.Words, false)
	words.Rows = 8
	operation := ""
	if b.Operation != 0 {
		operation = strconv.FormatInt(b.Operation, 10)
	}
	f := floor.Form{Action: briefsHome, Button: "Keep", Primary: true, Fields: []floor.Field{
		kind, input("title", "Title", "", b.Title, false), line, input("product", "Product", "As the line names it. Empty: any.", b.Product, true),
		input("operation", "Operation of the work order", "Its number, like 10. Empty: any.", operation, true), words,
	}, Hidden: []floor.Hidden{{Name: "id", Value: strconv.FormatInt(b.ID, 10)}, {Name: "version", Value: strconv.FormatInt(b.Version, 10)}}}
	if b.ID != 0 {
		f.Fold, f.Of = "Write the next version", b.Title
	}
	return f
}

// brief is one sheet as people see it, with its files.
func (s *Server) brief(c echo.Context) error {
	all, err := s.sheets(c)
	if err != nil {
		return err
	}
	for _, b := range all {
		if strconv.FormatInt(b.ID, 10) != c.Param("id") {
			continue
		}
		f := s.frame(c, b.Title, ui.Link{Name: "Instructions and checklists", Href: briefsHome}, ui.Link{Name: b.Title})
		f.Live, f.Refresh = false, 0
		about := s.about(b)
		p := floor.Page{Frame: f, Title: b.Title, Lead: fmt.Sprintf("Version %d of %s. Line: %s; product: %s; operation: %s.", b.Version, b.By.Name, about[0], about[1], about[2])}
		one := floor.Section{ID: "sheet", Title: upper(string(b.Kind)), Words: b.Words}
		if one.Links, err = s.briefFiles(c, b, "/folio/brief/"); err != nil {
			return err
		}
		if visitorOf(c).reach.Base >= plant.Manager {
			retire := floor.Form{Action: briefsHome, Button: "Retire", Of: b.Title, Hidden: []floor.Hidden{
				{Name: "id", Value: strconv.FormatInt(b.ID, 10)}, {Name: "version", Value: strconv.FormatInt(b.Version, 10)}, {Name: "retire", Value: strconv.FormatBool(!b.Retired)},
			}}
			if b.Retired {
				one.Note, one.Mood, retire.Button = "It is retired: nobody is asked for it.", ui.Warning, "Ask for it again"
			}
			one.Forms = []floor.Form{s.briefForm(c, b, nil), retire}
		}
		p.Sections = []floor.Section{one}
		return s.show(c, floor.Show(p))
	}
	return errs.New(errs.NotFound, "there is no such instruction or checklist")
}

// briefFiles are the files of a sheet, each below an address, and where more are added.
func (s *Server) briefFiles(c echo.Context, b brief.Sheet, below string) (links []ui.Link, err error) {
	if s.Folio == nil {
		return nil, nil
	}
	files, err := s.Folio.Files(c.Request().Context(), fmt.Sprintf("brief/%d", b.ID))
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if !f.Gone {
			links = append(links, ui.Link{Name: f.Name, Href: fmt.Sprintf("%s%d/file/%d", below, b.ID, f.ID)})
		}
	}
	if visitorOf(c).reach.Base >= plant.Viewer {
		links = append(links, ui.Link{Name: "Files and comments", Href: fmt.Sprintf("/folio/brief/%d", b.ID)})
	}
	return links, nil
}

// keepBrief keeps a new sheet, or the next version of one.
func (s *Server) keepBrief(c echo.Context) error {
	b, err := s.briefOf(c)
	if err == nil {
		b, err = s.Dispatch.Briefs.Keep(c.Request().Context(), b)
	}
	switch kind := errs.KindOf(err); {
	case err == nil:
		return c.Redirect(http.StatusSeeOther, briefHref(b.ID))
	case kind == errs.Invalid || kind == errs.Conflict:
		status := http.StatusUnprocessableEntity
		if kind == errs.Conflict {
			status = http.StatusConflict
		}
		return s.showBriefs(c, status, faults(err))
	}
	return err
}

// briefOf reads a sheet from a form; one that is only retired, or asked for again, stays as it is otherwise.
func (s *Server) briefOf(c echo.Context) (b brief.Sheet, err error) {
	all, err := s.sheets(c)
	if err != nil {
		return b, err
	}
	id, _ := strconv.ParseInt(c.FormValue("id"), 10, 64)           // what is no number is a new one
	version, _ := strconv.ParseInt(c.FormValue("version"), 10, 64) // and of no version yet
	if retire := c.FormValue("retire"); retire != "" {
		for _, one := range all {
			if one.ID == id {
				one.Version, one.Retired, one.By = version, retire == "true", visitorOf(c).Person
				return one, nil
			}
		}
		return b, errs.New(errs.NotFound, "there is no such instruction or checklist")
	}
	b = brief.Sheet{
		ID: id, Version: version, Kind: brief.Kind(c.FormValue("kind")), Line: plant.LineID(c.FormValue("line")), Product: strings.TrimSpace(c.FormValue("product")),
		Title: c.FormValue("title"), Words: c.FormValue("words"), By: visitorOf(c).Person,
	}
	b.Operation, err = operationOf(c.FormValue("operation"))
	return b, err
}

// What hangs on documents: comments, files, history.

package web

import (
	"crypto/rand"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/folio"
	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/errs"
	"millwright/internal/plant"
	folioview "millwright/views/folio"
	"millwright/views/ui"
)

const (
	folioFile = "/folio/:kind/:id/file"
	changesOn = 30 // of a history, on one page
)

// folioPages are those of every document.
func (s *Server) folioPages() []route {
	const anybody = plant.Planner | plant.Storekeeper | plant.Purchaser | plant.Sales
	return []route{
		get("/folio/:kind/:id", plant.Viewer, s.folioPage),
		post("/folio/:kind/:id/comment", plant.Viewer, s.comment).by(anybody),
		post(folioFile, plant.Viewer, s.putFile).by(anybody),
		get(folioFile+"/:file", plant.Viewer, s.giveFile),
		post(folioFile+"/:file/remove", plant.Viewer, s.takeFile).by(anybody),
	}
}

// homes are where documents have their pages, each below the home of its kind.
func homes() map[string]ui.Link {
	return map[string]ui.Link{
		"item": {Name: "Item", Href: "/items"}, "bill": {Name: "Bill", Href: "/bills"}, "tool": {Name: "Tool", Href: "/tools"}, "partner": {Name: "Partner", Href: "/partners"}, "sales": {Name: "Sales order", Href: "/sales"},
		"purchase": {Name: "Purchase order", Href: "/purchase"}, "work": {Name: "Work order", Href: "/work"}, "count": {Name: "Count", Href: "/stock/count"},
		"lot": {Name: "Lot or serial", Href: "/stock/lot"}, "place": {Name: "Place", Href: "/stock/place"}, "brief": {Name: "Instruction", Href: briefsHome},
		"move": {Name: "Move", Href: "/stock/move"}, "centre": {Name: "Work centre", Href: centresHome},
		"note": {Name: "Delivery note", Href: "/folio/note"}, "receipt": {Name: "Goods receipt", Href: "/folio/receipt"}, // below their orders, with no page besides
	}
}

// documentOf is the document of an address.
func documentOf(c echo.Context) (kind string, id int64, on string, err error) {
	kind = c.Param("kind")
	id, _ = strconv.ParseInt(c.Param("id"), 10, 64) // what is no number is no document
	if _, known := homes()[kind]; !known {
		return kind, id, "", errs.New(errs.NotFound, "there is no such document")
	}
	on, err = folio.On(kind, id)
	return kind, id, on, err
}

// documentPath is the page of a document, "sales/7"; "" for what has none.
func documentPath(on string) string {
	kind, digits, _ := strings.Cut(on, "/")
	id, err := strconv.ParseInt(digits, 10, 64)
	if _, known := homes()[kind]; !known || err != nil || id <= 0 {
		return ""
	}
	return documentHref(kind, id)
}

func documentHref(kind string, id int64) string { return fmt.Sprintf("%s/%d", homes()[kind].Href, id) }

// hanging is what hangs on a document, for its page: page.Folio, err = s.hanging(c, "item", 12). Where nothing is kept
// of it, it is nil.
func (s *Server) hanging(c echo.Context, kind string, id int64) (*folioview.Panel, error) {
	if s.Folio == nil {
		return nil, nil
	}
	p, err := s.folioPanel(c, kind, id)
	return &p, err
}

// folioPanel reads it.
func (s *Server) folioPanel(c echo.Context, kind string, id int64) (p folioview.Panel, err error) {
	on, err := folio.On(kind, id)
	if err != nil {
		return p, err
	}
	ctx, v := c.Request().Context(), visitorOf(c)
	p = folioview.Panel{Home: fmt.Sprintf("/folio/%s/%d", kind, id), Key: rand.Text(), May: mayShare(v)}
	comments, err := s.Folio.Comments(ctx, on)
	if err != nil {
		return p, err
	}
	for _, one := range comments {
		p.Comments = append(p.Comments, folioview.Comment{
			ID: strconv.FormatInt(one.ID, 10), Who: one.By.Name, When: s.stamp(one.At), Words: one.Words, Before: one.Before, Own: one.By.ID == v.ID && one.By.Name == v.Name,
		})
	}
	files, err := s.Folio.Files(ctx, on)
	if err != nil {
		return p, err
	}
	for _, f := range files {
		p.Files = append(p.Files, s.fileShown(p, f, v))
	}
	before, _ := strconv.ParseInt(c.QueryParam("before"), 10, 64) // what is no number begins at the newest
	changes, err := s.Folio.History(ctx, on, before, changesOn+1)
	if len(changes) > changesOn {
		changes = changes[:changesOn]
		p.Older = fmt.Sprintf("%s?before=%d#history", p.Home, changes[changesOn-1].Seq)
	}
	for _, ch := range changes {
		p.History = append(p.History, folioview.Change{When: s.stamp(ch.At), Who: ch.By.Name, What: changeWords(ch.What), Old: ch.Old, New: ch.New, Why: ch.Why})
	}
	return p, err
}

func (s *Server) fileShown(p folioview.Panel, f folio.File, v visitor) folioview.File {
	shown := folioview.File{Name: f.Name, Note: fmt.Sprintf("%s kB, %s, %s", s.locale().Whole((f.Size+1023)/1024), f.By.Name, s.stamp(f.At))}
	if f.Gone {
		shown.Note += ", taken away"
		return shown
	}
	shown.Href = fmt.Sprintf("%s/file/%d", p.Home, f.ID)
	if p.May && (v.Role >= plant.Manager || f.By.ID == v.ID && f.By.Name == v.Name) {
		shown.Remove = shown.Href + "/remove"
	}
	return shown
}

// folioPage is the panel on a page of its own.
func (s *Server) folioPage(c echo.Context) error { return s.showFolio(c, nil) }

func (s *Server) showFolio(c echo.Context, wrong []ui.Fault) error {
	kind, id, on, err := documentOf(c)
	if err != nil {
		return err
	}
	panel, err := s.folioPanel(c, kind, id)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(wrong) > 0 {
		for i := range wrong {
			if wrong[i].Field == "file" {
				wrong[i].Field = folioview.FileField
			}
		}
		status, panel.Faults, panel.Typed = http.StatusUnprocessableEntity, wrong, c.FormValue("words")
	}
	name, back := homes()[kind].Name, ui.Link{Name: "To the document", Href: documentHref(kind, id)}
	if s.Names != nil {
		numbers, err := s.Names.Numbers(c.Request().Context(), []string{on})
		if err != nil {
			return err
		}
		if side, is := paperSides()[kind]; is {
			if name, back, err = s.paperHome(c, side, numbers[on], id, &panel); err != nil {
				return err
			}
		}
		name = strings.TrimSpace(name + " " + numbers[on])
	}
	p := folioview.Page{Frame: s.frame(c, "Comments, files and history", ui.Link{Name: name, Href: back.Href}, ui.Link{Name: "Comments, files and history"}), Panel: panel, Back: back}
	p.Frame.Live, p.Frame.Refresh = false, 0
	return s.showAs(c, status, folioview.ShowPage(p))
}

// paperSides are the kinds of what goes and comes for orders, by the side of the orders.
func paperSides() map[string]order.Side {
	return map[string]order.Side{"note": partner.Sales, "receipt": partner.Purchase}
}

// paperHome is what a paper is called, and the order that something went or came for; its history begins with that.
func (s *Server) paperHome(c echo.Context, side order.Side, number string, id int64, panel *folioview.Panel) (name string, home ui.Link, err error) {
	none := errs.New(errs.NotFound, "there is no such document")
	if number == "" || s.Trade.Orders == nil {
		return "", home, none
	}
	on, err := s.Names.Find(c.Request().Context(), number)
	if err != nil {
		return "", home, err
	}
	_, digits, _ := strings.Cut(on, "/")
	papers, err := s.Trade.Orders.Papers(c.Request().Context(), side, numbered(digits))
	if err != nil {
		return "", home, err
	}
	for _, p := range papers {
		if p.ID != id {
			continue
		}
		if name = p.Document(); panel.Older == "" {
			panel.History = append(panel.History, folioview.Change{When: s.stamp(p.At), Who: p.By, What: p.Title(), Why: p.Note})
		}
	}
	return name, ui.Link{Name: "To the order", Href: documentPath(on)}, nil
}

// comment keeps what was said.
func (s *Server) comment(c echo.Context) error {
	kind, id, on, err := documentOf(c)
	if err != nil {
		return err
	}
	corrects, _ := strconv.ParseInt(c.FormValue("corrects"), 10, 64) // none is a comment of its own
	_, err = s.Folio.Say(c.Request().Context(), folio.Saying{On: on, Words: c.FormValue("words"), Corrects: corrects, Key: c.FormValue("key"), By: by(c)})
	if shown, err := shownAgain(err, func(wrong []ui.Fault) error { return s.showFolio(c, wrong) }); shown {
		return err
	}
	return c.Redirect(http.StatusSeeOther, documentHref(kind, id)+"#comments")
}

// putFile keeps a file.
func (s *Server) putFile(c echo.Context) error {
	kind, id, on, err := documentOf(c)
	if err != nil {
		return err
	}
	name, content, err := uploaded(c, "file")
	if err == nil {
		_, err = s.Folio.Put(c.Request().Context(), folio.Putting{On: on, Name: name, Content: content, Key: c.FormValue("key"), By: by(c)})
	}
	if shown, err := shownAgain(err, func(wrong []ui.Fault) error { return s.showFolio(c, wrong) }); shown {
		return err
	}
	return c.Redirect(http.StatusSeeOther, documentHref(kind, id)+"#files")
}

// giveFile gives a file to be kept, never to be opened here: it may be anything.
func (s *Server) giveFile(c echo.Context) error {
	_, _, on, err := documentOf(c)
	if err != nil {
		return err
	}
	return s.sendFile(c, on)
}

func (s *Server) sendFile(c echo.Context, on string) error {
	id, _ := strconv.ParseInt(c.Param("file"), 10, 64) // what is no number is no file
	f, content, err := s.Folio.Content(c.Request().Context(), on, id)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("ETag", `"`+f.Hash+`"`)
	kind := f.Type
	if strings.HasPrefix(kind, "text/") {
		kind += "; charset=utf-8"
	}
	return c.Blob(http.StatusOK, kind, content)
}

// takeFile takes a file away.
func (s *Server) takeFile(c echo.Context) error {
	kind, id, on, err := documentOf(c)
	if err != nil {
		return err
	}
	file, _ := strconv.ParseInt(c.Param("file"), 10, 64) // what is no number is no file
	if err := s.Folio.Take(c.Request().Context(), on, file, by(c), ""); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, documentHref(kind, id)+"#files")
}

// changeWords says what was done to a document as people do: "item.add" is "Item added".
func changeWords(what string) string {
	thing, done, _ := strings.Cut(what, ".")
	words := map[string]string{
		"add": "added", "create": "written", "change": "changed", "keep": "kept", "remove": "removed", "release": "released", "obsolete": "made obsolete", "confirm": "confirmed", "cancel": "cancelled",
		"state": "put into another state", "begin": "begun", "finish": "finished", "post": "posted", "reserve": "reserved", "report": "reported", "say": "added", "hold": "put on hold", "resume": "resumed",
		"complete": "completed", "close": "closed", "firm": "firmed", "split": "split", "amend": "changed",
	}[done]
	if words == "" {
		words = done
	}
	return upper(strings.TrimSpace(thing + " " + words))
}

// Labels with codes, and what a code names that somebody scans.

package web

import (
	"bytes"
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/item"
	"millwright/internal/errs"
	"millwright/internal/report/label"
	"millwright/internal/report/paper"
	itemview "millwright/views/item"
	"millwright/views/ui"
)

// scanned is what a code names.
type scanned struct {
	name string
	href string
}

// mostFound is how many items the page of scans offers.
const mostFound = 50

// scanPage takes a code, from a keyboard scanner or a camera, and goes to what it names.
func (s *Server) scanPage(c echo.Context) error {
	// The page looks through the camera; no other may.
	c.Response().Header().Set("Permissions-Policy", "camera=(self), geolocation=(), microphone=(), payment=(), usb=()")
	code := strings.TrimSpace(c.QueryParam("code"))
	page := s.itemView(c, "Scan", ui.Link{Name: "Scan"})
	page.Lead = "Scan a label with a scanner that types, with the camera, or write what stands on it: the number of an item, an order, a delivery note, a work order, a lot or serial, a place, a count or a partner."
	page.Scan, page.Ask = true, &itemview.Ask{Action: "/scan", Button: "Find", Inputs: []ui.Input{{ID: "code", Label: "Code", Focus: true}}}
	if code == "" {
		return s.show(c, itemview.Show(page))
	}
	found, err := s.find(c, code)
	switch {
	case err == nil:
		return c.Redirect(http.StatusSeeOther, found.href)
	case errs.KindOf(err) != errs.NotFound:
		return err
	}
	page.Faults = []ui.Fault{{Field: "code", Text: "Nothing here has the code " + errs.Clip(code) + "."}}
	if s.Trade.Items != nil {
		near, err := s.Trade.Items.Search(c.Request().Context(), item.Search{Text: code, Limit: mostFound})
		if err != nil {
			return err
		}
		page.Tables = []itemview.Table{nearTable(near)}
	}
	return s.showAs(c, http.StatusNotFound, itemview.Show(page))
}

func nearTable(near []item.Item) itemview.Table {
	t := itemview.Table{ID: "near", Title: "Items that it may be", Columns: heads("Item", "Name", "Barcode"), Empty: "No item has it in its number, name or barcode."}
	for _, i := range near {
		t.Rows = append(t.Rows, cells(linked(i.Number, itemHref(i.ID)), plainCell(i.Name), plainCell(i.Barcode)))
	}
	return t
}

// find finds what a code names. A code may be the address of a page of ours, as labels of documents carry it.
func (s *Server) find(c echo.Context, code string) (scanned, error) {
	if card := cardCode.FindString(code); card != "" {
		return scanned{name: card, href: cardHref(card)}, nil
	}
	if at, err := url.Parse(code); err == nil && strings.HasPrefix(at.Path, "/") && !strings.HasPrefix(at.Path, "//") && s.ours(c, at) {
		return scanned{name: at.Path, href: at.Path}, nil
	}
	if s.Trade.Items == nil {
		return scanned{}, errs.New(errs.NotFound, "nothing has the code %s", errs.Clip(code))
	}
	i, err := s.Trade.Items.ByCode(c.Request().Context(), code)
	if errs.KindOf(err) == errs.NotFound {
		return s.findDocument(c, code)
	}
	return scanned{name: i.Number, href: itemHref(i.ID)}, err
}

// findDocument finds the document that has a number: an order, a lot, a place, whatever it is.
func (s *Server) findDocument(c echo.Context, number string) (scanned, error) {
	if s.Names == nil {
		return scanned{}, errs.New(errs.NotFound, "nothing has the number %s", errs.Clip(number))
	}
	on, err := s.Names.Find(c.Request().Context(), number)
	if err != nil {
		return scanned{}, err
	}
	return scanned{name: number, href: documentPath(on)}, nil
}

// ours tells whether an address is that of a page of this site which is asked for.
func (s *Server) ours(c echo.Context, at *url.URL) bool {
	if at.Host != "" && at.Host != c.Request().Host && (s.public == nil || at.Host != s.public.Host) {
		return false
	}
	known := c.Echo().NewContext(c.Request(), nil)
	c.Echo().Router().Find(http.MethodGet, at.Path, known)
	row, there := s.table[http.MethodGet+" "+known.Path()]
	return there && !strings.HasPrefix(row.path, "/api/") && !strings.HasPrefix(row.path, "/static/") && !row.always
}

// mostLabels is how many labels are made at once.
const mostLabels = 500

// labelsAsked are the labels that an address asks for: of items by number, or of any code with a title.
func (s *Server) labelsAsked(c echo.Context) (all []label.Label, err error) {
	kind := cmp.Or(c.QueryParam("kind"), "qr")
	count, err := strconv.Atoi(cmp.Or(c.QueryParam("count"), "1"))
	if err != nil || count < 1 || count > mostLabels {
		return nil, &errs.Error{Kind: errs.Invalid, Words: "the labels cannot be made", Fields: []errs.Field{{Path: "count", Message: "write how many of each, from 1 to " + strconv.Itoa(mostLabels)}}}
	}
	for _, number := range c.QueryParams()["item"] {
		for one := range strings.SplitSeq(number, ",") {
			if one = strings.TrimSpace(one); one == "" {
				continue
			}
			if s.Trade.Items == nil {
				return nil, errs.New(errs.NotFound, "there are no items here")
			}
			i, err := s.Trade.Items.ByNumber(c.Request().Context(), one)
			if err != nil {
				return nil, err
			}
			l, err := Sticker(kind, cmp.Or(i.Barcode, i.Number), i.Number, i.Name)
			if err != nil {
				return nil, err
			}
			for range count {
				if len(all) == mostLabels {
					return all, nil
				}
				all = append(all, l)
			}
		}
	}
	return all, nil
}

// Sticker makes the label of anything: what its code says, its number, and a line about it.
func Sticker(kind, code, title, sub string) (label.Label, error) {
	l := label.Label{Title: title, Sub: sub, Text: code}
	var err error
	switch kind {
	case "bar":
		l.Code, err = label.Bars(code)
	case "qr":
		l.Code, err = label.QR(code)
	default:
		return l, &errs.Error{Kind: errs.Invalid, Words: "the labels cannot be made", Fields: []errs.Field{{Path: "kind", Message: "choose qr or bar"}}}
	}
	if err != nil {
		return l, &errs.Error{Kind: errs.Invalid, Words: "the labels cannot be made", Fields: []errs.Field{{Path: "item", Message: err.Error()}}}
	}
	return l, nil
}

// labelsPage shows labels as they are printed.
func (s *Server) labelsPage(c echo.Context) error {
	page := s.itemView(c, "Labels", ui.Link{Name: "Labels"})
	page.Lead = "Print this page, or take the PDF for sheets of 3 × 8 labels."
	page.Ask = &itemview.Ask{Action: "/labels", Button: "Show", Inputs: []ui.Input{
		{ID: "item", Label: "Items (numbers, commas between)", Value: strings.Join(c.QueryParams()["item"], ", ")},
		{ID: "count", Label: "Of each", Value: cmp.Or(c.QueryParam("count"), "1")},
		{ID: "kind", Label: "Code", Value: cmp.Or(c.QueryParam("kind"), "qr"), Offers: []ui.Choice{{Value: "qr", Name: "QR"}, {Value: "bar", Name: "Bars"}}},
	}}
	all, err := s.labelsAsked(c)
	status := http.StatusOK
	switch errs.KindOf(err) {
	case errs.Invalid, errs.NotFound:
		if err != nil {
			page.Faults, status = faults(err), http.StatusUnprocessableEntity
		}
	default:
		if err != nil {
			return err
		}
	}
	for _, l := range all {
		kind := "bar"
		if l.Code.Square {
			kind = "qr"
		}
		page.Labels = append(page.Labels, itemview.Label{Code: l.Code.Path(), Box: l.Code.Box(), Kind: kind, Title: l.Title, Text: l.Text, Sub: l.Sub})
	}
	if len(all) > 0 {
		page.Links = []ui.Link{{Name: "PDF", Href: "/labels.pdf?" + c.QueryParams().Encode()}}
	}
	return s.showAs(c, status, itemview.Show(page))
}

// labelsFile gives labels as a PDF.
func (s *Server) labelsFile(c echo.Context) error {
	all, err := s.labelsAsked(c)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return errs.New(errs.Invalid, "name the items that labels are for")
	}
	var b bytes.Buffer
	if err := paper.Labels(&b, all, s.Now()); err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `inline; filename="labels.pdf"`)
	return c.Blob(http.StatusOK, "application/pdf", b.Bytes())
}

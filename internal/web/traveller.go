// The papers that go with a work order.

package web

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/stock"
	"millwright/internal/erp/tool"
	"millwright/internal/erp/workorder"
	"millwright/internal/plant"
	"millwright/internal/plant/measure"
	"millwright/internal/report"
	"millwright/internal/report/paper"
)

// toWrite is room to write by hand.
const toWrite = "______________"

// pack is all that a traveller tells.
type pack struct {
	oneWork
	item    item.Item
	bill    bill.Bill              // that was copied; its ID is 0 when it is not known
	centres map[int64]bill.Centre  // by id
	issued  map[int64][]string     // lots by item
	files   map[string][]string    // names of what hangs on documents, by what they are called
	there   map[int64][]stock.Pick // what is to be taken, by the component's position
	places  map[int64]string
}

// traveller writes the papers that go with an order: what is taken of which lots, what is done, and how.
func (s *Server) traveller(c echo.Context) error {
	w, err := s.workOf(c)
	if err != nil {
		return err
	}
	p, err := s.packOf(c.Request().Context(), w)
	if err != nil {
		return err
	}
	r := report.Report{
		Kind: "Traveller", Subject: w.Number, Title: w.Quantity.String() + " " + measure.Symbol(p.item.Unit) + " of " + p.item.Number + " " + p.item.Name,
		Plant: s.painter().site().Name, Made: s.planLocale().Moment(s.Now()), Name: report.Name("traveller", w.Number), Code: w.Number,
	}
	for _, f := range []report.Fact{
		{Name: "Begin", Value: w.Begin.String()},
		{Name: "Due", Value: w.Due.String()},
		{Name: "Line", Value: s.lineName(plant.LineID(w.Line))},
		{Name: "Revision", Value: w.Revision},
		{Name: "State", Value: string(w.Lifecycle)},
		{Name: "On hold", Value: w.Held},
		{Name: "Their number", Value: w.Reference},
		{Name: "Bill", Value: p.version()},
		{Name: "Good so far", Value: positive(w.Good)},
		{Name: "Scrap so far", Value: positive(w.Scrap)},
	} {
		if f.Value != "" {
			r.Facts = append(r.Facts, f)
		}
	}
	r.Parts = []report.Part{p.components(), p.steps(), p.instructions(), record()}
	var b bytes.Buffer
	if err := paper.Write(&b, r, s.Now()); err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `inline; filename="`+r.Name+`.pdf"`)
	return c.Blob(http.StatusOK, "application/pdf", b.Bytes())
}

func positive(q plant.Quantity) string {
	if q == 0 {
		return ""
	}
	return q.String()
}

func (p *pack) version() string {
	if p.bill.ID == 0 {
		return ""
	}
	return "version " + strconv.FormatInt(p.bill.Number, 10) + ", copy " + strconv.FormatInt(p.Snapshot, 10)
}

// packOf gathers what a traveller tells.
func (s *Server) packOf(ctx context.Context, w oneWork) (p pack, err error) {
	p = pack{oneWork: w, issued: map[int64][]string{}, centres: map[int64]bill.Centre{}, files: map[string][]string{}, there: map[int64][]stock.Pick{}, places: map[int64]string{}}
	if p.item, err = s.Planning.Items.Find(ctx, w.Item); err != nil {
		return p, err
	}
	for _, read := range []func(context.Context, *pack) error{s.packBill, s.packLots, s.packPicks, s.packFiles} {
		if err := read(ctx, &p); err != nil {
			return p, err
		}
	}
	return p, nil
}

// packBill finds the bill that was copied, and the work centres.
func (s *Server) packBill(ctx context.Context, p *pack) error {
	if s.Trade.Bills == nil || s.Trade.Centres == nil {
		return nil
	}
	copies, err := s.Planning.Accounts.Snapshots(ctx, p.ID)
	if err != nil {
		return err
	}
	if n := len(copies); n > 0 && copies[n-1].Bill != 0 {
		if p.bill, err = s.Trade.Bills.Find(ctx, copies[n-1].Bill); err != nil {
			return err
		}
	}
	all, err := s.Trade.Centres.Centres(ctx)
	for _, c := range all {
		p.centres[c.ID] = c
	}
	return err
}

// packLots finds the lots that were taken.
func (s *Server) packLots(ctx context.Context, p *pack) error {
	if s.Planning.Exchange == nil {
		return nil
	}
	all, err := s.Planning.Exchange.Performed(ctx, workorder.Span{Orders: []int64{p.ID}})
	if err != nil {
		return err
	}
	for _, l := range all[0].Used {
		if name := l.Lot + l.Serial; name != "" {
			p.issued[l.Item] = append(p.issued[l.Item], name+": "+l.Quantity.String())
		}
	}
	return nil
}

// packPicks suggests what to take of what is still needed: what expires first, first.
func (s *Server) packPicks(ctx context.Context, p *pack) error {
	if s.Trade.Stock == nil || s.Trade.Places == nil || !p.Open() {
		return nil
	}
	for i := range p.Components {
		c := &p.Components[i]
		need := c.Needed(p.Good+p.Scrap+p.Left()) - c.Issued
		if c.Output || need <= 0 {
			continue
		}
		there, err := s.Trade.Stock.Balances(ctx, stock.Shelf{Item: c.Item, Place: c.Place})
		if err != nil {
			return err
		}
		p.there[c.Position], _ = stock.Suggest(there, stock.FEFO, need, s.Now())
		for _, pick := range p.there[c.Position] {
			if p.places[pick.Place] != "" {
				continue
			}
			at, err := s.Trade.Places.Place(ctx, pick.Place)
			if err != nil {
				return err
			}
			p.places[pick.Place] = at.Code
		}
	}
	return nil
}

// packFiles names the files that hang on the order, its item and its bill.
func (s *Server) packFiles(ctx context.Context, p *pack) error {
	if s.Folio == nil {
		return nil
	}
	on := map[string]string{"the order": p.Document(), "the item": fmt.Sprintf("item/%d", p.Item)}
	if p.bill.ID != 0 {
		on["the bill"] = fmt.Sprintf("bill/%d", p.bill.ID)
	}
	for name, document := range on {
		all, err := s.Folio.Files(ctx, document)
		if err != nil {
			return err
		}
		for _, f := range all {
			if !f.Gone {
				p.files[name] = append(p.files[name], f.Name)
			}
		}
	}
	return nil
}

func (p *pack) none(what string) string {
	if p.Snapshot == 0 {
		return "They are copied when the order is released."
	}
	return what
}

func (p *pack) components() report.Part {
	part := report.Part{
		Title: "Components", None: p.none("It takes none."),
		Columns: []report.Column{{Name: "#", Number: true}, {Name: "Item"}, {Name: "Needed", Number: true}, {Name: "Unit"}, {Name: "Issued", Number: true}, {Name: "Lots issued, or to take"}, {Name: "Signed"}},
	}
	for i := range p.Components {
		c := &p.Components[i]
		it := p.items[c.Item]
		lots := append([]string{}, p.issued[c.Item]...)
		for _, pick := range p.there[c.Position] {
			lots = append(lots, strings.TrimSpace("take "+pick.Quantity.String()+" at "+p.places[pick.Place]+" "+pick.Lot+pick.Serial))
		}
		if c.Output {
			lots = []string{"comes out"}
		}
		part.Rows = append(part.Rows, report.Row{Cells: report.Texts(
			strconv.FormatInt(c.Position, 10), it.Number+"\n"+it.Name, c.Needed(p.Good+p.Scrap+p.Left()).String(), measure.Symbol(it.Unit), c.Issued.String(), strings.Join(lots, "\n"), toWrite)})
	}
	return part
}

func (p *pack) steps() report.Part {
	part := report.Part{
		Title: "Operations", None: p.none("There are none."),
		Columns: []report.Column{{Name: "#", Number: true}, {Name: "Operation"}, {Name: "Work centre"}, {Name: "Set-up, min", Number: true}, {Name: "Run, min", Number: true}, {Name: "Good"}, {Name: "Scrap"}, {Name: "Signed"}},
	}
	for _, o := range p.Operations {
		centre := p.centres[o.Centre]
		good, scrap := toWrite[:7], toWrite[:7]
		if o.Done {
			good, scrap = o.Good.String(), o.Scrap.String()
		}
		part.Rows = append(part.Rows, report.Row{Cells: report.Texts(strconv.FormatInt(o.Position, 10), o.Name, strings.TrimSpace(centre.Code+" "+centre.Name), tenths(o.SetUp), tenths(o.Run), good, scrap, toWrite)})
	}
	return part
}

// tenths writes minutes as people read them.
func tenths(m workorder.Minutes) string {
	n, _ := m.Times(10, int64(plant.One)) // a tenth of what fits, fits
	whole, _ := n.Times(int64(plant.One), 10)
	return whole.String()
}

// instructions are what people have written for who makes it, and what hangs on the order.
func (p *pack) instructions() report.Part {
	part := report.Part{Title: "Instructions", None: "None are written."}
	say := func(words string) { part.Words = append(part.Words, report.Words{Text: words}) }
	if p.Note != "" {
		say("Order: " + p.Note)
	}
	if p.item.Note != "" {
		say("Item: " + p.item.Note)
	}
	if p.bill.Note != "" {
		say("Bill: " + p.bill.Note)
	}
	for _, o := range p.Operations {
		if o.Skill != 0 || o.Tool != 0 || o.Also != (tool.Takes{}) {
			say(fmt.Sprintf("Operation %d, %s, takes %s", o.Position, o.Name, takenBy(o, p.kit)))
		}
	}
	for _, o := range p.bill.Operations {
		if o.Note != "" {
			say(fmt.Sprintf("Operation %d, %s: %s", o.Position, o.Name, o.Note))
		}
	}
	for _, on := range []string{"the order", "the item", "the bill"} {
		if names := p.files[on]; len(names) > 0 {
			say("Files of " + on + ": " + strings.Join(names, ", "))
		}
	}
	if len(part.Words) > 0 {
		part.None = ""
	}
	return part
}

// record is room for what is made without a screen.
func record() report.Part {
	part := report.Part{Title: "Record", Columns: []report.Column{{Name: "Date, time"}, {Name: "Operation"}, {Name: "Good"}, {Name: "Scrap"}, {Name: "Lot made"}, {Name: "Minutes"}, {Name: "Signed"}}}
	for range 6 {
		part.Rows = append(part.Rows, report.Row{Cells: report.Texts(toWrite, toWrite[:7], toWrite[:7], toWrite[:7], toWrite, toWrite[:7], toWrite)})
	}
	return part
}

// Customers and suppliers: what is agreed with them.

package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/partner"
	"millwright/internal/erp/tabled"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/plant/measure"
	"millwright/views/figure"
	orderview "millwright/views/order"
	"millwright/views/ui"
)

const partnersHome = "/partners"

func partnerHref(id int64) string { return partnersHome + "/" + strconv.FormatInt(id, 10) }

// partnerBook keeps partners; it is not there where the program keeps none.
func (s *Server) partnerBook() (partner.Book, error) {
	if s.Trade.Partners == nil {
		return nil, errs.New(errs.NotFound, "no partners are kept here")
	}
	return s.Trade.Partners, nil
}

// partnerOf finds the partner that an address names; without a number a new one.
func (s *Server) partnerOf(c echo.Context) (partner.Book, partner.Partner, error) {
	book, err := s.partnerBook()
	if err != nil || c.Param("number") == "" {
		return book, partner.Partner{Customer: c.QueryParam("as") != "supplier", Supplier: c.QueryParam("as") == "supplier"}, err
	}
	id, err := numberOf(c, "such partner")
	if err != nil {
		return nil, partner.Partner{}, err
	}
	p, err := book.Partner(c.Request().Context(), id)
	return book, p, err
}

// partner shows a partner.
func (s *Server) partner(c echo.Context) error {
	book, p, err := s.partnerOf(c)
	if err != nil {
		return err
	}
	ctx, l := c.Request().Context(), s.locale()
	f := s.frame(c, p.Name, ui.Link{Name: "Partners", Href: partnersHome}, ui.Link{Name: p.Number})
	f.Live, f.Refresh, f.Path = false, 0, partnerHref(p.ID)
	page := orderview.Partner{Frame: f, Done: said(c.QueryParam("done")), Number: p.Number, Name: p.Name, Kind: p.Kind(), Facts: partnerFacts(p)}
	if p.Retired {
		page.Kind += ", retired"
	}
	for _, k := range p.Contacts {
		page.Contacts = append(page.Contacts, orderview.Fact{Name: cmp.Or(k.Task, "Contact"), Value: strung(" · ", k.Name, k.Mail, k.Phone)})
	}
	for i, a := range p.Places {
		page.Contacts = append(page.Contacts, orderview.Fact{Name: cmp.Or(a.Name, "Address "+strconv.Itoa(i+1)), Value: a.Text})
	}
	if page.Prices, err = s.priceViews(c, book, p, l); err != nil {
		return err
	}
	if page.Supplies, err = s.supplyViews(ctx, book, p, l); err != nil {
		return err
	}
	if page.Folio, err = s.hanging(c, "partner", p.ID); err != nil {
		return err
	}
	page.Links = partnerLinks(c, p)
	return s.show(c, orderview.ShowPartner(page))
}

func strung(by string, words ...string) string {
	var all []string
	for _, w := range words {
		if w != "" {
			all = append(all, w)
		}
	}
	return strings.Join(all, by)
}

func partnerLinks(c echo.Context, p partner.Partner) (all []orderview.Link) {
	add := func(name, href string, primary bool) {
		all = append(all, orderview.Link{Link: ui.Link{Name: name, Href: href}, Primary: primary})
	}
	if p.Customer && mayDo(c, plant.Sales) && !p.Retired {
		add("New quote", "/sales/new?partner="+escape(p.Number), true)
	}
	if p.Supplier && mayDo(c, plant.Purchaser) && !p.Retired {
		add("New request", "/purchase/new?partner="+escape(p.Number), !p.Customer)
	}
	if mayDo(c, tabled.Duty(p)) {
		add("Change", partnerHref(p.ID)+"/change", false)
		add("Add a price", partnerHref(p.ID)+"/price", false)
	}
	if p.Supplier && mayDo(c, plant.Purchaser) {
		add("Add what they deliver", partnerHref(p.ID)+"/supply", false)
	}
	return all
}

func partnerFacts(p partner.Partner) (all []orderview.Fact) {
	add := func(name, value string) {
		if value != "" {
			all = append(all, orderview.Fact{Name: name, Value: value})
		}
	}
	add("Price list", p.List)
	add("Terms of payment", p.Terms)
	add("Tax number", p.Tax)
	add("Lead time", plural(p.LeadDays, "day", "days"))
	if p.Supplier {
		add("May come too much", p.Margin.Over.String()+" %")
		add("May be missing", p.Margin.Under.String()+" %")
	}
	add("Goods go", cmp.Or(p.Calendar.String(), "every day"))
	add("Note", p.Note)
	return all
}

func (s *Server) priceViews(c echo.Context, book partner.Book, p partner.Partner, l figure.Locale) (all []orderview.Price, err error) {
	for _, side := range []partner.Side{partner.Sales, partner.Purchase} {
		if side == partner.Sales && !p.Customer || side == partner.Purchase && !p.Supplier {
			continue
		}
		prices, err := book.Prices(c.Request().Context(), partner.Ask{Side: side, Partner: p.ID, List: p.List})
		if err != nil {
			return nil, err
		}
		for _, r := range prices {
			v := orderview.Price{
				Item: ui.Link{Name: r.Number, Href: itemHref(r.Item)}, From: exactly(l, r.Least.String()), Unit: measure.Symbol(r.Unit), Amount: exactly(l, s.settled(r.Amount)), List: string(side) + ", agreed",
			}
			if r.From+r.To != "" {
				v.Valid = cmp.Or(r.From, "…") + " – " + cmp.Or(r.To, "…")
			}
			if r.List != "" {
				v.List = string(side) + ", list " + r.List
			}
			if mayDo(c, sideDuty(side)) {
				v.Remove = &orderview.Step{Name: "Remove", Action: fmt.Sprintf("%s/price/%d/remove", partnerHref(p.ID), r.ID), Version: strconv.FormatInt(r.Version, 10)}
			}
			all = append(all, v)
		}
	}
	return all, nil
}

func sideDuty(side partner.Side) plant.Duty {
	if side == partner.Purchase {
		return plant.Purchaser
	}
	return plant.Sales
}

func (s *Server) supplyViews(ctx context.Context, book partner.Book, p partner.Partner, l figure.Locale) (all []orderview.Supply, err error) {
	if !p.Supplier {
		return nil, nil
	}
	supplies, err := book.Supplies(ctx, p.ID, 0)
	for _, r := range supplies {
		v := orderview.Supply{Item: ui.Link{Name: r.ItemNo, Href: itemHref(r.Item)}, Number: r.Number, Unit: measure.Symbol(r.Unit), Price: figure.Unknown, Lead: strconv.Itoa(p.LeadDays) + " d", Least: exactly(l, r.Least.String()), Multiple: exactly(l, r.Multiple.String())}
		if r.Price != nil {
			v.Price = exactly(l, s.settled(*r.Price))
		}
		if r.LeadDays != nil {
			v.Lead = strconv.Itoa(*r.LeadDays) + " d"
		}
		if r.Preferred {
			v.Preferred = "Preferred"
		}
		all = append(all, v)
	}
	return all, err
}

// typedPartner reads the form into a partner; what cannot be read is told.
func typedPartner(c echo.Context, p partner.Partner) (partner.Partner, partner.Wrong) {
	var w partner.Wrong
	value := func(id string) string { return strings.ReplaceAll(strings.TrimSpace(c.FormValue(id)), "\r\n", "\n") }
	percent := func(id string) plant.Quantity {
		if value(id) == "" {
			return 0
		}
		q, err := plant.ParseQuantity(decimal(value(id)))
		if err != nil {
			w.Add(id, "%s.", upper(err.Error()))
		}
		return q
	}
	p.Number, p.Name, p.List, p.Terms, p.Tax, p.Note = value("number"), value("name"), value("list"), value("terms"), value("tax"), value("note")
	p.Customer, p.Supplier, p.Retired = value("customer") == "on", value("supplier") == "on", value("retired") == "on"
	p.Margin = partner.Margin{Over: percent("over"), Under: percent("under")}
	days, err := strconv.Atoi(cmp.Or(value("lead"), "0"))
	if p.LeadDays = days; err != nil {
		w.Add("lead", "Write a number of days.")
	}
	p.Calendar = partner.Calendar{Closed: strings.Split(value("closed"), "\n")}
	for _, name := range strings.FieldsFunc(value("days"), func(r rune) bool { return r == ' ' || r == ',' }) {
		var ok bool
		if p.Calendar.Days, ok = p.Calendar.Days.With(name); !ok {
			w.Add("days", "Write weekdays as Mon Tue Wed Thu Fri Sat Sun.")
			break
		}
	}
	p.Contacts, p.Places = nil, nil
	for _, l := range typedContacts(c) {
		p.Contacts = append(p.Contacts, partner.Contact{Name: l["name"], Task: l["task"], Mail: l["mail"], Phone: l["phone"]})
	}
	for i := range maxPlaces {
		if text := value("places-text-" + strconv.Itoa(i)); text != "" {
			p.Places = append(p.Places, partner.Address{Text: text})
		}
	}
	p.Version = versionOf(c)
	return p, w
}

// maxPlaces is how many addresses the form has; more are kept by the API.
const maxPlaces = 6

// keepPartner keeps a new partner, or a changed one.
func (s *Server) keepPartner(c echo.Context) error {
	book, was, err := s.partnerOf(c)
	if err != nil {
		return err
	}
	if c.FormValue("do") == "more" {
		return s.partnerForm(c, http.StatusOK, was, append(typedContacts(c), typedLine{}), nil)
	}
	p, w := typedPartner(c, was)
	p = namedPlaces(p.Clean(), was)
	if !mayDo(c, tabled.Duty(p)) || was.ID != 0 && !mayDo(c, tabled.Duty(was)) {
		return errs.New(errs.Forbidden, "customers are kept by who has the duty sales, suppliers by purchasers; ask an admin")
	}
	if err := p.Check(s.painter().site().Currency); err != nil {
		for _, f := range faults(err) {
			w.Add(f.Field, "%s", f.Text)
		}
	}
	if err = w.Err("this partner cannot be kept"); err == nil {
		p, err = book.Keep(c.Request().Context(), p, by(c), strings.TrimSpace(c.FormValue(ui.WhyField)))
	}
	switch kind := errs.KindOf(err); {
	case err == nil:
		return done(c, partnerHref(p.ID), "saved")
	case kind == errs.Invalid:
		return s.partnerForm(c, http.StatusUnprocessableEntity, was, typedContacts(c), inRows(faults(err), nil))
	case kind == errs.Conflict:
		return s.partnerForm(c, http.StatusConflict, was, typedContacts(c), faults(err))
	}
	return err
}

// namedPlaces gives addresses that did not change the names they had.
func namedPlaces(p, was partner.Partner) partner.Partner {
	for i := range p.Places {
		if i < len(was.Places) {
			p.Places[i].Name = was.Places[i].Name
		}
	}
	return p
}

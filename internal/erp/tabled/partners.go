package tabled

import (
	"context"
	"strings"

	"millwright/internal/erp/partner"
	"millwright/internal/erp/register"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Partners are customers and suppliers by their numbers. More rows of one number are more contacts and addresses.
type Partners struct{ Book partner.Book }

// The columns of a table of partners.
const (
	pNumber, pName, pCustomer, pSupplier = "Number", "Name", "Customer", "Supplier"
	pList, pLead, pTerms, pTax           = "Price list", "Lead time, days", "Terms", "Tax number"
	pOver, pUnder, pDays, pClosed        = "Over, %", "Under, %", "Goods go on", "Closed days"
	pContact, pTask, pMail, pPhone       = "Contact", "Task", "Mail", "Phone"
	pPlace, pAddress, pNote, pRetired    = "Address name", "Address", "Note", "Retired"
	yesOrNo                              = "yes or no."
)

// Fields are the columns of a table of partners.
func (Partners) Fields() []register.Field {
	return []register.Field{
		{Title: pNumber, Key: true, Help: "As people know it; what there is already is changed. More rows of one number are more contacts and addresses."},
		{Title: pName},
		{Title: pCustomer, Help: yesOrNo},
		{Title: pSupplier, Help: yesOrNo},
		{Title: pList, Help: "By which a customer buys."},
		{Title: pLead, Help: "Until goods of a supplier are here."},
		{Title: pTerms, Help: "Of payment, as they are printed."},
		{Title: pTax},
		{Title: pOver, Help: "That may come too much of what was ordered."},
		{Title: pUnder, Help: "That may be missing, and the line is done."},
		{Title: pDays, Help: "Mon Tue Wed Thu Fri Sat Sun; every day when empty."},
		{Title: pClosed, Help: "Dates like 2026-12-24, apart by spaces."},
		{Title: pContact, Help: "A person's name."},
		{Title: pTask},
		{Title: pMail},
		{Title: pPhone},
		{Title: pPlace},
		{Title: pAddress, Help: "The first is where goods go."},
		{Title: pNote},
		{Title: pRetired, Help: yesOrNo},
	}
}

// Key is the number.
func (Partners) Key(r Row) []string { return []string{r.Cell(pNumber)} }

// Single tells that a partner may have many rows.
func (Partners) Single() bool { return false }

func partnerTitles() map[string]string {
	return map[string]string{
		"number": pNumber, "name": pName, "customer": pCustomer, "list": pList, "lead": pLead, "terms": pTerms, "tax": pTax, "over": pOver, "under": pUnder,
		"closed": pClosed, "contacts": pContact, "contacts.name": pContact, "contacts.task": pTask, "contacts.mail": pMail, "contacts.phone": pPhone,
		"places.name": pPlace, "places.text": pAddress, "note": pNote,
	}
}

// Keep keeps a partner.
func (k Partners) Keep(ctx context.Context, r Record) (Kept, error) {
	was, err := k.Book.Numbered(ctx, r.Key[0])
	if err != nil && errs.KindOf(err) != errs.NotFound {
		return Kept{}, err
	}
	p := was
	if was.ID == 0 {
		p.Number = r.Key[0]
	}
	var w Wrong
	terms := Terms{Titles: partnerTitles(), Rows: map[string][]Row{}}
	readPartner(&w, &p, r, terms.Rows)
	p = p.Clean()
	if err := w.Take(r, p.Check(p.Currency), terms); err != nil {
		return Kept{}, err
	}
	if duty := Duty(p); r.May != nil && (was.ID == 0 || p.Told() != was.Told()) && (!r.May(duty) || was.ID != 0 && !r.May(Duty(was))) { // what is unchanged takes no duty
		w.Add(r.Rows[0], pNumber, "This takes the duty %s, or the role manager; ask an admin.", duty.Or())
	}
	if err := w.Err(); err != nil {
		return Kept{}, err
	}
	kept, err := k.Book.Keep(ctx, p, r.By, r.Why)
	if err != nil {
		return Kept{}, w.Also(r, err, terms)
	}
	return Kept{ID: kept.ID, Added: was.ID == 0, Old: was.Told(), New: kept.Told()}, nil
}

// Duty is who may keep a partner.
func Duty(p partner.Partner) (d plant.Duty) {
	if p.Customer {
		d |= plant.Sales
	}
	if p.Supplier {
		d |= plant.Purchaser
	}
	return d
}

// readPartner writes what the rows say into a partner. A column that is not there leaves alone what it would say.
func readPartner(w *Wrong, p *partner.Partner, r Record, rows map[string][]Row) {
	head := r.Rows[0]
	Lay(head, map[string]*string{pName: &p.Name, pList: &p.List, pTerms: &p.Terms, pTax: &p.Tax, pNote: &p.Note})
	for title, at := range map[string]*bool{pCustomer: &p.Customer, pSupplier: &p.Supplier, pRetired: &p.Retired} {
		if head.Has(title) {
			*at = w.Yes(head, title)
		}
	}
	for title, at := range map[string]*plant.Quantity{pOver: &p.Margin.Over, pUnder: &p.Margin.Under} {
		if head.Has(title) {
			*at = w.Quantity(head, title)
		}
	}
	if head.Has(pLead) {
		p.LeadDays = w.Whole(head, pLead)
	}
	readCalendar(w, p, head)
	readParts(p, r, rows)
}

func readCalendar(w *Wrong, p *partner.Partner, head Row) {
	if head.Has(pDays) {
		p.Calendar.Days = 0
		for _, name := range strings.Fields(strings.ReplaceAll(head.Cell(pDays), ",", " ")) {
			days, known := p.Calendar.Days.With(name)
			if p.Calendar.Days = days; !known {
				w.Add(head, pDays, "%q is none of %s.", errs.Clip(name), strings.Join(partner.DayNames(), " "))
			}
		}
	}
	if head.Has(pClosed) {
		p.Calendar.Closed = strings.Fields(strings.ReplaceAll(head.Cell(pClosed), ",", " "))
	}
}

// readParts writes contacts and addresses; rows are those of each.
func readParts(p *partner.Partner, r Record, rows map[string][]Row) {
	head := r.Rows[0]
	if head.Has(pContact) || head.Has(pMail) {
		was := p.Contacts
		p.Contacts = nil
		for _, row := range r.Rows {
			c := beside(was, len(p.Contacts))
			Lay(row, map[string]*string{pContact: &c.Name, pTask: &c.Task, pMail: &c.Mail, pPhone: &c.Phone})
			if row.Cell(pContact)+row.Cell(pMail) != "" {
				p.Contacts, rows["contacts"] = append(p.Contacts, c), append(rows["contacts"], row)
			}
		}
	}
	if head.Has(pAddress) {
		was := p.Places
		p.Places = nil
		for _, row := range r.Rows {
			a := beside(was, len(p.Places))
			Lay(row, map[string]*string{pPlace: &a.Name, pAddress: &a.Text})
			if row.Cell(pAddress) != "" {
				p.Places, rows["places"] = append(p.Places, a), append(rows["places"], row)
			}
		}
	}
}

// Lay writes the cells of a row over what there is; columns that are not there leave it alone.
func Lay(row Row, over map[string]*string) {
	for title, at := range over {
		if row.Has(title) {
			*at = row.Cell(title)
		}
	}
}

// beside is what there was in a place; nothing where there was none.
func beside[T any](was []T, place int) (one T) {
	if place < len(was) {
		one = was[place]
	}
	return one
}

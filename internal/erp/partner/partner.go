// Package partner is who the plant buys from and sells to, and at what prices.
package partner

import (
	"context"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"unicode/utf8"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Partner is a customer, a supplier, or both.
type Partner struct {
	ID       int64
	Number   string // "C-100"
	Name     string
	Customer bool
	Supplier bool
	Currency string // the company's, or ""
	Terms    string // of payment, as they are printed
	Tax      string // their number for value added tax
	List     string // the price list a customer buys by; "" for none
	LeadDays int    // a supplier's, until the goods are here; a customer's, on the way
	Margin   Margin // of what a supplier delivers
	Calendar Calendar
	Contacts []Contact
	Places   []Address // the first is where goods go
	Note     string
	Retired  bool
	Version  int64
}

// Margin is what may come too much or be missing, in millionths of a per cent of what was ordered.
type Margin struct{ Over, Under plant.Quantity }

// Contact is somebody to talk to.
type Contact struct{ Name, Task, Mail, Phone string }

// Address is a place of theirs.
type Address struct{ Name, Text string }

// Ref names a partner in the audit, and in comments.
func Ref(id int64) string { return fmt.Sprintf("partner/%d", id) }

// Book keeps partners and prices.
type Book interface {
	Partner(ctx context.Context, id int64) (Partner, error)
	Numbered(ctx context.Context, number string) (Partner, error)
	Keep(ctx context.Context, p Partner, by plant.Person, why string) (Partner, error)
	Prices(ctx context.Context, of Ask) ([]Price, error)
	KeepPrice(ctx context.Context, p Price, by plant.Person, why string) (Price, error)
	DropPrice(ctx context.Context, id, version int64, by plant.Person) error
	Supplies(ctx context.Context, partner, item int64) ([]Supply, error)
	KeepSupply(ctx context.Context, s Supply, by plant.Person, why string) (Supply, error)
}

// The bounds of what is typed.
const (
	longestNumber, longestName, longestText = 40, 120, 2000
	mostLead                                = 730
	mostRows                                = 50
	hundred                                 = 100 * plant.One
)

// Clean trims what was typed, and leaves out rows in which nothing is.
func (p Partner) Clean() Partner {
	for _, s := range []*string{&p.Number, &p.Name, &p.Currency, &p.Terms, &p.Tax, &p.List, &p.Note} {
		*s = strings.TrimSpace(*s)
	}
	p.Currency = strings.ToUpper(p.Currency)
	var contacts []Contact
	for _, c := range p.Contacts {
		c = Contact{strings.TrimSpace(c.Name), strings.TrimSpace(c.Task), strings.TrimSpace(c.Mail), strings.TrimSpace(c.Phone)}
		if c != (Contact{}) {
			contacts = append(contacts, c)
		}
	}
	var places []Address
	for _, a := range p.Places {
		a = Address{strings.TrimSpace(a.Name), strings.TrimSpace(strings.ReplaceAll(a.Text, "\r\n", "\n"))}
		if a != (Address{}) {
			places = append(places, a)
		}
	}
	p.Contacts, p.Places, p.Calendar = contacts, places, p.Calendar.clean()
	return p
}

// Check tells everything that is wrong with a clean partner, as errs.Invalid. company is the currency of the company, "" where
// nobody has said.
func (p Partner) Check(company string) error {
	var w Wrong
	w.Text("number", p.Number, 1, longestNumber)
	if strings.ContainsAny(p.Number, " \t\n/\\?#%") {
		w.Add("number", "A number has no spaces and no / \\ ? # %%: write C-100.")
	}
	w.Text("name", p.Name, 1, longestName)
	if !p.Customer && !p.Supplier {
		w.Add("customer", "Say whether this is a customer, a supplier, or both.")
	}
	if p.Currency != "" && p.Currency != company {
		w.Add("currency", "Orders are in %s alone: prices in %s cannot be kept. Leave it empty.", company, errs.Clip(p.Currency))
	}
	w.Text("terms", p.Terms, 0, longestText)
	w.Text("tax", p.Tax, 0, longestNumber)
	w.Text("list", p.List, 0, longestNumber)
	w.Text("note", p.Note, 0, longestText)
	if p.LeadDays < 0 || p.LeadDays > mostLead {
		w.Add("lead", "Write days from 0 to %d.", mostLead)
	}
	w.margin(p.Margin)
	p.Calendar.check(&w)
	p.checkRows(&w)
	return w.Err("this partner cannot be kept")
}

func (w *Wrong) margin(m Margin) {
	if m.Over < 0 || m.Over > 10*hundred {
		w.Add("over", "Write a per cent from 0 to 1000.")
	}
	if m.Under < 0 || m.Under > hundred {
		w.Add("under", "Write a per cent from 0 to 100.")
	}
}

func (p Partner) checkRows(w *Wrong) {
	if len(p.Contacts) > mostRows || len(p.Places) > mostRows {
		w.Add("contacts", "Keep %d contacts and %d addresses at most.", mostRows, mostRows)
		return
	}
	for i, c := range p.Contacts {
		at := fmt.Sprintf("contacts[%d].", i)
		w.Text(at+"name", c.Name, 1, longestName)
		w.Text(at+"task", c.Task, 0, longestName)
		w.Text(at+"phone", c.Phone, 0, longestNumber)
		if _, err := mail.ParseAddress(c.Mail); c.Mail != "" && (err != nil || len(c.Mail) > longestName) {
			w.Add(at+"mail", "%q is no mail address: write name@example.com.", errs.Clip(c.Mail))
		}
	}
	for i, a := range p.Places {
		at := fmt.Sprintf("places[%d].", i)
		w.Text(at+"name", a.Name, 0, longestName)
		w.Text(at+"text", a.Text, 1, longestText)
	}
}

// Wrong gathers everything that is wrong with an input, so that it is told at once.
type Wrong []errs.Field

// Add tells of one part of the input.
func (w *Wrong) Add(path, format string, args ...any) {
	*w = append(*w, errs.Field{Path: path, Message: fmt.Sprintf(format, args...)})
}

// At tells whether something is wrong with a part already.
func (w *Wrong) At(path string) bool {
	return slices.ContainsFunc(*w, func(f errs.Field) bool { return f.Path == path })
}

// Text wants words of some length.
func (w *Wrong) Text(path, s string, least, most int) {
	switch n := utf8.RuneCountInString(s); {
	case n < least:
		w.Add(path, "This must not be empty.")
	case n > most:
		w.Add(path, "This is longer than %d characters.", most)
	}
}

// Err is nil where nothing is wrong.
func (w *Wrong) Err(format string, args ...any) error {
	if len(*w) == 0 {
		return nil
	}
	return &errs.Error{Kind: errs.Invalid, Words: fmt.Sprintf(format, args...), Fields: *w}
}

// Told is a partner as the audit writes it: one line for each thing that is said.
func (p Partner) Told() string {
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, strings.ReplaceAll(value, "\n", ", "))
		}
	}
	line("number", p.Number)
	line("name", p.Name)
	line("is", p.Kind())
	line("terms", p.Terms)
	line("tax", p.Tax)
	line("price list", p.List)
	line("lead time", fmt.Sprintf("%d d", p.LeadDays))
	if p.Margin != (Margin{}) {
		line("may be", fmt.Sprintf("+%s %% −%s %%", p.Margin.Over, p.Margin.Under))
	}
	line("goods go", p.Calendar.String())
	for _, c := range p.Contacts {
		line("contact", strings.Join([]string{c.Name, c.Task, c.Mail, c.Phone}, " · "))
	}
	for _, a := range p.Places {
		line("address", a.Name+": "+a.Text)
	}
	line("note", p.Note)
	if p.Retired {
		line("retired", "yes")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// Kind is what they are to the plant, in words.
func (p Partner) Kind() string {
	switch {
	case p.Customer && p.Supplier:
		return "customer and supplier"
	case p.Supplier:
		return "supplier"
	}
	return "customer"
}

package partner_test

import (
	"testing"

	"millwright/internal/erp/partner"
	"millwright/internal/plant"
)

func price(list string, of int64, least, amount string, dates ...string) partner.Price {
	q, _ := plant.ParseQuantity(least)
	m, _ := plant.ParseMoney(amount)
	p := partner.Price{Side: partner.Sales, List: list, Partner: of, Item: 7, Unit: "H87", Least: q, Amount: m, Factor: partner.Unity()}
	if of != 0 {
		p.Name = "C-100"
	}
	if len(dates) == 2 {
		p.From, p.To = dates[0], dates[1]
	}
	return p
}

func TestThePriceIsFoundAndSaysWhy(t *testing.T) {
	box := price("2026", 0, "10", "48")
	box.Unit, box.Factor = "BX", partner.Factor{Num: 12, Den: 1}
	all := []partner.Price{
		price("2026", 0, "0", "5"), price("2026", 0, "500", "4.20"), price("2026", 0, "1000", "4"),
		price("2025", 0, "0", "1"), price("", 9, "0", "4.9"), price("", 9, "600", "4.1", "2026-06-01", "2026-06-30"),
		price("", 8, "0", "0.5"), box,
	}
	for _, c := range []struct {
		name     string
		customer int64
		list     string
		date     string
		pieces   int64
		unit     string
		factor   partner.Factor
		amount   string
		why      string
	}{
		{"the list", 1, "2026", "2026-03-01", 1, "H87", partner.Unity(), "5", "list 2026: 5.00"},
		{"a break is reached", 1, "2026", "2026-03-01", 500, "H87", partner.Unity(), "4.2", "list 2026, from 500: 4.20"},
		{"just under it", 1, "2026", "2026-03-01", 119, "H87", partner.Unity(), "5", "list 2026: 5.00"},
		{"a break in boxes", 1, "2026", "2026-03-01", 120, "H87", partner.Unity(), "4", "list 2026, from 10 BX: 48.00 for one BX"},
		{"a price in pieces for boxes", 1, "2026", "2026-03-01", 12, "BX", partner.Factor{Num: 12, Den: 1}, "60", "list 2026: 5.00 for one H87"},
		{"agreed goes before the list", 9, "2026", "2026-03-01", 5000, "H87", partner.Unity(), "4.9", "agreed with C-100: 4.90"},
		{"agreed for a time", 9, "2026", "2026-06-30", 600, "H87", partner.Unity(), "4.1", "agreed with C-100, from 600: 4.10"},
		{"the time is over", 9, "2026", "2026-07-01", 600, "H87", partner.Unity(), "4.9", "agreed with C-100: 4.90"},
		{"no list, nothing agreed", 1, "", "2026-03-01", 1, "H87", partner.Unity(), "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			found, ok := partner.Find(all, partner.Ask{
				Side: partner.Sales, Partner: c.customer, List: c.list, Item: 7, Date: c.date, Quantity: plant.Pieces(c.pieces), Unit: c.unit, Factor: c.factor,
			})
			if ok != (c.amount != "") || ok && (found.Amount.String() != c.amount || found.Why != c.why) {
				t.Errorf("got %v %q, %v", found.Amount, found.Why, ok)
			}
		})
	}
}

func TestGoodsGoOnTheDaysOfTheCalendar(t *testing.T) {
	days, ok := partner.Days(0).With("Mon")
	days, ok2 := days.With("Thu")
	if _, no := days.With("Someday"); !ok || !ok2 || no {
		t.Fatal("the weekdays have other names")
	}
	c := partner.Calendar{Days: days, Closed: []string{"2026-12-24"}}
	for from, want := range map[string]string{"2026-12-21": "2026-12-21", "2026-12-22": "2026-12-28", "2026-12-28": "2026-12-28", "2026-12-29": "2026-12-31"} {
		if got, ok := c.Next(from); !ok || got != want {
			t.Errorf("after %s goods go on %s, want %s", from, got, want)
		}
	}
	if c.String() != "Mon Thu, not on 2026-12-24" {
		t.Error(c.String())
	}
	if _, ok := (partner.Calendar{}).Next("soon"); ok {
		t.Error("soon is a date")
	}
}

func TestEverythingThatIsWrongWithAPartnerIsToldAtOnce(t *testing.T) {
	p := partner.Partner{Number: "C 1", LeadDays: -1, Currency: "usd", Margin: partner.Margin{Over: -1, Under: 101 * plant.One}, Calendar: partner.Calendar{Closed: []string{"Xmas"}}, Contacts: []partner.Contact{{Name: "Eve", Mail: "nowhere"}}}
	err := p.Clean().Check("EUR")
	fields := fieldsOf(t, err)
	for _, want := range []string{"number", "name", "customer", "currency", "lead", "over", "under", "closed", "contacts[0].mail"} {
		if fields[want] == "" {
			t.Errorf("nothing is said of %s: %v", want, fields)
		}
	}
	good := partner.Partner{Number: " C-1 ", Name: "Ann & Co", Customer: true, Currency: "eur", Contacts: []partner.Contact{{}, {Name: "Eve", Mail: "eve@example.com"}}}.Clean()
	if err := good.Check("EUR"); err != nil || len(good.Contacts) != 1 || good.Number != "C-1" {
		t.Errorf("%v %+v", err, good)
	}
}

func TestASupplierRefusesWhatTheyDoNotDeliver(t *testing.T) {
	s := partner.Supply{Unit: "BX", Factor: partner.Factor{Num: 12, Den: 1}, Least: plant.Pieces(10), Multiple: plant.Pieces(5)}
	for pieces, ok := range map[int64]bool{119: false, 120: true, 180: true, 181: false} {
		if why := s.Admits(plant.Pieces(pieces)); (why == "") != ok {
			t.Errorf("%d: %q", pieces, why)
		}
	}
}

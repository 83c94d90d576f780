package oee_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

var dawn = time.Date(2026, 3, 27, 6, 0, 0, 0, time.UTC)

// ledgerOf makes a ledger of letters of ten minutes each: an upper case one is making that product, a lower case one a
// changeover while that product is told, "-" a changeover while none is, "_" running while none is; "!" is a break, "?"
// no data, "." a breakdown. Beside it stand the orders, likewise.
func ledgerOf(products, orders string) (all []oee.Segment) {
	for i, p := range strings.Split(products, "") {
		at := dawn.Add(time.Duration(i) * 10 * time.Minute)
		s := oee.Segment{From: at, To: at.Add(10 * time.Minute), Category: oee.Running, Product: strings.ToUpper(p)}
		switch {
		case p == "-" || p != strings.ToUpper(p):
			s.Category = oee.Changeover
		case p == "!":
			s.Category = oee.PlannedStop
		case p == "?":
			s.Category = oee.NoData
		case p == ".":
			s.Category = oee.Breakdown
		}
		s.Product = strings.Trim(s.Product, "-_!?.")
		if i < len(orders) {
			s.Order = strings.Trim(orders[i:i+1], "-")
		}
		all = append(all, s)
	}
	return all
}

// told prints changeovers as FROM>TO:ORDER>ORDER minutes/target, with + while they last.
func told(all []oee.SetUp) string {
	var words []string
	for _, c := range all {
		w := fmt.Sprintf("%s>%s", c.Before.Product, c.After.Product)
		if c.Before.Order+c.After.Order != "" {
			w += fmt.Sprintf(":%s>%s", c.Before.Order, c.After.Order)
		}
		w += fmt.Sprintf(" %.0f/%.0f", c.Took.Minutes(), c.Target.Minutes())
		if c.Lasts {
			w += "+"
		}
		words = append(words, w)
	}
	return strings.Join(words, ", ")
}

func TestAChangeoverLiesBetweenTwoProductsOrOrders(t *testing.T) {
	targets := plant.Changeover{
		Default: 12 * time.Minute,
		To:      map[string]time.Duration{"B": 15 * time.Minute},
		Pairs:   map[plant.Pair]time.Duration{{From: "A", To: "B"}: 25 * time.Minute, {From: "C", To: "C"}: 5 * time.Minute},
	}
	for _, c := range []struct{ name, products, orders, want string }{
		{"told as it begins", "AAbbBB", "", "A>B 20/25"},
		{"told in the middle", "AAabBB", "", "A>B 20/25"},
		{"told as it ends", "AAaaBB", "", "A>B 20/25"},
		{"it lasts, and is not told yet", "AAaa", "", "A> 20/12+"},
		{"it lasts, and is told", "AAab", "", "A>B 20/25+"},
		{"nothing known of before", "bbBB", "", "B>B 20/12"},
		{"no product told in it", "AA--BB", "", "A>B 20/25"},
		{"nor before", "__--BB", "", ">B 20/15"},
		{"nothing but the changeover", "--", "", "> 20/12+"},
		{"the same again", "AAaaAA", "", "A>A 20/12"},
		{"the same again, where that is said", "CCccCC", "", "C>C 20/5"},
		{"what is made afterwards is another matter", "AAaaBC", "", "A>B 20/25"},
		{"and what is told in it stands", "CAbbCC", "", "A>B 20/25"},
		{"a break lies in it", "Aa!aBB", "", "A>B 20/25"},
		{"nobody saw a part of it", "Aa?bBB", "", "A>B 20/25"},
		{"a break comes after it", "AAaa!B", "", "A>B 20/25"},
		{"it lasts through a break", "AAaa!", "", "A> 20/12+"},
		{"a breakdown parts it", "Aa.aBB", "", "A>B 10/25, A>B 10/25"},
		{"one after the other", "AaBbCC", "", "A>B 10/25, B>C 10/12"},
		{"another order of the same product", "AAaaAA", "112222", "A>A:1>2 20/12"},
		{"another order, told as it ends", "AAaaAA", "1---22", "A>A:1>2 20/12"},
		{"product and order at two moments", "AAaabB", "111222", "A>B:1>2 30/25"},
		{"the first order", "AAaaAA", "--1111", "A>A:>1 20/12"},
		{"the first order, told as it ends", "AAaaAA", "----11", "A>A:>1 20/12"},
		{"an order that goes on", "AAaaAA", "111111", "A>A:1>1 20/12"},
		{"none", "AA.A", "", ""},
		{"nothing", "", "", ""},
	} {
		if got := told(oee.SetUps(ledgerOf(c.products, c.orders), targets)); got != c.want {
			t.Errorf("%s: %s\n%q, want %q", c.name, c.products, got, c.want)
		}
	}
}

// What is named a little before the line stands, or a little after it runs again, was set up for in between.
func TestAChangeoverIsKnownByANameAtItsEdge(t *testing.T) {
	ledger := func(early, late time.Duration) (all []oee.Segment) {
		at := dawn
		add := func(c oee.Category, product string, lasts time.Duration) {
			all = append(all, oee.Segment{From: at, To: at.Add(lasts), Category: c, Product: product})
			at = at.Add(lasts)
		}
		add(oee.Running, "A", time.Hour)
		add(oee.Running, "B", early)
		add(oee.Changeover, "B", 10*time.Minute)
		add(oee.Running, "B", time.Hour)
		add(oee.Changeover, "B", 10*time.Minute)
		add(oee.Running, "B", late)
		add(oee.Running, "C", time.Hour)
		return all
	}
	for _, c := range []struct {
		early, late time.Duration
		want        string
	}{{5 * time.Second, 5 * time.Second, "A>B 10/0, B>C 10/0"}, {time.Minute, time.Minute, "B>B 10/0, B>B 10/0"}} {
		if got := told(oee.SetUps(ledger(c.early, c.late), plant.Changeover{})); got != c.want {
			t.Errorf("%s and %s: %q, want %q", c.early, c.late, got, c.want)
		}
	}
}

func TestSetUpsHoldAllSetUpTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ledger := ledgerOf(rapid.StringMatching("[ABab!?.-]{1,20}").Draw(t, "products"), rapid.StringMatching("[12-]{0,20}").Draw(t, "orders"))
		sum, end := time.Duration(0), time.Time{}
		for _, c := range oee.SetUps(ledger, plant.Changeover{}) {
			if c.From.Before(end) || !c.To.After(c.From) || c.Took > c.Duration() || c.Late() {
				t.Fatalf("%+v, after one that ends at %s", c, end)
			}
			sum, end = sum+c.Took, c.To
		}
		for _, s := range ledger {
			if s.Category == oee.Changeover {
				sum -= s.To.Sub(s.From)
			}
		}
		if sum != 0 {
			t.Fatalf("%s of set-up time too much", sum)
		}
	})
}

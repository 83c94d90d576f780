package orderbook

import (
	"fmt"
	"net/url"
	"time"

	"millwright/internal/erp/register"
	"millwright/internal/store"
)

// listed are the pages of each list: its first and one in the middle, in each order, by words and by each of its filters.
func (b *orderBook) listed() (all []set) {
	for _, d := range store.Definitions() {
		page := func(pairs ...string) string {
			q := url.Values{}
			for i := 0; i < len(pairs); i += 2 {
				q.Add(pairs[i], pairs[i+1])
			}
			return d.Home + "?" + q.Encode()
		}
		first := set{"list " + d.Name + ", first, deep and sorted", []string{d.Home, page("view", "0")}}
		words := set{"list " + d.Name + ", searched", nil}
		narrowed := set{"list " + d.Name + ", narrowed", nil}
		for _, w := range b.words() {
			words.at = append(words.at, page("q", w))
		}
		for _, c := range d.Columns {
			if c.Sort {
				for _, sort := range []string{c.Key, "-" + c.Key} {
					deep := register.Cursor{Sort: sort, Text: "LOT-05", Num: int64(max(b.moves, b.n) / 2), ID: int64(max(b.moves, b.n) / 2)}
					first.at = append(first.at, page("sort", sort), page("sort", sort, "at", deep.String()))
					words.at = append(words.at, page("sort", sort, "q", "zebra"), page("sort", sort, "q", "Bolt"))
				}
			}
			if c.Filter {
				for _, f := range filters(c) {
					narrowed.at = append(narrowed.at, page("filter", f))
				}
			}
		}
		all = append(all, first, words, narrowed)
	}
	return all
}

// words are looked for: such as stand in every tenth row, in few, and nowhere.
func (b *orderBook) words() []string {
	return []string{"Bolt", "B-1", fmt.Sprintf("B-%d", b.n/3), fmt.Sprintf("LOT-%06d", b.moves/2000), "LOT", "SN-00", "purchase/77", "SO-000", "PO-00004", "WO-0", "zebra", "z"}
}

// filters narrow a list by a column: to much, to little and to nothing.
func filters(c register.Column) (all []string) {
	switch {
	case c.Kind == register.State:
		for _, w := range c.Words {
			all = append(all, c.Key+"="+w.Value)
		}
	case c.Kind == register.Date || c.Kind == register.Time:
		old := time.Now().AddDate(-1, 0, 0)
		all = append(all, c.Key+">="+old.Format(time.DateOnly), c.Key+"<="+old.Format(time.DateOnly), c.Key+">=2299-01-01")
	case c.Kind.Number():
		all = append(all, c.Key+">=1", c.Key+"<=1", c.Key+"=77", c.Key+">=900000000")
	default:
		all = append(all, c.Key+"=zebra", c.Key+"~zebra", c.Key+"~1", c.Key+"=B-1", c.Key+">=M", c.Key+"=bench")
	}
	return all
}

// others are the other pages of the order book.
func (b *orderBook) others() set {
	item := b.Bought[0]
	s := set{"other pages", []string{
		"/stock", "/stock/value", "/stock/periods", "/stock/places", "/stock/reserved", "/stock/counts", fmt.Sprintf("/stock/place/%d", b.Place), "/stock/place/10",
		fmt.Sprintf("/stock/item/%d", item), "/stock/move/1", fmt.Sprintf("/stock/move/%d", b.n),
		fmt.Sprintf("/items/%d", item), fmt.Sprintf("/items/%d/uses", item), fmt.Sprintf("/items/%d/cost", b.Products[0]), fmt.Sprintf("/items/%d/tree", b.Products[0]),
		fmt.Sprintf("/plan/item/%d", item), "/plan/forecast", "/plan/kanban", "/plan/deliveries", "/plan/promise", "/plan/whatif",
		"/work/short", "/work/costs", "/work/performance", "/work/parked", "/work/1", "/sales/1", "/purchase/1", "/partners/1",
		"/schedule", "/centres", "/trace", "/scan",
	}}
	if len(b.Lotted) > 0 {
		s.at = append(s.at, "/stock/lot/1", "/trace/lot/1", fmt.Sprintf("/stock/item/%d", b.Lotted[0]))
	}
	return s
}

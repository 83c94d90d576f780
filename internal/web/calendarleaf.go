// A list of a calendar that is longer than a form: the part of it that the form shows, and changes.

package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/views/admin/equipment"
)

const (
	leafShown = 100 // entries of a list
	spare     = 2   // rows to fill in
)

// leaf is a part of a list: its entries from to to.
type leaf struct {
	list           string // its form, and the parameter of an address that says which leaf
	from, to, size int    // size is the list's
	at             int    // the leaf's number
}

// leafOf is the leaf that an address names.
func leafOf(c echo.Context, list string, size int) leaf {
	l := leaf{list: list, size: size}
	n, _ := strconv.Atoi(c.QueryParam(list)) // what is no number is the first
	l.from, l.to, l.at = pageOf(n, leafShown, size)
	return l
}

// href is the address with which a page shows another leaf, or a form changes one.
func (l leaf) href(path string, at int) string {
	if at > 0 {
		path += "?" + l.list + "=" + strconv.Itoa(at)
	}
	return path
}

// turn says in a form which part of the list it shows, and leads to the others.
func (l leaf) turn(p place, f *equipment.Form) {
	f.Action = l.href(f.Action, l.at)
	if l.size <= leafShown {
		return
	}
	f.Shown = shownOf(l.from, l.to, l.size) + ". Keep what you have typed before you turn to others."
	f.Earlier, f.Later = turn(l.at, l.to < l.size, func(at int) string { return l.href(p.calendarHref(""), at) + "#" + l.list })
}

// rows is how many rows the form has: of the entries, some to fill in, and all that somebody has filled in.
func (l leaf) rows(c echo.Context, row string) int {
	typed := typedRows(c, row)
	n := l.to - l.from + spare
	if len(typed) > 0 {
		n = max(n, typed[len(typed)-1]+1)
	}
	return n
}

// number is what a row is called by: its entry's in the list, or the next ones after the list's end.
func (l leaf) number(i int) int {
	if n := l.to - l.from; i >= n {
		return l.size + i - n + 1
	}
	return l.from + i + 1
}

// row is the i-th of a list; the zero value for one that is to be filled in.
func row[T any](list []T, i int) (e T) {
	if i < len(list) {
		return list[i]
	}
	return e
}

// within is the list with other entries in the place of the leaf's.
func within[T any](l leaf, list, others []T) []T {
	return slices.Concat(list[:l.from], others, list[l.to:])
}

// mostRow is the highest number that a row of a form may have.
const mostRow = 1_999

// typedRows are the numbers of the rows that a form has sent, in their order: those of fields like shift-3-name.
func typedRows(c echo.Context, row string) (all []int) {
	fields, err := c.FormParams()
	if err != nil {
		return nil
	}
	for name := range fields {
		rest, ok := strings.CutPrefix(name, row+"-")
		number, _, _ := strings.Cut(rest, "-")
		if n, err := strconv.Atoi(number); ok && err == nil && n >= 0 && n <= mostRow {
			all = append(all, n)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

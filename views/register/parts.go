package register

import "github.com/a-h/templ"

func (r Row) name() string {
	if len(r.Cells) == 0 {
		return r.ID
	}
	return r.Cells[0].Text
}

// sorted says how a column orders the rows.
func sorted(c Column) templ.Attributes {
	a := templ.Attributes{}
	if c.Sorted != "" {
		a["aria-sort"] = c.Sorted
	}
	if c.Help != "" {
		a["title"] = c.Help
	}
	return a
}

func arrow(c Column) string {
	switch c.Sorted {
	case "ascending":
		return " ↑"
	case "descending":
		return " ↓"
	}
	return ""
}

package admin

import (
	"fmt"

	"github.com/a-h/templ"
)

func current(t Tab) templ.Attributes {
	if !t.Current {
		return nil
	}
	return templ.Attributes{"aria-current": "page"}
}

func currentGroup(t Tab) templ.Attributes {
	if !t.Current {
		return nil
	}
	return templ.Attributes{"aria-current": "true"} // the page itself is one of its tabs
}

func done(s Step) string {
	if s.Done {
		return "Done"
	}
	return "Open"
}

func unpublished(d Draft) string {
	rows := fmt.Sprintf("%d rows of the plant file differ", d.Changes)
	if d.Changes == 1 {
		rows = "One row of the plant file differs"
	}
	return "Not in use yet: " + rows + ", changed last by " + d.By + "."
}

package admin

import (
	"fmt"
	"strings"

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

// mostNamed is how many changes of a draft are named above every page.
const mostNamed = 2

func unpublished(d Draft) string {
	named := d.Changes[:min(len(d.Changes), mostNamed)]
	words := strings.Join(named, "; ")
	switch more := len(d.Changes) - len(named); {
	case len(named) == 0:
		words = "the plant file is written otherwise, and says the same"
	case more == 1:
		words += "; and one more change"
	case more > 1:
		words += fmt.Sprintf("; and %d more changes", more)
	}
	return "Not in use yet: " + words + ". Changed last by " + d.By + "."
}

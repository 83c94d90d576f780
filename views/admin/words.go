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

func unpublished(d Draft) string {
	words := fmt.Sprintf("%d lines of the plant differ from what is in use", d.Changes)
	if d.Changes == 1 {
		words = "One line of the plant differs from what is in use"
	}
	return words + ", changed last by " + d.By + "."
}

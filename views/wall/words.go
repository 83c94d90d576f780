package wall

import (
	"fmt"
	"strings"

	"github.com/a-h/templ"

	"millwright/views/figure"
)

// panel gives the attributes by which a wall is found: "wall/line/<id>", "wall/hall/<area>".
func panel(kind, id string) templ.Attributes {
	name := "wall/" + kind + "/" + id
	return templ.Attributes{"id": "panel:" + name, "data-panel": name}
}

// ahead is the word that stands by a difference, so that its sign is not all there is to read.
func ahead(delta string, behind bool) string {
	switch {
	case delta == figure.Unknown || delta == "":
		return "To target"
	case behind:
		return "Behind"
	}
	return "Ahead"
}

func dueLine(j Job) string {
	var parts []string
	if j.Due != "" {
		parts = append(parts, "due "+j.Due)
	}
	if j.Promise != "" {
		parts = append(parts, j.Promise)
	}
	return strings.Join(parts, ", ")
}

// columns picks the grid in which so many tiles fill the screen best.
func columns(n int) string { return fmt.Sprintf("tiles-%d", min(max(n, 1), 12)) }

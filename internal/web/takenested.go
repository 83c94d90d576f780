// State machines one in another, of which the innermost that is at work tells the state.

package web

import (
	"fmt"
	"strings"

	"millwright/config"
	"millwright/internal/ot/survey"
	"millwright/views/admin/browse"
)

// nest takes the nodes that tell the state together, and derives the state from them.
func (w *wanted) nest(tags map[string]config.TagEntry, signals *config.SignalsEntry, add func(name string, f survey.Found, set string) string) {
	var parts, names []string
	for _, role := range survey.Nested() {
		f, there := w.roles[role]
		if !there {
			continue
		}
		name := string(role)
		if role == survey.State {
			name = "state_base"
		}
		if tag := add(name, f, "part of the state"); tag != "" {
			parts, names = append(parts, fmt.Sprintf("tag(%q)", tag)), append(names, tag)
		}
	}
	row := browse.Outcome{Name: "State", Where: strings.Join(names, " / "), Tag: string(survey.State), Set: string(survey.State)}
	if e, there := tags[row.Tag]; there {
		row.Why = "the type has a tag of this name already, at " + cut(e.Address+e.Expr)
	} else if len(parts) < 2 {
		row.Why = "what tells it is missing"
	} else {
		row.OK = true
		tags[row.Tag] = config.TagEntry{Expr: "first(" + strings.Join(parts, ", ") + ")", Label: "State"}
		w.mean(signals, survey.State, row.Tag)
	}
	w.rows = append(w.rows, row)
}

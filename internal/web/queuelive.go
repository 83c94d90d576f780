// The queue of a line as its page is kept.

package web

import (
	"context"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"millwright/internal/plant"
	lineview "millwright/views/line"
)

// queueMay is what somebody may do in the queue of a line; there is a drawing for each.
type queueMay struct {
	steps bool // start jobs, hold and complete them
	plan  bool // move them, as planners do who plan for the whole plant
	lead  bool // move and abort them, as the manager of the line
}

func (q queueMay) moves() bool { return q.plan || q.lead }

// queueParts are the last parts of the names of their panels.
var queueParts = []string{"queue", "queue-steps", "queue-plan", "queue-steps-plan", "queue-steps-lead"}

func (q queueMay) part() string {
	part := "queue"
	for _, x := range []struct {
		may  bool
		word string
	}{{q.steps, "-steps"}, {q.plan, "-plan"}, {q.lead, "-lead"}} {
		if x.may {
			part += x.word
		}
	}
	return part
}

func (q queueMay) panel(l plant.LineID) string { return "line/" + string(l) + "/" + q.part() }

// mayQueue is what a visitor may do in the queue of a line.
func mayQueue(v visitor, l lineInfo) queueMay {
	role := v.reach.At(l.Place())
	lead := role >= plant.Manager
	return queueMay{steps: role >= plant.Operator, lead: lead, plan: !lead && v.reach.Does(plant.Planner)}
}

// queueAsked reads the name of a queue's panel; ok is false when it is none.
func queueAsked(panel string) (line plant.LineID, may queueMay, ok bool) {
	id, isLine := strings.CutPrefix(panel, "line/")
	id, part, _ := strings.Cut(id, "/")
	if !isLine || !slices.Contains(queueParts, part) {
		return "", may, false
	}
	may = queueMay{steps: strings.Contains(part, "-steps"), plan: strings.HasSuffix(part, "-plan"), lead: strings.HasSuffix(part, "-lead")}
	return plant.LineID(id), may, true
}

func isQueue(panel string) bool {
	_, _, ok := queueAsked(panel)
	return ok
}

// mayWatchQueue tells whether a visitor sees a drawing of a queue: the one that has what they may do, and nothing else.
func (s *Server) mayWatchQueue(v visitor, panel string) bool {
	id, may, ok := queueAsked(panel)
	l, seen := s.painter().within(viewOf(v.reach)).line(id)
	return ok && seen && may == mayQueue(v, l)
}

// drawQueue draws a queue; ok is false when the panel is none.
func (s *Server) drawQueue(ctx context.Context, panel string) (c templ.Component, ok bool, err error) {
	id, may, ok := queueAsked(panel)
	if !ok {
		return nil, false, nil
	}
	p := s.painter()
	l, known := p.line(id)
	if !known {
		return nil, false, nil
	}
	q, err := s.queueOf(ctx, p, l, may)
	return lineview.Queue(q), true, err
}

// queues touches the drawings of a line's queue.
func (w *watcher) queues(line plant.LineID) {
	for _, part := range queueParts {
		w.touch("line/" + string(line) + "/" + part)
	}
}

// What goes with the jobs of lines: who moved them, who may start them, what they are told first.

package web

import (
	"context"
	"slices"

	"millwright/internal/access"
	"millwright/internal/mes/brief"
	"millwright/internal/mes/execution/foreman"
	"millwright/internal/mes/labour"
	"millwright/internal/mes/skill"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/web/api"
	"millwright/internal/web/api/operation"
	"millwright/internal/web/api/queue"
)

// Dispatch is what is kept of jobs beside themselves.
type Dispatch struct {
	Moves  JobMoves    // nil means that nobody knows
	Skills skill.Book  // nil means that everybody may start every job
	Briefs brief.Book  // nil means that there is nothing to read
	Labour labour.Book // nil means that nobody clocks on
	// Write sends a value to the machine of a tag; nil means that nothing is written. What is to be written is noted first.
	Write func(ctx context.Context, who int64, t tag.Tag, v tag.Value) error
	Note  func(ctx context.Context, e access.Entry) (access.Entry, error)
}

// JobMachines tells how the machines stand that take job orders.
type JobMachines interface {
	Line(line plant.LineID) []foreman.State
}

// JobMoves tells who changed jobs last.
type JobMoves interface {
	// Newest gives the newest entry of the audit about each of some things.
	Newest(ctx context.Context, things []string) (map[string]access.Entry, error)
}

// dispatchPages are those of queues.
func (s *Server) dispatchPages() []route {
	return slices.Concat(s.queuePages(), s.skillPages(), s.briefPages(), s.floorPages(), s.writePages())
}

// queueRoom is the API of queues.
func (s *Server) queueRoom() operation.Room {
	return func(b *operation.Book) {
		queue.Mount(b, queue.Deps{
			Jobs: func(ctx context.Context) queue.Jobs { return s.floor(ctx).Jobs },
			Line: func(ctx context.Context, id plant.LineID) (plant.Line, bool) { return s.floor(ctx).Plant.Line(id) },
			By: func(ctx context.Context, l plant.Line) plant.Person {
				v := asks(ctx)
				return api.Asker{Person: v.Person, Reach: v.reach, Program: v.token != nil}.At(l.Place())
			},
			Moves: s.Dispatch.Moves,
			Plans: func(ctx context.Context) bool { return asks(ctx).reach.Does(plant.Planner) },
		})
	}
}

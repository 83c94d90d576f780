package app

import (
	"context"
	"time"

	"millwright/internal/mes/board"
	"millwright/internal/mes/oee"
	"millwright/internal/plant"
	"millwright/internal/run"
)

// newBoard makes the board that schedules the lines of the plant in use.
func (a *App) newBoard() *board.Board {
	return board.New(board.Options{
		Book: a.store.Schedule(), Works: a.store.Works(), Now: time.Now, Log: a.log,
		Plant:  func() *plant.Plant { return &a.floor.Load().model.Plant },
		Queues: func() board.Queues { return a.floor.Load().execution },
		Segments: func(ctx context.Context, line plant.LineID, from, to time.Time) ([]oee.Segment, error) {
			return a.floor.Load().logbook.Segments(ctx, line, from, to)
		},
	})
}

// scheduler keeps the schedule.
func (a *App) scheduler() run.Part { return run.Part{Name: "schedule", Run: a.slate.Run} }

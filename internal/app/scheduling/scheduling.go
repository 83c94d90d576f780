// Package scheduling makes the board that schedules the lines of the plant in use.
package scheduling

import (
	"log/slog"
	"time"

	"millwright/internal/mes/board"
	"millwright/internal/mes/board/speed"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/execution/clerk"
	"millwright/internal/ot/bus"
	"millwright/internal/plant"
	"millwright/internal/store"
)

// Floor is what the board asks of the plant in use.
type Floor struct {
	Plant  *plant.Plant
	Queues *clerk.Service
}

// Board is what schedules.
type Board = board.Board

// News is what the board hears, and whom it tells.
type News struct {
	Jobs  *bus.Topic[execution.Changed]
	Speed speed.Source // as the promises have it
	Told  func()
}

// New makes the board.
func New(s *store.Store, floor func() Floor, n News, log *slog.Logger) *board.Board {
	return board.New(board.Options{
		Book: s.Schedule(), Works: s.Works(), Jobs: n.Jobs, Speed: n.Speed, Told: n.Told, Now: time.Now, Log: log,
		Plant:  func() *plant.Plant { return floor().Plant },
		Queues: func() board.Queues { return floor().Queues },
	})
}

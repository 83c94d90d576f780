// Package storeman makes up for what was short or could not be told when it was counted.
package storeman

import (
	"context"
	"time"

	"millwright/internal/plant"
)

// Backlog is what is behind of work orders.
type Backlog interface {
	// Settle takes what counts have used and was not there, as far as it is there now, and gives how many orders took some.
	Settle(ctx context.Context, by plant.Person) (int, error)
	// Retell reports to work orders what they could not take, and gives of how many jobs it was tried.
	Retell(ctx context.Context) (int, error)
}

// Run looks after a backlog until ctx ends. What fails is told, and tried again.
func Run(ctx context.Context, b Backlog, every time.Duration, told func(error)) error {
	look := time.NewTicker(every)
	defer look.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
		}
		if _, err := b.Settle(ctx, plant.Program()); err != nil && ctx.Err() == nil {
			told(err)
		}
		if n%10 != 0 {
			continue
		}
		if _, err := b.Retell(ctx); err != nil && ctx.Err() == nil {
			told(err)
		}
	}
}

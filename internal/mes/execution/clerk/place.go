package clerk

import (
	"context"
	"fmt"

	"millwright/internal/mes/execution"
	"millwright/internal/plant"
)

// Place moves a waiting or held job by some places in its line's queue, up when below zero. version is the one the asker saw.
func (s *Service) Place(ctx context.Context, id string, version int64, steps int, by plant.Person) (moved execution.Job, err error) {
	err = s.ask(ctx, func(ctx context.Context) error {
		if err := s.post(ctx); err != nil {
			return fmt.Errorf("move job %s: %w", id, err)
		}
		p, err := s.desk.Place(id, version, steps)
		if err != nil {
			return err
		}
		if len(p.Jobs) > 0 {
			if err := s.enter(ctx, p, by, "another place in the queue"); err != nil {
				return err
			}
		}
		moved, err = s.desk.Job(id)
		return err
	})
	return moved, err
}

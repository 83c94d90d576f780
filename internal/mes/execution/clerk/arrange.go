package clerk

import (
	"context"
	"fmt"

	"millwright/internal/plant"
)

// Arrange lets jobs of a line that wait or are held run in an order; those that are not named keep theirs, behind. It gives
// how many have another rank.
func (s *Service) Arrange(ctx context.Context, line plant.LineID, jobs []string, by plant.Person, why string) (changed int, err error) {
	err = s.ask(ctx, func(ctx context.Context) error {
		if err := s.look(ctx); err != nil {
			return err
		}
		if !s.loaded {
			return notLoaded()
		}
		if err := s.post(ctx); err != nil {
			return fmt.Errorf("arrange the jobs of %s: %w", line, err)
		}
		p := s.desk.Arrange(line, jobs)
		if changed = len(p.Jobs); changed == 0 {
			return nil
		}
		return s.enter(ctx, p, by, why)
	})
	return changed, err
}

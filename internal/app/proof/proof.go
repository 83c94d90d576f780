// Package proof recomputes what must agree in a data folder, and fails loudly when it does not.
package proof

import (
	"context"
	"fmt"
	"io"
	"time"

	"millwright/config"
	"millwright/internal/access"
	"millwright/internal/app"
)

// All recomputes what must agree in a data folder and fails loudly when it does not.
func All(ctx context.Context, cfg config.Config, out io.Writer) error {
	s, err := app.FindStore(ctx, cfg)
	if err != nil {
		return fmt.Errorf("verify %s: %w", cfg.Data, err)
	}
	defer func() { _ = s.Close() }()
	if err := s.VerifyFile(ctx); err != nil {
		return fmt.Errorf("verify %s: %w", cfg.Data, err)
	}
	for _, c := range []struct {
		what  string
		check func(context.Context) (int64, error)
	}{
		{"jobs whose progress is the sum of their bookings", s.Counts().Verify},
		{"segments without gap or overlap", s.VerifyLedger},
		{"work orders whose progress is what was counted and moved", s.VerifyWork},
		{"moves of material that balances and values follow from", s.VerifyStock},
		{"audit entries in an unbroken chain", s.Audit().Verify},
		{"answers to requests, each signed by the plant", s.Audit().VerifyApprovals},
	} {
		n, err := c.check(ctx)
		if err != nil {
			return fmt.Errorf("verify %s: %w", cfg.Data, err)
		}
		if _, err := fmt.Fprintf(out, "%d %s\n", n, c.what); err != nil {
			return err
		}
	}
	return nil
}

// Audit recomputes the audit chain alone, and tells how it ends: noted elsewhere, the hash of its last row
// proves later that nobody wrote the whole chain anew.
func Audit(ctx context.Context, cfg config.Config, out io.Writer) error {
	s, err := app.FindStore(ctx, cfg)
	if err != nil {
		return fmt.Errorf("verify %s: %w", cfg.Data, err)
	}
	defer func() { _ = s.Close() }()
	n, err := s.Audit().Verify(ctx)
	if err != nil {
		return fmt.Errorf("verify %s: %w", cfg.Data, err)
	}
	signed, err := s.Audit().VerifyApprovals(ctx)
	if err != nil {
		return fmt.Errorf("verify %s: %w", cfg.Data, err)
	}
	if _, err := fmt.Fprintf(out, "%d audit entries in an unbroken chain\n", n); err != nil {
		return err
	}
	last, err := s.Audit().Find(ctx, access.Search{Limit: 1})
	if err != nil || len(last) == 0 {
		return err
	}
	_, err = fmt.Fprintf(out, "row %d of %s ends it with sha256 %x\n%d answers to requests, each signed by the plant\n", last[0].Seq, last[0].At.Format(time.RFC3339), last[0].Hash, signed)
	return err
}

package plantfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"millwright/config"
	"millwright/config/strict"
	"millwright/internal/access/accessfile"
	"millwright/internal/app"
	"millwright/internal/app/machines"
	"millwright/internal/plant"
	"millwright/internal/revision"
	"millwright/internal/store"
)

// shelved is what knows the certificates of a data folder.
func shelved(cfg config.Config, s *store.Store) *machines.Machines {
	return machines.New(machines.Options{Certificates: filepath.Join(cfg.Data, "certificates"), Audit: s.Audit().Append})
}

// inForce reads who and what may come in now.
func inForce(ctx context.Context, cfg config.Config, s *store.Store) (accessfile.State, error) {
	now, err := s.Access().State(ctx)
	if err == nil {
		now.Certificates, err = shelved(cfg, s).Shelved()
	}
	return now, err
}

// ExportAccess writes who and what may come in, now or in an earlier version.
func ExportAccess(ctx context.Context, cfg config.Config, number int64, out io.Writer) error {
	return within(ctx, cfg, func(s *store.Store) error {
		if number != 0 {
			v, err := s.Access().Version(ctx, number)
			if err == nil {
				_, err = io.WriteString(out, v.Text)
			}
			return err
		}
		now, err := inForce(ctx, cfg, s)
		if err != nil {
			return err
		}
		text, err := now.Text()
		if err == nil {
			_, err = io.WriteString(out, text)
		}
		return err
	})
}

// IsAccess tells whether a file says who and what may come in: no plant file does.
func IsAccess(path string) (bool, error) {
	text, err := config.ReadPlant(path)
	return accessfile.Is(text), err
}

// CheckAccess checks a file beside nothing: what is wrong with it wherever it is applied.
func CheckAccess(path string, out io.Writer) error {
	a, err := parsed(path)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s is right: %d people, %d programs, %d displays, %d certificates, %d rules\n",
		path, len(a.People), len(a.Programs), len(a.Displays), len(a.Certificates), len(a.Rules))
	return err
}

func parsed(path string) (accessfile.Access, error) {
	text, err := config.ReadPlant(path)
	if err != nil {
		return accessfile.Access{}, err
	}
	a, err := accessfile.Parse(path, text)
	if err == nil {
		_, err = accessfile.Compare(accessfile.State{}, path, a.Alone(), false)
	}
	return a, strict.Lined(text, err)
}

func compared(ctx context.Context, cfg config.Config, s *store.Store, w Wish) (accessfile.Plan, error) {
	text, err := config.ReadPlant(w.File)
	if err != nil {
		return accessfile.Plan{}, err
	}
	a, err := accessfile.Parse(w.File, text)
	if err != nil {
		return accessfile.Plan{}, err
	}
	now, err := inForce(ctx, cfg, s)
	if err != nil {
		return accessfile.Plan{}, err
	}
	p, err := accessfile.Compare(now, w.File, a, w.Prune)
	return p, strict.Lined(text, err)
}

// PlanAccess tells what a file would change of who and what may come in, and whether it would.
func PlanAccess(ctx context.Context, cfg config.Config, w Wish, out io.Writer) (changes bool, err error) {
	err = within(ctx, cfg, func(s *store.Store) error {
		p, err := compared(ctx, cfg, s, w)
		if err != nil {
			return err
		}
		changes = !p.Same()
		return writeAccess(p, w.File, out)
	})
	return changes, err
}

func writeAccess(p accessfile.Plan, name string, out io.Writer) error {
	if p.Same() {
		_, err := fmt.Fprintf(out, "%s is what is in force: nothing would change\n", name)
		return err
	}
	if _, err := fmt.Fprintf(out, "--- in force\n+++ %s\n", name); err != nil {
		return err
	}
	for _, h := range revision.Hunks(revision.Diff(p.Before, p.After), 3) {
		if err := h.Write(out); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprintln(out, "\nOnce it is in force:"); err != nil {
		return err
	}
	for _, c := range p.Changes {
		if _, err := fmt.Fprintf(out, "  %s %s\n", inert(c.Thing), inert(c.What)); err != nil {
			return err
		}
	}
	return nil
}

// ApplyAccess puts a file into force: people, tokens and rules at once, then certificates. A folder in which no program
// ran yet may be the first thing that gets one.
func ApplyAccess(ctx context.Context, cfg config.Config, w Wish, out io.Writer) error {
	s, err := app.OpenStore(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	return applyAccess(ctx, cfg, s, w, out)
}

func applyAccess(ctx context.Context, cfg config.Config, s *store.Store, w Wish, out io.Writer) error {
	p, err := compared(ctx, cfg, s, w)
	if err != nil {
		return err
	}
	if err := writeAccess(p, w.File, out); err != nil || p.Same() {
		return err
	}
	wish := accessfile.Wish{By: plant.Program(), Why: strings.TrimSpace(w.Why), Origin: "command line, " + filepath.Base(w.File)}
	got, err := s.Access().Apply(ctx, p, wish)
	if err != nil {
		return fmt.Errorf("apply %s: %w", w.File, err)
	}
	if err := shelved(cfg, s).Enrol(ctx, p.Certificates, wish.By, wish.Why); err != nil {
		return fmt.Errorf("apply %s: %w", w.File, err)
	}
	if _, err := fmt.Fprintf(out, "\nversion %d is in force\n", got.Version); err != nil {
		return err
	}
	if got.Rules.Waits() {
		_, err := fmt.Fprintf(out, "request %d waits for the approval of %s: the rules of approval stay as they are until then (see Admin, Requests)\n", got.Rules.Request, got.Rules.Needs.Owners())
		return errors.Join(err, ErrWaits)
	}
	return nil
}

// AccessVersions lists what files were put into force, the newest first.
func AccessVersions(ctx context.Context, cfg config.Config, limit int, out io.Writer) error {
	return within(ctx, cfg, func(s *store.Store) error {
		list, err := s.Access().Versions(ctx, 0, limit)
		if err != nil {
			return err
		}
		var rows [][]string
		for _, v := range list {
			rows = append(rows, kept(v.Number, v.At, v.By.Name, v.Origin, v.Why))
		}
		return table(out, rows, "version", "when", "who", "from", "why")
	})
}

// Package plantfile is the plant file on the command line: out of a data folder, beside it, and into it.
package plantfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"millwright/config"
	"millwright/internal/app"
	"millwright/internal/app/machines"
	"millwright/internal/errs"
	"millwright/internal/ot/history/embedded"
	"millwright/internal/plant"
	"millwright/internal/revision"
	"millwright/internal/revision/plan"
	"millwright/internal/secret"
	"millwright/internal/store"
)

// within opens the ledgers of a data folder that there is, and does something with the revisions in them.
func within(ctx context.Context, cfg config.Config, do func(*store.Store) error) error {
	s, err := app.FindStore(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	return do(s)
}

// Export writes the plant file in use, or the one of an earlier revision.
func Export(ctx context.Context, cfg config.Config, number int64, out io.Writer) error {
	return within(ctx, cfg, func(s *store.Store) error {
		book := s.Revisions()
		r, err := pick(ctx, book, number)
		if err != nil {
			return err
		}
		_, err = io.WriteString(out, r.Text)
		return err
	})
}

func pick(ctx context.Context, book revision.Book, number int64) (revision.Revision, error) {
	if number != 0 {
		return book.Revision(ctx, number)
	}
	return book.Head(ctx)
}

// beside compares a file with the revision in use.
func beside(ctx context.Context, s *store.Store, path string) (plan.Plan, error) {
	text, err := config.ReadPlant(path)
	if err != nil {
		return plan.Plan{}, err
	}
	head, err := s.Revisions().Head(ctx)
	if err != nil {
		return plan.Plan{}, err
	}
	rules, err := s.Requests().Rules(ctx)
	if err != nil {
		return plan.Plan{}, err
	}
	return plan.Of(head, rules, path, text)
}

// Plan tells what a file would change, and whether it would.
func Plan(ctx context.Context, cfg config.Config, path string, out io.Writer) (changes bool, err error) {
	err = within(ctx, cfg, func(s *store.Store) error {
		p, err := beside(ctx, s, path)
		if err != nil {
			return err
		}
		changes = !p.Same()
		return p.Write(out)
	})
	return changes, err
}

// Wish is how a file is to be applied.
type Wish struct {
	File string
	Why  string
	Base int64 // the revision it was made from; 0 does not say
	Drop bool  // a draft that people work on may be dropped
	// Unasked puts it into use without the approval that it needs, which the audit tells.
	Unasked bool
	Prune   bool // of who and what may come in: what the file leaves out is taken away
}

// ErrWaits tells that a file is not in use: owners have to approve it first.
var ErrWaits = errors.New("the change waits for approval")

// Apply publishes a file, or hands it to those who must approve it (ErrWaits). A program that runs on the folder
// takes it over by itself.
func Apply(ctx context.Context, cfg config.Config, w Wish, out io.Writer) error {
	return within(ctx, cfg, func(s *store.Store) error {
		p, err := beside(ctx, s, w.File)
		if err != nil {
			return err
		}
		if w.Base != 0 && w.Base != p.Head.Number {
			return errs.New(errs.Conflict, "apply %s: it was made from revision %d, and revision %d is in use; see what differs with millwright plan, then apply it with --base %d", w.File, w.Base, p.Head.Number, p.Head.Number)
		}
		if err := p.Write(out); err != nil || p.Same() {
			return err
		}
		seal := machines.New(machines.Options{Safe: secret.New(filepath.Join(cfg.Data, "secret.key"), s.Secrets())}).Seal
		got, err := p.Carry(ctx, s.Revisions(), s.Requests(), plan.Wish{
			By: plant.Program(), Why: strings.TrimSpace(w.Why), Origin: "command line, " + filepath.Base(w.File), Drop: w.Drop, Unasked: w.Unasked, Seal: seal,
		})
		if err != nil {
			return fmt.Errorf("apply %s: %w", w.File, err)
		}
		if got.Waits() {
			_, err := fmt.Fprintf(out, "\nrequest %d waits for the approval of %s; nothing has changed yet (see Admin, Requests)\n", got.Request, got.Needs.Owners())
			return errors.Join(err, ErrWaits)
		}
		_, err = fmt.Fprintf(out, "\nrevision %d is published; %s\n", got.Revision.Number, follows(cfg))
		return err
	})
}

// follows tells who will take a new revision over, and when.
func follows(cfg config.Config) string {
	switch err := embedded.Free(filepath.Join(cfg.Data, "history")); {
	case err == nil:
		return fmt.Sprintf("no program runs on %s now: it is in use from its next start on", cfg.Data)
	case errs.KindOf(err) != errs.Conflict:
		return fmt.Sprintf("whether a program runs on %s cannot be told (%v); one that does takes it over within about a second", cfg.Data, err)
	}
	return "the running program takes it over within about a second, or says in its log why it cannot"
}

// Revisions lists what was in use, the newest first.
func Revisions(ctx context.Context, cfg config.Config, limit int, out io.Writer) error {
	return within(ctx, cfg, func(s *store.Store) error {
		book := s.Revisions()
		list, err := book.Revisions(ctx, 0, limit)
		if err != nil {
			return err
		}
		var rows [][]string
		for _, r := range list {
			rows = append(rows, kept(r.Number, r.At, r.By.Name, r.Origin, r.Why))
		}
		return table(out, rows, "revision", "when", "who", "from", "why")
	})
}

// kept is a row of what was put into force.
func kept(number int64, at time.Time, who, origin, why string) []string {
	return []string{strconv.FormatInt(number, 10), at.Local().Format(time.DateTime), inert(who), inert(origin), inert(why)}
}

// table writes rows under their heads.
func table(out io.Writer, rows [][]string, heads ...string) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, r := range append([][]string{heads}, rows...) {
		if _, err := fmt.Fprintln(w, strings.Join(r, "\t")); err != nil {
			return err
		}
	}
	return w.Flush()
}

// inert makes what people wrote fit for one line of a terminal.
func inert(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || (r >= 0x80 && r < 0xa0) {
			return ' '
		}
		return r
	}, s)
}

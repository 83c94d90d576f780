// Tables of tags that wait to be taken, and the work on them that is done beside.

package web

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"millwright/config/tagtable"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/sheet"
)

// The bounds of tables that wait to be taken: in memory, and only for who uploaded them.
const (
	mostImports = 6
	importKept  = time.Hour
	importTime  = time.Minute // that looking through one, or taking it, may last
	rowsShown   = 200
	importHome  = tagsHome + "/import"
)

// imports are the tables that were uploaded and may still be taken: the newest of each person.
type imports struct {
	mu    sync.Mutex
	all   map[string]*imported
	tasks sync.WaitGroup
	over  chan struct{} // closed when the site ends
	once  sync.Once

	reading sync.Mutex // one file at a time is unpacked
}

// imported is one of them. Whoever has its lock may change it.
type imported struct {
	id, file string
	by       plant.Person
	at       time.Time

	mu      sync.Mutex
	working string // what is being done; "" when nothing is
	done    int
	table   sheet.Table
	report  tagtable.Report
	err     error
	taken   string
}

func newImports() *imports { return &imports{all: map[string]*imported{}, over: make(chan struct{})} }

// put keeps a table in the place of the person's last; errs.Conflict when too many people have one.
func (i *imports) put(one *imported) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	for id, o := range i.all {
		if o.by == one.by || one.at.Sub(o.at) > importKept {
			delete(i.all, id)
		}
	}
	if len(i.all) >= mostImports {
		return errs.New(errs.Conflict, "%d people are importing tables at this moment; try again in some minutes", mostImports)
	}
	i.all[one.id] = one
	return nil
}

// find gives the table of an address to who uploaded it.
func (i *imports) find(id string, by plant.Person, now time.Time) (*imported, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	one, ok := i.all[id]
	if !ok || one.by != by || now.Sub(one.at) > importKept {
		return nil, errs.New(errs.NotFound, "this table is not kept any more; upload it again")
	}
	return one, nil
}

// begin has work done beside; what goes wrong with it stands on the page. One piece of work at a time is done.
func (s *Server) begin(one *imported, working string, work func(ctx context.Context) error) {
	one.mu.Lock()
	defer one.mu.Unlock()
	if one.working != "" {
		return
	}
	one.working, one.done, one.err = working, 0, nil
	s.imports.tasks.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), importTime)
		defer cancel()
		go func() {
			select {
			case <-s.imports.over:
				cancel()
			case <-ctx.Done():
			}
		}()
		err := survived(func() error { return work(ctx) })
		one.mu.Lock()
		defer one.mu.Unlock()
		if one.working, one.err = "", err; err != nil && errs.KindOf(err) == errs.Internal {
			s.Log.Error("a table of tags could not be worked through", slog.Any("err", err))
		}
	})
}

// end stops what is done beside, and waits for it.
func (i *imports) end() {
	i.once.Do(func() { close(i.over) })
	i.tasks.Wait()
}

// survived turns a panic into an error: one bad table must not end the program.
func survived(work func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return work()
}

// told counts the rows that were looked at.
func (one *imported) told(done int) {
	if done%100 == 0 {
		one.mu.Lock()
		one.done = done
		one.mu.Unlock()
	}
}

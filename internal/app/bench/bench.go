// Package bench measures the whole program as it runs: real OPC UA, real disk, real WebSockets, each side a process of its own.
package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"millwright/internal/app/bench/orderbook"
	"millwright/internal/errs"
)

// Options are the choices of `millwright bench`.
type Options struct {
	Tags  int           // 0 means the set that docs/performance.md states
	Hz    float64       // changes of each tag in a second; 0 means 10
	Pages int           // WebSocket clients; 0 means 1,000
	For   time.Duration // how long each measurement lasts; 0 means 20 s

	Book orderbook.Options // of the order book
}

func (o Options) filled() Options {
	if o.Hz == 0 {
		o.Hz = 10
	}
	if o.Pages == 0 {
		o.Pages = 1000
	}
	if o.For == 0 {
		o.For = 20 * time.Second
	}
	return o
}

// Run makes one of the measurements ("ingest", "live", "history", "erp") or all of them, and prints figures.
func Run(ctx context.Context, what string, o Options, out io.Writer) error {
	o = o.filled()
	all := []struct {
		name string
		run  func(context.Context, Options, io.Writer) error
	}{{"history", historyFigures}, {"ingest", ingestFigures}, {"live", liveFigures}, {"erp", orderFigures}}
	known := false
	for _, m := range all {
		if what != m.name && what != "all" {
			continue
		}
		known = true
		if err := m.run(ctx, o, out); err != nil {
			return fmt.Errorf("bench %s: %w", m.name, err)
		}
	}
	if !known {
		return errs.New(errs.Invalid, "there is no measurement %q; use ingest, live, history, erp or all", what)
	}
	return nil
}

func orderFigures(ctx context.Context, o Options, out io.Writer) error {
	return orderbook.Figures(ctx, o.Book, out)
}

// helper is this program running one of its hidden commands beside us.
type helper struct {
	cmd *exec.Cmd
	out strings.Builder
	in  io.WriteCloser
}

// help starts a hidden command of this program; it ends when its input is closed.
func help(ctx context.Context, args ...string) (*helper, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	h := &helper{cmd: exec.CommandContext(ctx, self, append([]string{"bench"}, args...)...)}
	h.cmd.Stdout, h.cmd.Stderr = &h.out, os.Stderr
	if h.in, err = h.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	return h, h.cmd.Start()
}

// end closes the helper's input, waits for it and reads what it found out.
func (h *helper) end(found any) error {
	_ = h.in.Close()
	if err := h.cmd.Wait(); err != nil {
		return err
	}
	if found == nil {
		return nil
	}
	return json.Unmarshal([]byte(h.out.String()), found)
}

// resident is the memory of this process in megabytes.
func resident() float64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	var size, pages float64
	if _, err := fmt.Sscan(string(text), &size, &pages); err != nil {
		return 0
	}
	return pages * float64(os.Getpagesize()) / 1e6
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

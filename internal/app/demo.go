package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"millwright/config"
	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/ot/simulate"
	"millwright/internal/plant"
	"millwright/internal/run"
)

// DemoOptions are the choices of `millwright demo`.
type DemoOptions struct {
	Seed  uint64
	Speed float64
}

// Demo runs the demo plant: its machines simulated in a process of their own and reached like any others.
func Demo(ctx context.Context, cfg config.Config, o DemoOptions, out io.Writer) error {
	model, err := config.Demo()
	if err != nil {
		return err
	}
	cfg.Plant = "" // its logs are bundled
	station, err := freePort("127.0.0.1:4841")
	if err != nil {
		return err
	}
	if err := model.Endpoint(map[string]string{"plc": "opc.tcp://" + station}); err != nil {
		return err
	}
	return serve(ctx, cfg, model, out, func(a *App) ([]run.Part, error) {
		site, err := a.web.Open()
		if err != nil {
			return nil, err
		}
		sim := simulator{station: station, site: site, snapshot: inFolder(cfg.Data, "simulator.json"), options: o, app: a}
		p := planner{app: a, programme: simulate.Demo()}
		return []run.Part{{Name: "demo orders", Run: p.Run}, {Name: "simulator", Run: sim.Run}}, nil
	})
}

// freePort gives the address asked for, or another one on loopback when that is taken.
func freePort(want string) (string, error) {
	for _, address := range []string{want, "127.0.0.1:0"} {
		l, err := net.Listen("tcp", address)
		if err == nil {
			return l.Addr().String(), l.Close()
		}
	}
	return "", errs.New(errs.Unavailable, "no port on loopback is free for the simulated machines")
}

// simulator starts `millwright simulate` and watches it.
type simulator struct {
	station  string // address of its OPC UA server
	site     string // of this program, for the past that it brings
	snapshot string
	options  DemoOptions
	app      *App
}

// Run keeps the process going until ctx ends.
func (s simulator) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		began := time.Now()
		err := s.once(ctx)
		if ctx.Err() != nil {
			break
		}
		s.app.log.Warn("the simulated machines ended and are started again", "err", err)
		if time.Since(began) < 10*time.Second {
			wait(ctx, 2*time.Second)
		}
	}
	return nil
}

// once runs the process to its end.
func (s simulator) once(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	args := []string{
		"simulate", "--listen", s.station, "--snapshot", s.snapshot,
		"--seed", strconv.FormatUint(s.options.Seed, 10), "--speed", strconv.FormatFloat(s.options.Speed, 'g', -1, 64),
	}
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Env = os.Environ()
	if _, err := os.Stat(s.snapshot); errors.Is(err, os.ErrNotExist) {
		token, revoke, err := s.token(ctx)
		if err != nil {
			return err
		}
		defer revoke()
		cmd.Args = append(cmd.Args, "--backfill", s.site)
		cmd.Env = append(cmd.Env, "MILLWRIGHT_TOKEN="+token)
	}
	cmd.Stderr = os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 8 * time.Second
	endWithUs(cmd)
	runtime.LockOSThread() // the system ends the process with the thread that started it
	defer runtime.UnlockOSThread()
	return cmd.Run()
}

// token makes a token for the past that the machines bring on the first start; it ends with the process.
func (s simulator) token(ctx context.Context) (secret string, revoke func(), err error) {
	n := access.NewToken{Name: "simulated machines " + time.Now().UTC().Format("2006-01-02 15:04:05"), Role: plant.Operator}
	secret, t, err := access.AddToken(ctx, s.app.store.Vault(), n, plant.Program())
	return secret, func() {
		_ = s.app.store.Vault().RevokeToken(context.WithoutCancel(ctx), t.ID, plant.Program())
	}, err
}

// planner keeps the demo's queue of jobs filled from the programme that its machines follow.
type planner struct {
	app       *App
	programme simulate.Plan
}

// ahead is how many jobs of a line wait.
const ahead = 6

// Run looks after the queues until ctx ends.
func (p planner) Run(ctx context.Context) error {
	for {
		for _, l := range p.programme.Lines {
			if err := p.fill(ctx, l); err != nil {
				return err
			}
		}
		if err := p.mill(ctx); err != nil {
			return err
		}
		if !wait(ctx, 2*time.Second) {
			return nil
		}
	}
}

// fill adds the next jobs of the line's programme.
func (p planner) fill(ctx context.Context, l simulate.Line) error {
	waiting, last := 0, int64(0)
	for _, j := range p.app.execution.Jobs(plant.LineID(l.ID)) {
		last = max(last, j.Rank)
		if j.Status == execution.Waiting {
			waiting++
		}
	}
	for n := last; waiting < ahead; n++ {
		c := l.Programme[n%int64(len(l.Programme))]
		j := execution.Job{
			ID: fmt.Sprintf("%s-%04d", l.ID, n+1), Order: fmt.Sprintf("SO-%d", 4100+n), Line: plant.LineID(l.ID),
			Product: c.Product, Planned: plant.Pieces(c.Quantity), Status: execution.Waiting, Rank: n + 1,
		}
		if err := p.app.execution.Add(ctx, j, plant.Program(), "the demo's programme"); err != nil && errs.KindOf(err) != errs.Conflict {
			return err
		}
		waiting++
	}
	return nil
}

// mill gives the replayed mill, which says no product, one long job and starts it.
func (p planner) mill(ctx context.Context) error {
	const line = plant.LineID("mill-1")
	if _, there := p.app.execution.Current(line); there || len(p.app.execution.Jobs(line)) > 0 {
		return nil
	}
	j := execution.Job{ID: "mill-1-0001", Order: "SO-4090", Line: line, Product: "BOX-OP1", Planned: plant.Pieces(500), Status: execution.Waiting, Rank: 1}
	if err := p.app.execution.Add(ctx, j, plant.Program(), "the demo's programme"); err != nil {
		return err
	}
	return p.app.execution.Start(ctx, j.ID, j.Version, plant.Program(), "the demo's programme")
}

// wait pauses; false when ctx ended.
func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

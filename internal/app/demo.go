package app

import (
	"context"
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
	"millwright/internal/app/machines"
	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/ot/simulate"
	"millwright/internal/ot/simulate/station"
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
	text, err := config.BundledText("demo.yaml")
	if err != nil {
		return err
	}
	cfg.Plant = "" // its logs are bundled
	if err := station.Check(station.Options{Seed: o.Seed, Speed: o.Speed, Snapshot: snapshot(cfg)}); err != nil {
		return err
	}
	listen, err := freePort()
	if err != nil {
		return err
	}
	plan := Plan{
		Name: "plants/demo.yaml", Text: text, Endpoints: map[string]string{"plc": "opc.tcp://" + listen},
		Shape: func(m *config.Model) { hasten(m, o.Speed) },
	}
	return serve(ctx, cfg, plan, out, func(a *App) ([]run.Part, error) {
		p := planner{app: a, programme: simulate.Demo(), speed: o.Speed, filled: make(chan struct{})}
		sim := simulator{listen: listen, site: a.web.Near(), snapshot: snapshot(cfg), options: o, app: a, after: p.filled}
		return []run.Part{{Name: "demo orders", Run: p.Run}, {Name: "simulator", Run: sim.Run}}, nil
	})
}

// snapshot is the file in which the simulated machines keep their memory.
func snapshot(cfg config.Config) string { return inFolder(cfg.Data, "simulator.json") }

// hasten makes the lines' rates and thresholds fit machines that are so many times faster.
func hasten(m *config.Model, speed float64) {
	if speed == 1 {
		return
	}
	faster := func(d time.Duration) time.Duration { return time.Duration(float64(d) / speed) }
	for _, s := range m.Plant.Sites {
		for _, a := range s.Areas {
			for i := range a.Lines {
				l := &a.Lines[i]
				if l.ID == mill {
					continue // a log keeps its own time
				}
				l.Thresholds.MinStop, l.Thresholds.MicroMax = faster(10*time.Second), faster(300*time.Second)
				for j := range l.Rates {
					l.Rates[j].IdealCycle = faster(l.Rates[j].IdealCycle)
				}
			}
		}
	}
}

// mill is the line whose machine is a replayed log.
const mill = plant.LineID("mill-1")

// freePort gives an address on loopback at which nobody listens: two demos never share their machines.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", errs.New(errs.Unavailable, "no port on loopback is free for the simulated machines: %w", err)
	}
	return l.Addr().String(), l.Close()
}

// simulator starts `millwright simulate` and watches it.
type simulator struct {
	listen   string // address of its OPC UA server
	site     string // of this program as it is reached from this machine, for the past that it brings
	snapshot string
	options  DemoOptions
	app      *App
	after    <-chan struct{} // closed once the lines have jobs for what the machines will tell
}

// Run keeps the process going until ctx ends.
func (s simulator) Run(ctx context.Context) error {
	select {
	case <-s.after:
	case <-ctx.Done():
	}
	for ctx.Err() == nil {
		began := time.Now()
		if err := s.once(ctx); ctx.Err() == nil {
			s.app.log.Warn("the simulated machines ended and are started again", "err", err)
		}
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
		"simulate", "--listen", s.listen, "--snapshot", s.snapshot,
		"--seed", strconv.FormatUint(s.options.Seed, 10), "--speed", strconv.FormatFloat(s.options.Speed, 'g', -1, 64),
	}
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Env = os.Environ()
	if station.Untold(s.snapshot) {
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
	n := access.NewToken{Name: "simulated machines " + time.Now().UTC().Format("2006-01-02 15.04.05"), Role: plant.Operator}
	secret, t, err := access.AddToken(ctx, s.app.store.Vault(), n, plant.Program())
	return secret, func() {
		_ = s.app.store.Vault().RevokeToken(context.WithoutCancel(ctx), t.ID, plant.Program(), "the program ended")
	}, err
}

// planner keeps the demo's queue of jobs filled from the programme that its machines follow.
type planner struct {
	app       *App
	programme simulate.Plan
	speed     float64
	filled    chan struct{}
}

// queued is how many jobs of a line wait.
const queued = 6

// pastJobs is how many jobs the machines have made at most in the past that they bring along.
func (p planner) pastJobs() int { return int(20 * min(max(p.speed, 1), 10)) }

// Run looks after the queues until ctx ends. What the books cannot do now is tried again.
func (p planner) Run(ctx context.Context) error {
	var told string
	for first := true; ; {
		switch err := p.plan(ctx); {
		case err == nil && first:
			close(p.filled)
			first = false
		case err != nil && ctx.Err() == nil && err.Error() != told:
			told = err.Error()
			p.app.log.Warn("the demo's jobs cannot be added; it is tried again", "err", err)
		}
		if !wait(ctx, 2*time.Second) {
			return nil
		}
	}
}

// plan gives every line the jobs that it is short of.
func (p planner) plan(ctx context.Context) error {
	for _, l := range p.programme.Lines {
		if err := p.fill(ctx, l); err != nil {
			return err
		}
	}
	return p.milling(ctx)
}

// fill adds the next jobs of the line's programme.
func (p planner) fill(ctx context.Context, l simulate.Line) error {
	jobs := p.app.floor.Load().execution.Jobs(plant.LineID(l.ID))
	want, last := queued, execution.Job{Due: time.Now().Add(-machines.Played).Truncate(time.Hour)}
	if len(jobs) == 0 {
		want += p.pastJobs()
	}
	for _, j := range jobs {
		if j.Rank > last.Rank {
			last = j
		}
		if j.Status == execution.Waiting {
			want--
		}
	}
	for ; want > 0; want-- {
		next := p.after(l, last)
		if _, err := p.app.floor.Load().execution.Add(ctx, next, plant.Program(), "the demo's programme"); err != nil && errs.KindOf(err) != errs.Conflict {
			return err
		}
		last = next
	}
	return nil
}

// promised is the OEE at which the demo's sales people promise dates.
const promised = 0.6

// after gives the job that follows in the programme, due when a line of the promised OEE is done with it.
func (p planner) after(l simulate.Line, last execution.Job) execution.Job {
	c := l.Programme[last.Rank%int64(len(l.Programme))]
	n := last.Rank + 1
	j := execution.Job{
		ID: fmt.Sprintf("%s-%04d", l.ID, n), Order: fmt.Sprintf("SO-%d", 4099+n), Line: plant.LineID(l.ID),
		Product: c.Product, Planned: plant.Pieces(c.Quantity), Rank: n, Due: last.Due,
	}
	for _, product := range l.Products {
		if product.Code == c.Product {
			takes := float64(product.Ideal) * float64(c.Quantity) / promised / max(p.speed, 0.1)
			j.Due = last.Due.Add(time.Duration(takes)).Truncate(time.Second)
		}
	}
	return j
}

// milling gives the replayed mill, which says no product, one long job and starts it.
func (p planner) milling(ctx context.Context) error {
	if _, there := p.app.floor.Load().execution.Current(mill); there {
		return nil
	}
	why := "the demo's programme"
	jobs := p.app.floor.Load().execution.Jobs(mill)
	if len(jobs) == 0 {
		j := execution.Job{ID: "mill-1-0001", Order: "SO-4090", Line: mill, Product: "BOX-OP1", Planned: plant.Pieces(500), Status: execution.Waiting, Rank: 1}
		added, err := p.app.floor.Load().execution.Add(ctx, j, plant.Program(), why)
		if errs.KindOf(err) == errs.Conflict {
			j.ID = "" // that one ended long ago: the next number
			added, err = p.app.floor.Load().execution.Add(ctx, j, plant.Program(), why)
		}
		if err != nil {
			return err
		}
		jobs = append(jobs, added)
	}
	for _, j := range jobs {
		if j.Status == execution.Waiting {
			_, err := p.app.floor.Load().execution.Start(ctx, j.ID, j.Version, plant.Program(), why)
			return err
		}
	}
	return nil
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

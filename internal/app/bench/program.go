package bench

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"time"

	"millwright/internal/app/bench/gauge"

	"millwright/config"
	"millwright/internal/app"
	"millwright/internal/run"
)

// program is the whole of Millwright in this process, with a station in another.
type program struct {
	app     *app.App
	site    string
	station *helper
	data    string
	started time.Duration // from nothing to ready
	stop    func() error
}

// start runs a station of o.Tags tags and the program that reads them all.
func start(ctx context.Context, o Options, values string) (*program, error) {
	listen, err := freePort()
	if err != nil {
		return nil, err
	}
	p := &program{}
	if p.data, err = os.MkdirTemp("", "millwright-bench-"); err != nil {
		return nil, err
	}
	p.station, err = help(ctx, "station", "--listen", listen, "--values", values, fmt.Sprintf("--tags=%d", o.Tags), fmt.Sprintf("--hz=%g", o.Hz))
	if err != nil {
		return nil, err
	}
	plan := app.Plan{Name: "the bench", Text: []byte(plantFile(o.Tags, "opc.tcp://"+listen, o.Hz))}
	cfg := config.Default()
	cfg.Data, cfg.Listen = p.data, "127.0.0.1:0"
	began := time.Now()
	if p.app, err = app.New(ctx, cfg, plan, slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))); err != nil {
		return nil, err
	}
	p.started = time.Since(began)
	if p.site, err = p.app.Site(); err != nil {
		return nil, err
	}
	inner, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- run.Group{}.Run(inner, p.app.Parts()...) }()
	p.stop = func() error {
		cancel()
		return <-ended
	}
	return p, p.awaitValues(ctx, o)
}

// awaitValues waits until every tag has spoken.
func (p *program) awaitValues(ctx context.Context, o Options) error {
	for range 600 {
		if p.app.Received() > uint64(2*o.Tags) {
			return nil
		}
		pause(ctx, 100*time.Millisecond)
	}
	return fmt.Errorf("the tags did not come within a minute: %+v", p.app.Connections())
}

// end stops everything and leaves nothing on the disk.
func (p *program) end() error {
	if err := p.station.end(nil); err != nil {
		return err
	}
	if err := p.stop(); err != nil {
		return err
	}
	if err := p.app.Close(); err != nil {
		return err
	}
	return os.RemoveAll(p.data)
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// ingestFigures measures values per second, lost values, CPU and memory with history, engines and live on.
func ingestFigures(ctx context.Context, o Options, out io.Writer) error {
	cases := []Options{{Tags: 1000, Hz: 1}, {Tags: 1000, Hz: 10}, {Tags: 10000, Hz: 1}, {Tags: 10000, Hz: 10}}
	if o.Tags > 0 {
		cases = []Options{o}
	}
	if _, err := fmt.Fprintf(out, "ingest: OPC UA → history, engines, live\n%8s %4s %10s %6s %9s %8s %8s %8s\n", "tags", "Hz", "values/s", "lost", "CPU µs", "cores", "RSS MB", "start"); err != nil {
		return err
	}
	for _, c := range cases {
		c.For = o.For
		if err := ingestCase(ctx, c, out); err != nil {
			return err
		}
	}
	return nil
}

func ingestCase(ctx context.Context, o Options, out io.Writer) error {
	p, err := start(ctx, o, "count")
	if err != nil {
		return err
	}
	gaps := watchGaps(ctx, p.app)
	pause(ctx, 3*time.Second)
	before, received := gauge.Used(), p.app.Received()
	pause(ctx, o.For)
	after, got := gauge.Used(), p.app.Received()-received
	rss := resident()
	lost := gaps()
	cpu, wall := after.Since(before)
	if err := p.end(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%8d %4g %10.0f %6d %9.2f %8.2f %8.0f %8s\n", o.Tags, o.Hz, float64(got)/wall.Seconds(), lost,
		float64(cpu.Microseconds())/float64(got), cpu.Seconds()/wall.Seconds(), rss, p.started.Round(time.Millisecond))
	return err
}

// watchGaps follows every sample beside the engines and counts the numbers that are missing.
func watchGaps(ctx context.Context, a *app.App) (lost func() int64) {
	queue := a.Samples().Queue(4096)
	done := make(chan int64, 1)
	inner, cancel := context.WithCancel(ctx)
	go func() {
		last := map[uint32]int64{}
		missing := int64(0)
		for {
			batch, err := queue.Next(inner)
			if err != nil {
				done <- missing + int64(queue.Lost())
				return
			}
			for _, s := range batch {
				n, ok := s.Value.Int()
				if !ok || s.Value.Kind().String() == "bool" {
					continue
				}
				if before, seen := last[uint32(s.Tag)]; seen && n > before {
					missing += n - before - 1
				}
				last[uint32(s.Tag)] = n
			}
		}
	}()
	return func() int64 {
		cancel()
		defer queue.Close()
		return <-done
	}
}

package bench

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"millwright/internal/app/bench/gauge"

	"millwright/internal/plant"
)

// liveFigures measures the way from a change at the machine to the frame, and what a thousand pages cost.
func liveFigures(ctx context.Context, o Options, out io.Writer) error {
	if o.Tags == 0 {
		o.Tags = 1000
	}
	p, err := start(ctx, o, "clock")
	if err != nil {
		return err
	}
	token, err := p.app.NewToken(ctx, "bench", plant.Viewer)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "live: %d tags × %g Hz\n", o.Tags, o.Hz); err != nil {
		return err
	}
	quiet := gauge.Used()
	pause(ctx, o.For/2)
	cpu, wall := gauge.Used().Since(quiet)
	before := load{cores: cpu.Seconds() / wall.Seconds()}
	lines := (o.Tags + 4*perUnit - 1) / (4 * perUnit)
	for _, pages := range []int{1, 1 + lines, o.Pages} { // the second time each line's panel is drawn for one page
		o.Pages = pages
		if before, err = p.watched(ctx, o, reader{token, lines}, before, out); err != nil {
			return err
		}
	}
	return p.end()
}

// reader is who opens the pages: its token, and the lines that they look at.
type reader struct {
	token string
	lines int
}

// load is what the program does in a second, and takes for it.
type load struct {
	messages, cores float64
}

// watched measures with o.Pages pages open; before is the load with fewer of them.
func (p *program) watched(ctx context.Context, o Options, by reader, before load, out io.Writer) (load, error) {
	rss := resident()
	h, err := help(ctx, "watch", "--site", p.site, "--token", by.token, "--pages", strconv.Itoa(o.Pages), "--lines", strconv.Itoa(by.lines))
	if err != nil {
		return load{}, err
	}
	for p.app.Pages() < o.Pages && ctx.Err() == nil {
		pause(ctx, 50*time.Millisecond)
	}
	began, sent := gauge.Used(), p.app.Sent()
	pause(ctx, o.For)
	cpu, wall := gauge.Used().Since(began)
	now := load{float64(p.app.Sent()-sent) / wall.Seconds(), cpu.Seconds() / wall.Seconds()}
	each := (resident() - rss) * 1000 / float64(o.Pages)
	var saw Pages
	if err := h.end(&saw); err != nil {
		return load{}, err
	}
	_, err = fmt.Fprintf(out, "%6d pages: change → frame p50 %.0f ms, p99 %.0f ms; %.0f messages/s of %.0f bytes; %.1f µs CPU for each more; %.2f cores; %.0f kB a page\n",
		o.Pages, saw.P50, saw.P99, now.messages, float64(saw.Bytes)/max(1, float64(saw.Messages)), (now.cores-before.cores)*1e6/max(1, now.messages-before.messages), now.cores, each)
	return now, err
}

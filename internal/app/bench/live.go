package bench

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

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
	quiet := used()
	pause(ctx, o.For/2)
	cpu, wall := used().since(quiet)
	base := cpu.Seconds() / wall.Seconds()
	for _, pages := range []int{1, o.Pages} {
		o.Pages = pages
		if err := p.watched(ctx, o, reader{token, base}, out); err != nil {
			return err
		}
	}
	return p.end()
}

// reader is who opens the pages: its token, and what the program takes without any page, in cores.
type reader struct {
	token string
	base  float64
}

// watched measures with o.Pages pages open.
func (p *program) watched(ctx context.Context, o Options, by reader, out io.Writer) error {
	pages := o.Pages
	lines := (o.Tags + 4*perUnit - 1) / (4 * perUnit)
	rss := resident()
	h, err := help(ctx, "watch", "--site", p.site, "--token", by.token, "--pages", strconv.Itoa(pages), "--lines", strconv.Itoa(lines))
	if err != nil {
		return err
	}
	for p.app.Pages() < pages && ctx.Err() == nil {
		pause(ctx, 50*time.Millisecond)
	}
	before, sent := used(), p.app.Sent()
	pause(ctx, o.For)
	cpu, wall := used().since(before)
	messages := float64(p.app.Sent() - sent)
	each := (resident() - rss) * 1000 / float64(pages)
	var saw Pages
	if err := h.end(&saw); err != nil {
		return err
	}
	extra := cpu.Seconds() - by.base*wall.Seconds()
	_, err = fmt.Fprintf(out, "%6d pages: change → frame p50 %.0f ms, p99 %.0f ms; %.0f messages/s of %.0f bytes; %.1f µs CPU a message; %.2f cores; %.0f kB a page\n",
		pages, saw.P50, saw.P99, messages/wall.Seconds(), float64(saw.Bytes)/max(1, float64(saw.Messages)), extra*1e6/max(1, messages), cpu.Seconds()/wall.Seconds(), each)
	return err
}

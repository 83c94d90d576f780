package e2e

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser is one tab of a headless Chromium that notes everything written to its console.
type browser struct {
	t   *testing.T
	ctx context.Context

	mu       sync.Mutex
	problems []string
}

func openBrowser(t *testing.T) *browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		missing(t, "chromium")
	}
	flags := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1280, 900),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	for try := 1; ; try++ {
		alloc, endAlloc := chromedp.NewExecAllocator(context.Background(), flags...)
		ctx, end := chromedp.NewContext(alloc)
		b := &browser{t: t, ctx: ctx}
		chromedp.ListenTarget(ctx, b.listen)
		if err = chromedp.Run(ctx, runtime.Enable(), log.Enable()); err == nil {
			t.Cleanup(func() { end(); endAlloc() })
			return b
		}
		end()
		endAlloc()
		if try == 3 {
			t.Fatal(err)
		}
		t.Log("the browser itself broke down while it started; it is started again:", err)
	}
}

func (b *browser) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.problems = append(b.problems, e.ExceptionDetails.Error())
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.APITypeError {
			for _, a := range e.Args {
				b.problems = append(b.problems, string(a.Value))
			}
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.LevelError {
			b.problems = append(b.problems, e.Entry.Text+" "+e.Entry.URL)
		}
	}
}

// clean fails when the console holds a problem; those that contain an excused word don't count.
func (b *browser) clean(excused ...string) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
next:
	for _, p := range b.problems {
		for _, word := range excused {
			if word != "" && strings.Contains(p, word) {
				continue next
			}
		}
		b.t.Errorf("console: %s", p)
	}
	b.problems = nil
}

// do runs browser actions within a time; a machine that is busy may take three times as long.
func (b *browser) do(within time.Duration, what string, actions ...chromedp.Action) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 3*within)
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		b.t.Fatalf("%s: %v\n%s", what, err, b.stands())
	}
}

// stands tells where the browser is, and what it shows.
func (b *browser) stands() string {
	var page, place string
	_ = chromedp.Run(b.ctx, chromedp.Location(&place), chromedp.Text("body", &page, chromedp.ByQuery))
	return fmt.Sprintf("at %s the page says:\n%s", place, tail(page, 2000))
}

// eval gives what a script expression is in the page.
func eval[T any](b *browser, script string) T {
	b.t.Helper()
	var v T
	b.do(10*time.Second, script, chromedp.Evaluate(script, &v))
	return v
}

// until waits for a script expression to be true in the page. A page that loads itself anew meanwhile is asked again.
func (b *browser) until(within time.Duration, what, script string) {
	b.t.Helper()
	for deadline := time.Now().Add(within); ; time.Sleep(100 * time.Millisecond) {
		var holds bool
		ctx, cancel := context.WithTimeout(b.ctx, within+time.Second)
		err := chromedp.Run(ctx, chromedp.Evaluate(`!!(`+script+`)`, &holds))
		cancel()
		if err == nil && holds {
			return
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("waited %s for %s (%v)\n%s", within, what, err, b.stands())
		}
	}
}

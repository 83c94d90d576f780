package e2e

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// withoutScripts walks through the plant as a browser that runs no script: the pages are whole all the same.
func withoutScripts(t *testing.T, s *server, line string) {
	b := openBrowser(t)
	b.do(20*time.Second, "sign in without scripts",
		emulation.SetScriptExecutionDisabled(true), chromedp.Navigate(s.url+"/line/"+line),
		chromedp.SendKeys(`input[name="name"]`, "Ada", chromedp.ByQuery), chromedp.SendKeys(`input[name="password"]`, password, chromedp.ByQuery),
		chromedp.Click(`form[action="/sign-in"] button`, chromedp.ByQuery), chromedp.WaitVisible(`[data-panel="line/`+line+`/head"]`, chromedp.ByQuery))
	if !eval[bool](b, `document.documentElement.dataset.link === undefined`) {
		t.Error("a script has run")
	}
	for part, shows := range map[string]string{
		`[data-panel$="/kpi"]`: "OEE", `[data-panel$="/tags"]`: "Good", `[data-panel$="/units"]`: "pacer", `#trend .plot-times`: ":",
	} {
		if text := eval[string](b, "document.querySelector(`"+part+"`).textContent"); !strings.Contains(text, shows) {
			t.Errorf("without scripts %s shows %q, not %s", part, tail(text, 200), shows)
		}
	}
	b.do(10*time.Second, "another range of the trend", chromedp.Click(`#trend .ranges a:not([aria-current])`, chromedp.ByQuery), chromedp.WaitVisible(`#trend .plot`, chromedp.ByQuery))
	if at := eval[string](b, `location.search`); !strings.Contains(at, "range=") {
		t.Errorf("without scripts the range leads to %q", at)
	}
	for path, shows := range map[string]string{"/": "Filling 1", "/wall/line/" + line: "OEE", "/wall/hall/filling": "Filling 1"} {
		b.do(10*time.Second, path, chromedp.Navigate(s.url+path), chromedp.WaitVisible(`main`, chromedp.ByQuery))
		if text := eval[string](b, `document.querySelector("main").textContent`); !strings.Contains(text, shows) {
			t.Errorf("without scripts %s shows %q", path, tail(text, 300))
		}
	}
	b.clean()
}

// zooms drags over the middle half of a line's trend, and puts it back.
func (b *browser) zooms(s *server, line string) {
	b.t.Helper()
	b.do(10*time.Second, "the trend", chromedp.Navigate(s.url+"/line/"+line), chromedp.WaitVisible(`#trend .u-over`, chromedp.ByQuery))
	const span = `document.querySelector("#trend [data-chart-span]").textContent`
	whole := eval[string](b, span)
	at := eval[[]float64](b, `(() => {
		const over = document.querySelector("#trend .u-over");
		over.scrollIntoView({ block: "center", behavior: "instant" });
		const r = over.getBoundingClientRect();
		return [r.left + r.width / 4, r.left + r.width / 2, r.left + 3 * r.width / 4, r.top + r.height / 2];
	})()`)
	hand := func(does input.MouseType, x float64) chromedp.Action {
		return input.DispatchMouseEvent(does, x, at[3]).WithButton(input.Left).WithButtons(1).WithClickCount(1)
	}
	b.do(10*time.Second, "drag over the trend", hand(input.MouseMoved, at[0]), hand(input.MousePressed, at[0]), hand(input.MouseMoved, at[1]), hand(input.MouseMoved, at[2]), hand(input.MouseReleased, at[2]))
	b.until(10*time.Second, "the range to be in the address", `new URL(location).searchParams.has("from")`)
	if now := eval[string](b, span); now == whole {
		b.t.Errorf("the trend still shows %s", now)
	}
	b.do(10*time.Second, "the same range loaded anew", chromedp.Reload(), chromedp.WaitVisible(`#trend .u-over`, chromedp.ByQuery))
	b.do(10*time.Second, "put it back", chromedp.Click(`#trend [data-chart-do="reset"]`, chromedp.ByQuery))
	b.until(10*time.Second, "the range to be gone", `document.querySelector("#trend [data-chart-do='reset']").disabled`)
}

// startsMachinesAgain kills the machines' process: another takes its place, and what it says goes on where the first ended.
func (s *server) startsMachinesAgain(token string) {
	s.t.Helper()
	pid := s.simulator()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		s.t.Fatal(err)
	}
	s.eventually(30*time.Second, "other machines", func() bool { return s.simulator() != pid })
	s.eventually(60*time.Second, "them to be connected", func() bool { return s.connected(token) })
}

package e2e

import (
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

const password = "a long enough phrase"

// becomeAdmin opens the set-up link and makes the first admin.
func (b *browser) becomeAdmin(link string) {
	b.t.Helper()
	b.do(20*time.Second, "make the first admin",
		chromedp.Navigate(link),
		chromedp.SendKeys(`input[name="name"]`, "Ada", chromedp.ByQuery),
		chromedp.SendKeys(`input[name="password"]`, password, chromedp.ByQuery),
		chromedp.SendKeys(`input[name="again"]`, password, chromedp.ByQuery),
		chromedp.Submit(`form[action="/setup"]`, chromedp.ByQuery),
		chromedp.WaitVisible(`[data-panel="now/lines"]`, chromedp.ByQuery),
	)
}

// signIn lets the first admin into another browser.
func (b *browser) signIn(url string) {
	b.t.Helper()
	b.do(20*time.Second, "sign in",
		chromedp.Navigate(url+"/sign-in"),
		chromedp.SendKeys(`input[name="name"]`, "Ada", chromedp.ByQuery),
		chromedp.SendKeys(`input[name="password"]`, password, chromedp.ByQuery),
		chromedp.Submit(`form[action="/sign-in"]`, chromedp.ByQuery),
		chromedp.WaitVisible(`[data-panel="now/lines"]`, chromedp.ByQuery),
	)
}

// soon is how long a test waits for what comes by itself. It ends as soon as it has come, so it may be long: a busy
// machine is slow, and every simulated line stands now and then.
const soon = 2 * time.Minute

// pushed is what a panel says, but for the times that the page itself lets go on.
const pushed = `(() => {
	const panel = document.getElementById("panel:%s").cloneNode(true);
	for (const own of panel.querySelectorAll("[data-since], [data-until], [data-age], [data-clock]")) own.remove();
	return panel.textContent;
})()`

// moves waits until a panel says something else than now, pushed and not loaded anew.
func (b *browser) moves(panel string) {
	b.t.Helper()
	says := fmt.Sprintf(pushed, panel)
	b.do(5*time.Second, "mark the page", chromedp.Evaluate(`window.sameDocument = true; window.before = `+says, nil))
	b.until(soon, "panel "+panel+" to move", `window.sameDocument && `+says+` !== window.before`)
}

// running waits for a line of the page Now to run, and gives its id: at some hours a hall has its break. The mill, a log
// that is played, may say the same for minutes.
func (b *browser) running() string {
	b.t.Helper()
	const first = `[...document.querySelectorAll("[data-panel='now/lines'] li.row:not(#now-mill-1)")].find((r) => r.querySelector(".block-word").textContent.trim() === "Running")?.id.slice("now-".length)`
	b.until(soon, "a line to run", `window.runs = `+first)
	return eval[string](b, `window.runs`)
}

func TestAFirstAdminSeesThePlantLive(t *testing.T) {
	t.Parallel()
	s := startFirst(t, "--speed", "10")
	b := openBrowser(t)

	b.do(10*time.Second, "the door before set-up", chromedp.Navigate(s.url+"/"))
	if text := eval[string](b, `document.body.textContent`); !strings.Contains(text, "set-up link") {
		t.Errorf("before set-up the page says %q", tail(text, 300))
	}
	b.clean("503")

	link := s.setupLink()
	b.becomeAdmin(link)
	if rows := eval[int](b, `document.querySelectorAll('[data-panel="now/lines"] a[href^="/line/"]').length`); rows < 5 {
		t.Errorf("Now shows %d links to lines, want five", rows)
	}
	b.moves("now/totals")
	b.moves("now/lines")

	line := b.running()
	b.do(10*time.Second, "open a line", chromedp.Navigate(s.url+"/line/"+line), chromedp.WaitVisible(`[data-panel="line/`+line+`/tags"]`, chromedp.ByQuery))
	for _, panel := range []string{"head", "kpi", "units", "tags"} {
		b.moves("line/" + line + "/" + panel)
	}
	b.do(10*time.Second, "open a formula", chromedp.Click(`[data-panel$="/kpi"] summary`, chromedp.ByQuery))
	if formula := eval[string](b, `document.querySelector('[data-panel$="/kpi"] details[open]').textContent`); !strings.ContainsAny(formula, "0123456789") {
		t.Errorf("the formula shows no numbers: %q", formula)
	}
	b.clean()

	b.do(10*time.Second, "use the link again", chromedp.Navigate(link))
	if strings.Contains(eval[string](b, `document.body.innerHTML`), `name="again"`) {
		t.Error("the set-up link works twice")
	}
	b.zooms(s, line)
	withoutScripts(t, s, line)
	strangers(t, s)
	token := s.token("first look", "viewer") // the machines tell of their past before they serve
	s.eventually(time.Minute, "the machines to be there", func() bool { return s.connected(token) })
	s.onLoopback()
	b.do(10*time.Second, "sign out", chromedp.Navigate(s.url+"/"), chromedp.Submit(`form[action="/sign-out"]`, chromedp.ByQuery), chromedp.WaitVisible(`form[action="/sign-in"]`, chromedp.ByQuery))
	b.clean("422", "404")
}

// strangers are shown the door.
func strangers(t *testing.T, s *server) {
	stranger := openBrowser(t)
	for _, path := range []string{"/", "/line/filling-1", "/trends", "/wall/line/filling-1"} {
		stranger.do(10*time.Second, path, chromedp.Navigate(s.url+path))
		if at := eval[string](stranger, `location.pathname`); at != "/sign-in" {
			t.Errorf("a stranger at %s is shown %s", path, at)
		}
	}
	stranger.do(10*time.Second, "sign in with a wrong password",
		chromedp.SendKeys(`input[name="name"]`, "Ada", chromedp.ByQuery),
		chromedp.SendKeys(`input[name="password"]`, "not the phrase at all", chromedp.ByQuery),
		chromedp.Submit(`form[action="/sign-in"]`, chromedp.ByQuery),
		chromedp.WaitVisible(`input[name="name"][value="Ada"]`, chromedp.ByQuery),
	)
	stranger.clean("401", "422")
}

func TestTheWallComesBackByItself(t *testing.T) {
	t.Parallel()
	s := startDemo(t, "--speed", "10")
	admin := openBrowser(t)
	admin.becomeAdmin(s.setupLink())
	wall := "wall/line/" + admin.running()
	out := s.command("", "token", "add", "hall", "--page", "/"+wall, "--listen", strings.TrimPrefix(s.url, "http://"))
	at := strings.Index(out, "http://")
	if at < 0 {
		t.Fatalf("no link in %q", out)
	}
	b := openBrowser(t)
	b.do(20*time.Second, "open the wall", chromedp.Navigate(strings.TrimSpace(out[at:])), chromedp.WaitVisible(`[data-panel="`+wall+`"]`, chromedp.ByQuery))
	if place := eval[string](b, `location.href`); strings.Contains(place, "mw_") || !strings.HasSuffix(place, "/"+wall) {
		t.Errorf("the wall stands at %s", place)
	}
	b.moves(wall)
	b.clean()

	s.stop(syscall.SIGKILL)
	b.until(soon, "the wall to say that its data is old", `document.documentElement.dataset.link === "lost"`)
	if text := eval[string](b, `document.body.innerText`); !strings.Contains(strings.ToUpper(text), "STALE") {
		t.Errorf("a wall without data says %q", tail(text, 300))
	}
	s.start()
	b.until(soon, "the wall to be live again", `document.documentElement.dataset.link !== "lost"`)
	b.until(soon, "the wall to hear from the machines again", `!document.getElementById("panel:`+wall+`").textContent.includes("No data")`)
	b.do(5*time.Second, "look at another page", chromedp.Navigate(s.url+"/"))
	if text := eval[string](b, `document.body.innerText`); strings.Contains(text, "Jobs at risk") {
		t.Error("a display sees more than its wall")
	}
}

// simulator is the process that plays the machines.
func (s *server) simulator() int {
	s.t.Helper()
	pid := 0
	s.eventually(10*time.Second, "the simulated machines' process", func() bool {
		out, err := exec.Command("pgrep", "-P", strconv.Itoa(s.cmd.Process.Pid), "-f", "simulate").Output()
		if err != nil {
			return false
		}
		pid, err = strconv.Atoi(strings.TrimSpace(string(out)))
		return err == nil
	})
	return pid
}

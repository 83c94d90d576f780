package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestThePlantIsChangedAndPutBackInTheBrowser changes a line while its machines run: open pages show the change by
// themselves, no piece is lost or doubled by it, and the revision before can be put back.
func TestThePlantIsChangedAndPutBackInTheBrowser(t *testing.T) {
	t.Parallel()
	s := startFirst(t, "--speed", "8")
	token := s.token("counter", "viewer")
	s.eventually(60*time.Second, "the machines to tell of their past", func() bool {
		good, _ := s.booked(token, "filling-1")
		return good > 0
	})
	b := openBrowser(t)
	b.becomeAdmin(s.setupLink())
	wall := openBrowser(t)
	out := s.command("", "token", "add", "hall", "--page", "/wall/hall/filling")
	wall.do(20*time.Second, "open the wall", chromedp.Navigate(strings.TrimSpace(out[strings.Index(out, "http://"):])), chromedp.WaitVisible(`[data-panel="wall/hall/filling"]`, chromedp.ByQuery))

	b.do(20*time.Second, "change the plant as text",
		chromedp.Navigate(s.url+"/admin/plant/edit"),
		chromedp.Evaluate(`{ const f = document.getElementById("text"); f.value = f.value.replace("name: Filling 1", "name: Filling North"); }`, nil),
		chromedp.Submit(`form[action="/admin/plant/edit"]`, chromedp.ByQuery),
		chromedp.WaitVisible(`.diff`, chromedp.ByQuery),
	)
	if review := eval[string](b, `document.getElementById("main").innerText`); !strings.Contains(review, "Line filling-1 changes its name") {
		t.Errorf("the review says %q", tail(review, 500))
	}
	if text := eval[string](wall, `document.body.innerText`); strings.Contains(text, "North") {
		t.Error("the wall shows what is not published")
	}
	b.do(20*time.Second, "publish it",
		chromedp.SendKeys(`form[action="/admin/plant/publish"] input[name="why"]`, "the hall has got a name", chromedp.ByQuery),
		chromedp.Submit(`form[action="/admin/plant/publish"]`, chromedp.ByQuery),
		chromedp.WaitVisible(`.done`, chromedp.ByQuery),
	)
	wall.until(soon, "the wall to show the new name by itself", `document.body.innerText.toUpperCase().includes("FILLING NORTH")`)
	wall.moves("wall/hall/filling") // two lines, which never have their break at the same time

	b.do(20*time.Second, "put the first revision back",
		chromedp.Navigate(s.url+"/admin/plant/revision/1"),
		chromedp.SendKeys(`input[name="why"]`, "it was the other hall", chromedp.ByQuery),
		chromedp.Submit(`form[action="/admin/plant/revision/1/back"]`, chromedp.ByQuery),
		chromedp.WaitVisible(`.done`, chromedp.ByQuery),
	)
	wall.until(soon, "the wall to show the old name again", `document.body.innerText.toUpperCase().includes("FILLING 1")`)
	wall.clean()
	b.clean()

	s.freeze()
	var good, scrap, before float64
	var m measured
	agree := func() bool { // and do not move any more
		before = good
		good, scrap = s.booked(token, "filling-1")
		m = s.measured(token, "filling-1")
		return good > 0 && good == before && good == m.Good && scrap == m.Reject
	}
	for n := 0; !agree(); n++ {
		if n == 240 {
			t.Fatalf("jobs have %f good and %f rejected, OEE %f and %f", good, scrap, m.Good, m.Reject)
		}
		time.Sleep(500 * time.Millisecond)
	}
	t.Logf("%.0f good and %.0f rejected in jobs and in OEE", good, scrap)
	if said := s.command("", "verify"); said == "" {
		t.Error("verify says nothing")
	}
}

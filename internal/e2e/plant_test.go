package e2e

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestThePlantIsChangedAndPutBackInTheBrowser changes a line while its machines run: open pages show the change by
// themselves, no piece is lost or doubled by it, and the revision before can be put back.
func TestThePlantIsChangedAndPutBackInTheBrowser(t *testing.T) {
	s := startDemo(t, "--speed", "8")
	b := openBrowser(t)
	b.becomeAdmin(s.setupLink())
	wall := openBrowser(t)
	out := s.command("", "token", "add", "hall", "--page", "/wall/line/filling-1")
	wall.do(20*time.Second, "open the wall", chromedp.Navigate(strings.TrimSpace(out[strings.Index(out, "http://"):])), chromedp.WaitVisible(`[data-panel="wall/line/filling-1"]`, chromedp.ByQuery))

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
	wall.until(20*time.Second, "the wall to show the new name by itself", `document.body.innerText.toUpperCase().includes("FILLING NORTH")`)
	wall.moves("wall/line/filling-1", 20*time.Second)

	b.do(20*time.Second, "put the first revision back",
		chromedp.Navigate(s.url+"/admin/plant/revision/1"),
		chromedp.SendKeys(`input[name="why"]`, "it was the other hall", chromedp.ByQuery),
		chromedp.Submit(`form[action="/admin/plant/revision/1/back"]`, chromedp.ByQuery),
		chromedp.WaitVisible(`.done`, chromedp.ByQuery),
	)
	wall.until(20*time.Second, "the wall to show the old name again", `document.body.innerText.toUpperCase().includes("FILLING 1")`)
	wall.clean()
	b.clean()

	token := s.token("counter", "viewer")
	s.freeze()
	var good, scrap float64
	var m measured
	agree := func() bool { // the window ends within a segment, so a share of its pieces may be missing
		good, scrap = s.booked(token, "filling-1")
		m = s.measured(token, "filling-1")
		return good > 0 && math.Abs(good-m.Good) < good/1000 && math.Abs(scrap-m.Reject) < scrap/1000
	}
	for range 80 {
		if agree() {
			break
		}
		time.Sleep(250 * time.Millisecond)
	}
	if !agree() {
		t.Errorf("jobs have %f good and %f rejected, OEE %f and %f", good, scrap, m.Good, m.Reject)
	}
	if said := s.command("", "verify"); said == "" {
		t.Error("verify says nothing")
	}
}

package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

func TestADisplayIsGivenAnotherWallFromAfar(t *testing.T) {
	s := startDemo(t, "--speed", "10")
	admin, screen := openBrowser(t), openBrowser(t)
	admin.becomeAdmin(s.setupLink())
	admin.do(20*time.Second, "make a display's token",
		chromedp.Navigate(s.url+"/admin/tokens"),
		chromedp.SendKeys(`#name`, "hall screen", chromedp.ByQuery),
		chromedp.SetValue(`#role`, "display", chromedp.ByQuery),
		chromedp.SetValue(`#page`, "/wall/line/filling-1", chromedp.ByQuery),
		chromedp.SendKeys(`#why`, "a new screen in the hall", chromedp.ByQuery),
		chromedp.Submit(`form[action="/admin/tokens"]`, chromedp.ByQuery),
		chromedp.WaitVisible(`code.secret`, chromedp.ByQuery),
	)
	if place := eval[string](admin, `location.href`); strings.Contains(place, "mw_") {
		t.Errorf("the secret stands in the address %s", place)
	}
	link := eval[string](admin, `document.querySelector("code.secret").textContent`)
	screen.do(20*time.Second, "open the wall", chromedp.Navigate(link), chromedp.WaitVisible(`[data-panel="wall/line/filling-1"]`, chromedp.ByQuery))
	screen.until(20*time.Second, "the wall to be live", `document.documentElement.dataset.link === "live"`)
	admin.do(20*time.Second, "give it another wall",
		chromedp.Click(`a.button-primary`, chromedp.ByQuery),
		chromedp.WaitVisible(`#page-why`, chromedp.ByQuery),
		chromedp.SetValue(`#page`, "/wall/hall/filling", chromedp.ByQuery),
		chromedp.SendKeys(`#page-why`, "the whole hall is wanted", chromedp.ByQuery),
		chromedp.Submit(`form[action$="/page"]`, chromedp.ByQuery),
		chromedp.WaitVisible(`.done`, chromedp.ByQuery),
	)
	screen.do(8*time.Second, "the wall to move by itself", chromedp.WaitVisible(`[data-panel="wall/hall/filling"]`, chromedp.ByQuery))
	if place := eval[string](screen, `location.pathname`); place != "/wall/hall/filling" {
		t.Errorf("the screen stands at %s", place)
	}
	screen.moves("wall/hall/filling", 20*time.Second)
	screen.clean()
	admin.clean()
}

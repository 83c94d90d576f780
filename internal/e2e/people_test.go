package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

func TestADisplayIsGivenAnotherWallFromAfar(t *testing.T) {
	t.Parallel()
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
	screen.until(soon, "the wall to be live", `document.documentElement.dataset.link === "live"`)
	admin.do(20*time.Second, "give it another wall",
		chromedp.Click(`a.button-primary`, chromedp.ByQuery),
		chromedp.WaitVisible(`#page-why`, chromedp.ByQuery),
		chromedp.SetValue(`#page`, "/wall/hall/filling", chromedp.ByQuery),
		chromedp.SendKeys(`#page-why`, "the whole hall is wanted", chromedp.ByQuery),
		chromedp.Submit(`form[action$="/page"]`, chromedp.ByQuery),
		chromedp.WaitVisible(`.done`, chromedp.ByQuery),
	)
	screen.do(soon, "the wall to move by itself", chromedp.WaitVisible(`[data-panel="wall/hall/filling"]`, chromedp.ByQuery))
	if place := eval[string](screen, `location.pathname`); place != "/wall/hall/filling" {
		t.Errorf("the screen stands at %s", place)
	}
	screen.moves("wall/hall/filling")
	screen.clean()
	admin.clean()
}

func TestAPersonOfOneHallSeesItAlone(t *testing.T) {
	t.Parallel()
	s := startDemo(t, "--speed", "10")
	admin, person := openBrowser(t), openBrowser(t)
	admin.becomeAdmin(s.setupLink())
	admin.do(20*time.Second, "add a person without a role in the whole plant",
		chromedp.Navigate(s.url+"/admin/people"),
		chromedp.SendKeys(`#name`, "Bert", chromedp.ByQuery),
		chromedp.SetValue(`#role`, "nobody", chromedp.ByQuery),
		chromedp.SendKeys(`#password`, password, chromedp.ByQuery),
		chromedp.SendKeys(`#why`, "new", chromedp.ByQuery),
		chromedp.Submit(`form[action="/admin/people"]`, chromedp.ByQuery),
		chromedp.WaitVisible(`.done`, chromedp.ByQuery),
	)
	admin.do(20*time.Second, "give a role in one hall",
		chromedp.Navigate(s.url+"/admin/people/2"),
		chromedp.SetValue(`#grant-at`, "ulm/filling", chromedp.ByQuery),
		chromedp.SetValue(`#grant-role`, "operator", chromedp.ByQuery),
		chromedp.SendKeys(`#grant-why`, "works there", chromedp.ByQuery),
		chromedp.Submit(`form[action$="/grants"]`, chromedp.ByQuery),
		chromedp.WaitVisible(`.done`, chromedp.ByQuery),
	)
	person.do(20*time.Second, "sign in",
		chromedp.Navigate(s.url+"/sign-in"),
		chromedp.SendKeys(`#name`, "Bert", chromedp.ByQuery),
		chromedp.SendKeys(`#password`, password, chromedp.ByQuery),
		chromedp.Submit(`form[action="/sign-in"]`, chromedp.ByQuery),
		chromedp.WaitVisible(`[data-panel="now/lines"]`, chromedp.ByQuery),
	)
	person.until(soon, "the page to be live", `document.documentElement.dataset.link === "live"`)
	person.moves("now/totals")
	if text := eval[string](person, `document.getElementById("main").textContent`); !strings.Contains(text, "Filling 1") || strings.Contains(text, "Packing") {
		t.Errorf("the page shows %q", text)
	}
	person.clean()
	admin.clean()
}

package e2e

import (
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
)

// fill types into a form, chooses from its lists, and sends it by its button; done is what the page shows then.
func (b *browser) fill(form string, values map[string]string, done string) {
	b.t.Helper()
	b.do(20*time.Second, "see "+form, chromedp.WaitVisible(form, chromedp.ByQuery))
	var actions []chromedp.Action
	for name, value := range values {
		field := form + fmt.Sprintf(` [name="%s"]`, name)
		if kind := eval[string](b, fmt.Sprintf(`(({ localName, type } = {}) => localName === "select" ? "select" : type)(document.querySelector(%q) ?? undefined)`, field)); kind == "select" || kind == "datetime-local" || kind == "date" {
			actions = append(actions, chromedp.SetValue(field, value, chromedp.ByQuery))
			continue
		}
		actions = append(actions, chromedp.Evaluate(fmt.Sprintf(`document.querySelector(%q).value = ""`, field), nil), chromedp.SendKeys(field, value, chromedp.ByQuery))
	}
	actions = append(actions, chromedp.Evaluate(`window.before = true`, nil), chromedp.Click(form+` button.button-primary`, chromedp.ByQuery))
	b.do(20*time.Second, "fill in "+form, actions...)
	b.answered(done)
}

// answered waits for the page that follows a form.
func (b *browser) answered(shows string) {
	b.t.Helper()
	script := fmt.Sprintf(`window.before !== true && document.readyState !== "loading" && !!document.querySelector(%q)`, shows)
	for deadline := time.Now().Add(soon); ; time.Sleep(50 * time.Millisecond) {
		var there bool
		err := chromedp.Run(b.ctx, chromedp.Evaluate(script, &there)) // fails while one page goes and the next comes
		if err == nil && there {
			return
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("no answer with %s (%v)\n%s", shows, err, b.stands())
		}
	}
}

func (b *browser) open(url string) {
	b.t.Helper()
	b.do(20*time.Second, "open "+url, chromedp.Navigate(url), chromedp.WaitVisible(`#main`, chromedp.ByQuery))
}

// press clicks what reads so and waits for the page after it. It is clicked when it is found: a page whose values move
// all the time may have another in its place a moment later.
func (b *browser) press(words, then string) {
	b.t.Helper()
	b.until(soon, words+" to be there to press", fmt.Sprintf(`(() => {
		const found = [...document.querySelectorAll("main a, main button")].find((e) => e.textContent.trim().replace(/\s+/g, " ") === %q && e.checkVisibility() && !e.disabled);
		if (!found || document.readyState === "loading") return false;
		window.before = true;
		found.click();
		return true;
	})()`, words))
	b.answered(then)
}

// follow clicks a link within a part of the page, or the part itself.
func (b *browser) follow(words, part, then string) {
	b.t.Helper()
	b.do(20*time.Second, "follow "+words, chromedp.Evaluate(`window.before = true`, nil), chromedp.Evaluate(fmt.Sprintf(
		`(() => {
			const part = document.querySelector(%q), link = part.localName === "a" ? part : [...part.querySelectorAll("a")].find((a) => a.textContent.trim() === %q);
			link.removeAttribute("target"); // the browser has one tab
			link.click();
		})()`, part, words), nil))
	b.answered(then)
}

// compared gives the numbers of a row of a preview: before and after.
func (b *browser) compared(name string) (cells [2]string) {
	b.t.Helper()
	all := eval[[]string](b, fmt.Sprintf(`(() => {
		const row = [...document.querySelectorAll("#preview tr")].find((r) => r.cells[0].textContent.trim() === %q);
		return row ? [...row.cells].slice(1).map((c) => c.textContent.trim()) : [];
	})()`, name))
	if len(all) < 2 {
		b.t.Fatalf("the preview has no row %s", name)
	}
	return [2]string(all[:2])
}

func (b *browser) reads(words ...string) {
	b.t.Helper()
	text := eval[string](b, `document.getElementById("main").innerText`)
	for _, w := range words {
		if !strings.Contains(text, w) {
			b.t.Fatalf("the page does not say %q:\n%s", w, tail(text, 1500))
		}
	}
}

// tap presses the first thing of a selector once it is there, in one go: a live panel may be drawn anew at any time.
func (b *browser) tap(what, selector string) {
	b.t.Helper()
	b.until(20*time.Second, what, fmt.Sprintf(`(() => { const it = document.querySelector(%q); it?.click(); return !!it; })()`, selector))
}

package e2e

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// sameAsAsked tells whether a part of the page is what the server gives for the address of the page as it is now; it waits
// for a while, as what the machines tell of their past may still come in.
const sameAsAsked = `(async (part) => {
	const words = (doc) => doc.querySelector(part)?.textContent.replace(/\s+/g, " ").trim() ?? "nothing";
	let here, there;
	for (let again = 0; again < 40; again++) {
		here = words(document);
		there = words(new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html"));
		if (here === there) return "";
		document.body.dispatchEvent(new KeyboardEvent("keydown", { key: again % 2 ? "ArrowRight" : "ArrowLeft", bubbles: true }));
		document.querySelector("[data-whatif]")?.dispatchEvent(new Event("change"));
		await new Promise((done) => setTimeout(done, 500));
	}
	return here + " is not " + there;
})`

// TestThePastIsSeenAgainAndReckonedAnew goes from a stop to its replay, plays it by keys, and cuts the top loss by half:
// what scripts show is what the server says of the same address.
func TestThePastIsSeenAgainAndReckonedAnew(t *testing.T) {
	t.Parallel()
	s := startDemo(t)
	b := openBrowser(t)
	b.becomeAdmin(s.setupLink())
	const moment = `document.querySelector("#replay-moment").dataset.moment`
	b.do(20*time.Second, "a stop", chromedp.Navigate(s.url+b.promise(stopped)))
	b.do(20*time.Second, "see it again", chromedp.Click(`a[href^="/replay"]`, chromedp.ByQuery), chromedp.WaitVisible(`[data-play]`, chromedp.ByQuery))
	b.until(10*time.Second, "the banner of the past", `document.querySelector(".past-banner").textContent.includes("This is the past")`)
	stop := eval[string](b, moment)
	b.do(5*time.Second, "play", chromedp.KeyEvent(" "))
	b.until(10*time.Second, "the moment to go on by minutes", `Number(`+moment+`) > `+stop+` + 60000`)
	b.do(5*time.Second, "pause", chromedp.KeyEvent(" "))
	b.do(5*time.Second, "back", chromedp.KeyEvent(kb.ArrowLeft))
	b.until(10*time.Second, "the address of that moment", `location.search.includes("at=" + `+moment+` + "000") && document.querySelector("[data-play]").textContent === "Play"`)
	if differs := b.promise(sameAsAsked + `("#replay-moment")`); differs != "" {
		t.Error(differs)
	}
	b.do(5*time.Second, "to the beginning", chromedp.KeyEvent(kb.Home))
	b.until(10*time.Second, "the beginning", moment+` === document.querySelector("[data-replay]").dataset.from`)

	b.promise(`(async () => { // the shift before is laid out once the machines have told of their past
		for (;;) {
			const page = await (await fetch("/whatif?line=filling-1&range=previous")).text();
			if (page.includes('name="cut.')) return "";
			await new Promise((done) => setTimeout(done, 500));
		}
	})()`)
	b.do(20*time.Second, "what if", chromedp.Navigate(s.url+"/whatif?line=filling-1&range=previous"), chromedp.WaitReady(`#whatif-result`, chromedp.ByQuery))
	const result = `document.querySelector("#whatif-result").textContent`
	b.until(10*time.Second, "nothing to be changed yet", result+`.includes("Change something")`)
	b.do(5*time.Second, "half of the top loss", chromedp.Evaluate(`(() => {
		const slider = document.querySelector("[data-whatif] input[type=range]");
		slider.value = 50;
		for (const kind of ["input", "change"]) slider.dispatchEvent(new Event(kind, { bubbles: true }));
	})()`, nil))
	b.until(20*time.Second, "what came of it", result+`.includes("OEE would have been") && document.querySelector("[data-whatif] output").textContent === "−50\u00a0%"`)
	if differs := b.promise(sameAsAsked + `("#whatif-result")`); differs != "" {
		t.Error(differs)
	}
	b.clean()
}

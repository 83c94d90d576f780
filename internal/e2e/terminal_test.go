package e2e

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// offline takes the network from a page, or gives it back.
func offline(away bool) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		if err := network.Enable().Do(ctx); err != nil {
			return err
		}
		all := []*network.Conditions{{DownloadThroughput: -1, UploadThroughput: -1}}
		if _, err := network.EmulateNetworkConditionsByRule(away, all).Do(ctx); err != nil {
			return err
		}
		return network.OverrideNetworkState(away, 0, -1, -1).Do(ctx)
	})
}

// comes waits for a script expression to be true in a page that may be loaded anew meanwhile.
func (b *browser) comes(s *server, what, script string) {
	b.t.Helper()
	s.eventually(40*time.Second, what, func() bool {
		ctx, cancel := context.WithTimeout(b.ctx, 5*time.Second)
		defer cancel()
		var holds bool
		return chromedp.Run(ctx, chromedp.Evaluate(script, &holds)) == nil && holds
	})
}

// said counts what was said in the shift that holds some words.
func said(words string, times string) string {
	return `[...document.querySelectorAll(".sayings li")].filter((li) => li.textContent.includes("` + words + `")).length === ` + times
}

// A tablet beside a line: with the network gone a reason is given, a counter is read, pieces are reported and material is called for. All of
// it is booked once when the network is there again.
func TestATerminalWorksThroughALostConnection(t *testing.T) {
	t.Parallel()
	s := startDemo(t, "--speed", "60")
	b := openBrowser(t)
	b.becomeAdmin(s.setupLink())
	b.promise(settled)
	b.do(20*time.Second, "hold it like a tablet", emulation.SetDeviceMetricsOverride(1024, 768, 1, false))
	// The machines tell of their past before they serve; until then a stop may turn out to be none.
	s.eventually(2*time.Minute, "the machines to be there", func() bool {
		return b.promise(`fetch("/api/v1/connections").then((r) => r.json()).then((all) => (all.connections ?? all).find((c) => c.id === "plc").phase)`) == "active"
	})
	stop := ""
	s.eventually(2*time.Minute, "a stop that is over", func() bool {
		b.do(20*time.Second, "open the terminal", chromedp.Navigate(s.url+"/operator/filling-1"), chromedp.WaitVisible(`[data-terminal]`, chromedp.ByQuery))
		stop = eval[string](b, `document.querySelector("#answer button[name=reason]") && document.querySelector("#reject") ? [...document.querySelectorAll(".op-stop")].find((el) => el.dataset.to < (Date.now() - 10000) * 1000)?.dataset.stop ?? "" : ""`)
		return stop != ""
	})
	tooLow := func(page string) {
		const low = `[...document.querySelectorAll(".op :is(button, summary, input:not([type=hidden]), select, a)")].filter((el) => el.offsetParent && el.getBoundingClientRect().height < 48).map((el) => el.outerHTML.slice(0, 80)).join("; ")`
		if found := eval[string](b, low); found != "" || !eval[bool](b, `!!document.querySelector(".op button, .op a")`) {
			t.Errorf("%s: too low for a finger: %s", page, found)
		}
	}
	tooLow("the terminal")
	b.do(20*time.Second, "open the work at the line", chromedp.Navigate(s.url+"/operator/filling-1/work"), chromedp.WaitVisible(`.op`, chromedp.ByQuery))
	tooLow("the work at the line")
	b.do(20*time.Second, "go back to the terminal", chromedp.Navigate(s.url+"/operator/filling-1"), chromedp.WaitVisible(`[data-terminal]`, chromedp.ByQuery))
	b.do(30*time.Second, "give a reason with the network gone", offline(true),
		chromedp.Click(`.op-stop[data-stop="`+stop+`"]`, chromedp.ByQuery),
		chromedp.SendKeys(`#comment`, "by the tablet", chromedp.ByQuery),
		chromedp.Click(`#reason fieldset:not([hidden]) button`, chromedp.ByQuery),
		chromedp.WaitVisible(`.op-waiting`, chromedp.ByQuery))
	b.do(30*time.Second, "read a counter", chromedp.Evaluate(`document.querySelector("#start").closest("details").open = true`, nil), chromedp.SendKeys(`#start`, "4711", chromedp.ByQuery),
		chromedp.Click(`form[data-send="Counter"] button`, chromedp.ByQuery))
	wholeShift := chromedp.Evaluate(`document.querySelector("#when").selectedIndex = document.querySelector("#when").options.length - 1`, nil) // in a break little is made
	b.do(30*time.Second, "report pieces", wholeShift, chromedp.SendKeys(`#reject`, "17", chromedp.ByQuery), chromedp.Evaluate(`document.querySelector("select[name=scrap]").selectedIndex = 1`, nil), chromedp.Click(`button[name="kind"][value="scrap"]`, chromedp.ByQuery))
	b.do(30*time.Second, "call for material", chromedp.Click(`button[name="call"][value="material"]`, chromedp.ByQuery))
	b.comes(s, "all of it to wait", `document.querySelector(".op-waiting")?.textContent === "4 waiting to be sent"`)
	b.do(30*time.Second, "have the network again", offline(false))
	b.comes(s, "the call to be there", `document.querySelector(".op-call")?.textContent.includes("Material")`)
	b.comes(s, "nothing to wait", `!document.querySelector(".op-waiting") && localStorage.getItem("millwright.terminal") === "[]"`)
	b.comes(s, "the pieces to be told once", said("17 scrap", "1"))
	b.comes(s, "the counter to be told once", said("counter at 4711", "1"))
	b.comes(s, "the reason to be told once", said("by the tablet", "1"))
	b.tap("answer the call", `.op-call .button-primary`)
	b.comes(s, "it to be answered", `document.querySelector(".op-call")?.textContent.includes("Ada comes")`)
	b.tap("say that it is done", `.op-call .button-primary`)
	b.comes(s, "nobody to be needed", `!document.querySelector(".op-call")`)
	b.tap("take the newest back", `.sayings button`)
	b.comes(s, "it to be taken back", said("17 scrap", "0")+" && "+said("by the tablet", "1"))
	b.clean("ERR_INTERNET_DISCONNECTED", "WebSocket")
}

package e2e

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// machineTool starts a machine that the program has never heard of, and gives its address and how to talk to it.
func machineTool(t *testing.T) (address string, tell func(word string)) {
	t.Helper()
	return machine(t, "machinetool.js")
}

// machine starts a machine of a script.
func machine(t *testing.T, script string) (address string, tell func(word string)) {
	t.Helper()
	library, err := filepath.Abs(filepath.Join("..", "ot", "driver", "opcua", "testdata", "node-opcua", "node_modules", "node-opcua"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(library); err != nil {
		missing(t, "node-opcua")
	}
	address = freePort(t)
	_, port, _ := net.SplitHostPort(address)
	cmd := exec.Command("node", script)
	cmd.Env = append(os.Environ(), "NODE_OPCUA="+library, "MACHINE_FOLDER="+t.TempDir(), "MACHINE_PORT="+port)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close(); _ = cmd.Process.Kill(); _ = cmd.Wait() })
	ready := make(chan error, 1)
	go func() {
		_, err := bufio.NewReader(out).ReadString('\n')
		ready <- err
	}()
	select {
	case err := <-ready:
		if err != nil {
			t.Fatalf("%s does not start: %v", script, err)
		}
	case <-time.After(2 * time.Minute):
		t.Fatalf("%s is not ready", script)
	}
	return address, func(word string) {
		if _, err := io.WriteString(in, word+"\n"); err != nil {
			t.Fatal(err)
		}
	}
}

// startEmpty starts the program as it comes, without a plant.
func startEmpty(t *testing.T) *server {
	t.Helper()
	listen, data := freePort(t), t.TempDir()
	s := &server{t: t, bin: binary(t), url: "http://" + listen, data: data}
	s.args = []string{"serve", "--data", data, "--listen", listen}
	s.start()
	t.Cleanup(func() {
		s.stop(syscall.SIGTERM)
		if t.Failed() {
			t.Logf("the program said:\n%s", tail(s.said(), 6000))
		}
	})
	return s
}

// tick ticks nodes of a machine, and waits until the program knows.
func (b *browser) tick(count int, names ...string) {
	b.t.Helper()
	for _, name := range names {
		b.do(10*time.Second, "tick "+name, chromedp.Click(fmt.Sprintf(`input[aria-label="Take %s"]`, name), chromedp.ByQuery))
	}
	b.until(soon, fmt.Sprint(count, " ticked"), fmt.Sprintf(`document.querySelector(".picked [data-ticked]").textContent === "%d"`, count))
}

// inPune is the plant's clock. The zone has no summer time, and the shift begins half a day from now, so that it makes no
// difference when the test runs.
func inPune(later time.Duration) time.Time {
	return time.Now().UTC().Add(5*time.Hour + 30*time.Minute + later)
}

// mills is the OEE of the mill, on its page.
const mills = `Number(document.querySelector('[data-panel="line/mill/kpi"]').innerText.replace(/\n/g, " ").match(/OEE\s+([\d.]+)/)?.[1])`

// rail goes to a part of the site; admin on to a page of its set-up.
func (b *browser) rail(href, then string) {
	b.t.Helper()
	b.follow(href, `.rail a[href="`+href+`"]`, then)
}

func (b *browser) admin(page, then string) {
	b.t.Helper()
	b.rail("/admin", `.tabs`)
	b.press(page, then)
}

// connectsTo adds a connection, and approves the certificate that the machine showed at the first try.
func (b *browser) connectsTo(machine string) {
	b.t.Helper()
	b.admin("Connections", `a[href="/admin/new-connection"]`)
	b.press("Add a connection", `#endpoint`)
	b.fill(`main form.form-page`, map[string]string{"id": "vf2", "endpoint": "opc.tcp://" + machine, "security": "Basic256Sha256/SignAndEncrypt"}, `.done`)
	b.press("Test", `.finding`)
	b.reads("its certificate is not known yet")
	const queue = `[...document.querySelectorAll("main section")].find((s) => s.querySelector("h2").innerText === "Waiting for you").querySelectorAll("tbody tr").length`
	b.follow("Certificates", `.finding`, `button[value="trust"]`)
	if n := eval[int](b, queue); n != 1 {
		b.t.Fatalf("%d certificates wait for approval", n)
	}
	b.press("Trust", `.done`)
	if n := eval[int](b, queue); n != 0 {
		b.t.Errorf("%d certificates still wait", n)
	}
	b.press("Connections", `a[href="/admin/new-connection"]`)
	b.press("vf2", `button[formaction^="/admin/connections/vf2/test"]`)
	b.press("Test", `.finding`)
	b.reads("It works")
}

// takesTags takes the mapping that is offered, and what it leaves out, ticked on two levels.
func (b *browser) takesTags() {
	b.t.Helper()
	b.press("Browse and take tags", `.trail`)
	b.press("Machines", `.trail li:nth-child(2)`)
	b.press("VF-2", `.trail li:nth-child(3)`)
	const offer = `section[aria-labelledby="preset-machinetool"]`
	for deadline := time.Now().Add(soon); !eval[bool](b, `!!document.querySelector('`+offer+`')`) && time.Now().Before(deadline); {
		b.press("Read again", `.trail li:nth-child(3)`) // a slow machine is recognised once more of it was seen
	}
	offered := eval[map[string]string](b, `Object.fromEntries([...document.querySelectorAll('`+offer+` dt')].map((dt) => [dt.innerText, dt.nextElementSibling.firstChild.textContent.trim()]))`)
	if want := map[string]string{"state": "CurrentState", "mode": "OperationMode", "total": "PartsCompleted", "reject": "PartsRejected", "product": "Name"}; !maps.Equal(offered, want) {
		b.t.Fatalf("of the machine tool is offered %v, want %v", offered, want)
	}
	const names = `[...document.querySelectorAll('` + offer + ` dt')].map((dt) => dt.innerText)`
	all := eval[[]string](b, names)
	b.reads("By its type MachineToolType of http://opcfoundation.org/UA/MachineTool/")
	b.fill(offer+` form`, nil, `#report`)
	b.reads("5 added, 0 not", "as state", "as mode", "as total", "as reject", "as product", "machine type machinetool")
	b.press("Back to the machine", `.trail li:nth-child(3)`)
	b.press("Production", `.trail li:nth-child(4)`)
	b.reads("PartsCompleted", "<script>alert(1)</script>") // a name, inert
	b.until(soon, "the count to move by itself", `(() => {
		const now = document.querySelector('tr[data-address$="PartsCompleted"] [data-value]').textContent;
		window.first ??= now;
		return now !== window.first;
	})()`)
	b.tick(1, "SpindleLoad")
	b.press("ActiveProgram", `.trail li:nth-child(5)`)
	if here := eval[[]string](b, names); !slices.Equal(here, all) {
		b.t.Errorf("further down is offered %v, not %v", here, all)
	}
	b.tick(2, "NumberInList")
	b.fill(`form.stack`, map[string]string{"type": "machinetool"}, `#report`)
	b.reads("2 added, 0 not")
}

// makesALine puts the machine where it stands, and says what it makes and when.
func (b *browser) makesALine() {
	b.t.Helper()
	equip := func(button string, values map[string]string) {
		b.t.Helper()
		b.press("Plant", `#tree-title`)
		b.press(button, `form[action="/admin/equipment/add"]`)
		b.fill(`form[action="/admin/equipment/add"]`, values, `.done`)
	}
	equip("Add site", map[string]string{"name": "Pune works", "id": "pune", "zone": "Asia/Kolkata"})
	equip("Add area", map[string]string{"name": "Machining", "id": "machining"})
	equip("Add line", map[string]string{"name": "Mill", "id": "mill", "unit": "vf2"})
	const unit, line = "/admin/lines/mill/unit/vf2", "/admin/lines/mill"
	b.press("vf2", `form[action="`+unit+`/machine"]`)
	b.fill(`form[action="`+unit+`/machine"]`, map[string]string{"connection": "vf2", "machine-0": "machinetool"}, `.done`)
	b.press("Calendar", `a[href="/admin/calendar/site/pune"]`)
	b.press("Shifts, holidays, stops", `form[action="/admin/calendar/site/pune/shifts"]`)
	begins := inPune(12 * time.Hour).Format("15:04")
	b.fill(`form[action="/admin/calendar/site/pune/shifts"]`, map[string]string{"shift-0-name": "All day", "shift-0-start": begins, "shift-0-end": begins}, `.done`)
	b.press("Lines", `#tree-title`)
	b.press("Mill", `form[action="`+line+`/rates"]`)
	b.fill(`form[action="`+line+`/rates"]`, map[string]string{"product-0": "BRACKET-7", "cycle-0": "0.8", "unit-0": "s"}, `.done`)
	b.fill(`form[action="`+line+`/thresholds"]`, map[string]string{"min_stop": "2", "micro_max": "5"}, `.done`)
}

// watches opens the page of a line.
func (b *browser) watches(line string) {
	b.t.Helper()
	b.rail("/lines", `main a[href="/line/`+line+`"]`)
	b.follow(line, `main a[href="/line/`+line+`"]`, `[data-panel="line/`+line+`/head"]`)
}

// runs waits for the line on the page to run, or to stand. One that ran below its low speed for a minute is called slow.
func (b *browser) runs(line string, does bool) {
	b.t.Helper()
	b.until(soon, fmt.Sprint("that it runs is ", does), fmt.Sprintf(`/\b(Running|Slow)\b/.test(document.querySelector('[data-panel="line/%s/head"]').innerText) === %v`, line, does))
}

// triesSettings puts another ideal cycle into the draft, tries other thresholds with it on what the mill did, and keeps
// those too.
func (b *browser) triesSettings() {
	b.t.Helper()
	b.admin("Lines", `#tree-title`)
	b.press("Mill", `form[action="/admin/lines/mill/rates"]`)
	b.fill(`form[action="/admin/lines/mill/rates"]`, map[string]string{"cycle-0": "0.1", "unit-0": "s"}, `.done`)
	const form = `form[action="/admin/lines/mill/thresholds"]`
	b.do(20*time.Second, "try a threshold",
		chromedp.SetValue(form+` [name="min_stop"]`, "500", chromedp.ByQuery),
		chromedp.SetValue(form+` [name="micro_max"]`, "600", chromedp.ByQuery),
		chromedp.Evaluate(`window.before = true`, nil),
		chromedp.Click(form+` button[formaction]`, chromedp.ByQuery))
	b.answered(`#preview`)
	b.reads("This setting would give 0 stops, 0 micro-stops, OEE", "As it is", "With this setting")
	if stops, short := b.compared("Stops"), b.compared("Micro-stops"); stops[0]+short[0] == "00" || stops[1]+short[1] != "00" {
		b.t.Errorf("with a shortest stop of 500 s there are %q stops and %q micro-stops, before and after", stops, short)
	}
	oee := b.compared("OEE, %")
	before, _ := strconv.ParseFloat(oee[0], 64)
	if after, err := strconv.ParseFloat(oee[1], 64); err != nil || before < 30 || after > 20 {
		b.t.Errorf("OEE is %q, before and after", oee)
	}
	b.fill(form, nil, `.done`)
}

// goesBackTo puts a revision back into use.
func (b *browser) goesBackTo(number string, values map[string]string) {
	b.t.Helper()
	at := "/admin/plant/revision/" + number
	b.admin("Changes", `a[href="`+at+`"]`)
	b.follow(number, `a[href="`+at+`"]`, `form[action="`+at+`/back"]`)
	b.fill(`form[action="`+at+`/back"]`, values, `.done`)
}

// isAskedSinceItBegan asks for the year of a line that came in minutes ago: what was before is not unknown.
func (b *browser) isAskedSinceItBegan() {
	b.t.Helper()
	var unknown, lasts float64
	const asks = `(async () => {
		const on = (ms) => new Date(Date.now() + ms).toISOString();
		const to = "&to=" + on(0), answer = await fetch("/api/v1/kpi?line=mill&by=month&from=" + on(-360 * 86400000) + to);
		const all = (await answer.json()).groups.flatMap((g) => Object.entries(g.seconds));
		return all.filter(([category]) => %s).reduce((sum, [, seconds]) => sum + seconds, 0);
	})()`
	b.do(20*time.Second, "ask for a year",
		chromedp.Evaluate(fmt.Sprintf(asks, `category === "no data"`), &unknown, awaited),
		chromedp.Evaluate(fmt.Sprintf(asks, `true`), &lasts, awaited))
	if lasts < 3 || lasts > 1800 || unknown > lasts/2 {
		b.t.Errorf("of a year the line has %v s, and nothing is known of %v s of them", lasts, unknown)
	}
}

// TestAMachineNobodyKnowsBecomesALine goes the whole way by clicking: an unknown machine tool is connected to over a
// secured channel, looked through, and made a line; then its settings are tried on what it did, published from a chosen
// time so that its OEE moves, and taken back.
func TestAMachineNobodyKnowsBecomesALine(t *testing.T) {
	t.Parallel()
	machine, tell := machineTool(t)
	s := startEmpty(t)
	b := openBrowser(t)
	b.do(20*time.Second, "make the first admin",
		chromedp.Navigate(s.setupLink()),
		chromedp.SendKeys(`input[name="name"]`, "Ada", chromedp.ByQuery),
		chromedp.SendKeys(`input[name="password"]`, password, chromedp.ByQuery),
		chromedp.SendKeys(`input[name="again"]`, password, chromedp.ByQuery),
		chromedp.Submit(`form[action="/setup"]`, chromedp.ByQuery),
		chromedp.WaitVisible(`.rail`, chromedp.ByQuery),
	)
	b.connectsTo(machine)
	b.takesTags()
	b.makesALine()

	b.admin("Changes", `form[action="/admin/plant/publish"]`)
	b.reads("Connection vf2 is new", "Line mill is new")
	b.fill(`form[action="/admin/plant/publish"]`, map[string]string{"why": "the new mill"}, `.done`)
	b.reads("What comes next", "Go back to revision 1")
	b.press("Line Mill", `[data-panel="line/mill/head"]`)
	b.runs("mill", true)
	b.until(soon, "its OEE to be known", mills+` > 0`)
	b.reads("BRACKET-7")
	from := inPune(0).Format("2006-01-02T15:04:05")
	b.moves("line/mill/kpi")
	tell("stop")
	b.runs("mill", false) // by the state that the standard calls Interrupted
	time.Sleep(3 * time.Second)
	tell("go")
	b.runs("mill", true)
	b.until(soon, "its OEE to be that of a machine that mostly runs", mills+` > 33`)

	b.isAskedSinceItBegan()

	b.triesSettings()
	b.admin("Changes", `form[action="/admin/plant/publish"]`)
	b.fill(`form[action="/admin/plant/publish"]`, map[string]string{"why": "the sheet says 0.1 s", "since": "time", "from": from}, `.done`)
	b.watches("mill")
	b.until(soon, "its OEE to fall", mills+` < 20`)
	b.runs("mill", true)

	b.admin("Changes", `#in-use`)
	b.press("Go back to revision 2", `form[action="/admin/plant/revision/2/back"]`)
	b.fill(`form[action="/admin/plant/revision/2/back"]`, map[string]string{"why": "0.8 s was right", "since": "time", "from": from}, `.done`)
	b.watches("mill")
	b.until(soon, "its OEE to be back", mills+` > 30`)
	b.goesBackTo("1", map[string]string{"why": "only a try"})
	b.rail("/lines", `main h1`)
	b.reads("No lines yet")
	b.goesBackTo("2", map[string]string{"why": "it was good"}) // what was laid out is still there
	b.watches("mill")
	b.until(soon, "its OEE to be known once more", mills+` > 30`)
	b.clean("422")
	if said := s.command("", "verify"); !strings.Contains(said, "unbroken chain") {
		t.Errorf("verify says %q", said)
	}
}

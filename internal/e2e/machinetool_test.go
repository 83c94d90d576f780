package e2e

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// machineTool starts a machine that the program has never heard of, and gives its address and how to talk to it.
func machineTool(t *testing.T) (address string, tell func(word string)) {
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
	cmd := exec.Command("node", "machinetool.js")
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
			t.Fatalf("the machine tool does not start: %v", err)
		}
	case <-time.After(2 * time.Minute):
		t.Fatal("the machine tool is not ready")
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

// fill types into a form and sends it by its button; done is what the page shows then.
func (b *browser) fill(form string, values map[string]string, done string) {
	b.t.Helper()
	actions := []chromedp.Action{chromedp.WaitVisible(form, chromedp.ByQuery)}
	for name, value := range values {
		actions = append(actions, chromedp.SetValue(form+fmt.Sprintf(` [name="%s"]`, name), value, chromedp.ByQuery))
	}
	actions = append(actions, chromedp.Evaluate(`window.before = true`, nil), chromedp.Click(form+` button.button-primary`, chromedp.ByQuery))
	b.do(20*time.Second, "fill in "+form, actions...)
	b.answered(done)
}

// answered waits for the page that follows a form.
func (b *browser) answered(shows string) {
	b.t.Helper()
	script := fmt.Sprintf(`!window.before && document.readyState !== "loading" && !!document.querySelector(%q)`, shows)
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		var there bool
		err := chromedp.Run(b.ctx, chromedp.Evaluate(script, &there)) // fails while one page goes and the next comes
		if err == nil && there {
			return
		}
		if time.Now().After(deadline) {
			var page string
			_ = chromedp.Run(b.ctx, chromedp.Text("body", &page, chromedp.ByQuery))
			b.t.Fatalf("no answer with %s (%v); the page says:\n%s", shows, err, tail(page, 2000))
		}
	}
}

func (b *browser) open(url string) {
	b.t.Helper()
	b.do(20*time.Second, "open "+url, chromedp.Navigate(url), chromedp.WaitVisible(`#main`, chromedp.ByQuery))
}

// press clicks what reads so and waits for the page after it.
func (b *browser) press(words, then string) {
	b.t.Helper()
	b.do(20*time.Second, "press "+words,
		chromedp.Evaluate(`window.before = true`, nil),
		chromedp.Click(fmt.Sprintf(`//main//*[(self::a or self::button) and normalize-space(.)="%s"]`, words), chromedp.BySearch))
	b.answered(then)
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

// TestAMachineNobodyKnowsBecomesALine goes the whole way by clicking: an unknown machine tool is connected to over a
// secured channel, looked through, and made a line whose OEE moves; then all of it is taken back.
func TestAMachineNobodyKnowsBecomesALine(t *testing.T) {
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

	b.open(s.url + "/admin/new-connection")
	b.fill(`main form.form-page`, map[string]string{"id": "vf2", "endpoint": "opc.tcp://" + machine, "security": "Basic256Sha256/SignAndEncrypt"}, `.done`)
	b.press("Test", `.finding`)
	b.reads("its certificate is not known yet")
	b.open(s.url + "/admin/certificates")
	b.press("Trust", `.done`)
	b.open(s.url + "/admin/connections/vf2")
	b.press("Test", `.finding`)
	b.reads("It works")

	b.open(s.url + "/admin/connections/vf2/browse")
	b.press("Machines", `.trail li:nth-child(2)`)
	b.press("VF-2", `.trail li:nth-child(3)`)
	b.press("Production", `.trail li:nth-child(4)`)
	b.reads("MachineTool", "PartsCompleted", "<script>alert(1)</script>") // a name, inert
	for _, name := range []string{"PartsCompleted", "PartsRejected", "ExecutionState", "SpindleLoad"} {
		b.do(10*time.Second, "tick "+name, chromedp.Click(fmt.Sprintf(`input[aria-label="Take %s"]`, name), chromedp.ByQuery))
	}
	b.fill(`form.stack`, map[string]string{"fresh": "vf2"}, `#report`)
	b.reads("4 added, 0 not")

	equip := func(at string, values map[string]string) {
		t.Helper()
		b.open(s.url + "/admin/equipment/add?at=" + at)
		b.fill(`form[action="/admin/equipment/add"]`, values, `.done`)
	}
	equip("", map[string]string{"name": "Ulm works", "id": "ulm", "zone": "Europe/Berlin"})
	equip("ulm", map[string]string{"name": "Machining", "id": "machining"})
	equip("ulm/machining", map[string]string{"name": "Mill", "id": "mill", "unit": "vf2"})
	unit := "/admin/lines/mill/unit/vf2"
	b.open(s.url + unit)
	b.fill(`form[action="`+unit+`/machine"]`, map[string]string{"connection": "vf2", "machine-0": "vf2"}, `.done`)
	b.fill(`form[action="`+unit+`/signals"]`, map[string]string{
		"state": "execution_state", "states": "1 = Idle\n3 = Execute\n5 = Held", "good": "parts_completed", "reject": "parts_rejected",
	}, `.done`)
	b.open(s.url + "/admin/lines/mill")
	b.fill(`form[action="/admin/lines/mill/rates"]`, map[string]string{"product-0": "*", "cycle-0": "0.8", "unit-0": "s"}, `.done`)
	b.fill(`form[action="/admin/lines/mill/thresholds"]`, map[string]string{"min_stop": "2", "micro_max": "5"}, `.done`)
	b.open(s.url + "/admin/calendar/site/ulm")
	b.fill(`form[action="/admin/calendar/site/ulm/shifts"]`, map[string]string{"shift-0-name": "All day", "shift-0-start": "00:00", "shift-0-end": "00:00"}, `.done`)

	b.open(s.url + "/admin/plant")
	b.reads("Connection vf2 is new", "Line mill is new")
	b.fill(`form[action="/admin/plant/publish"]`, map[string]string{"why": "the new mill"}, `.done`)

	b.open(s.url + "/line/mill")
	b.until(60*time.Second, "the mill to run", `document.querySelector('[data-panel="line/mill/head"]').innerText.includes("Running")`)
	b.until(60*time.Second, "its OEE to be known", `/OEE\s+\d/.test(document.querySelector('[data-panel="line/mill/kpi"]').innerText.replace(/\n/g, " "))`)
	b.moves("line/mill/kpi", 20*time.Second)
	tell("stop")
	b.until(60*time.Second, "the mill to stand, for the state that its maker calls 5", `!document.querySelector('[data-panel="line/mill/head"]').innerText.includes("Running")`)
	tell("go")
	b.until(60*time.Second, "the mill to run again", `document.querySelector('[data-panel="line/mill/head"]').innerText.includes("Running")`)

	b.open(s.url + "/admin/lines/mill")
	b.do(20*time.Second, "try a threshold",
		chromedp.SetValue(`form[action="/admin/lines/mill/thresholds"] [name="micro_max"]`, "600", chromedp.ByQuery),
		chromedp.Click(`form[action="/admin/lines/mill/thresholds"] button[formaction]`, chromedp.ByQuery),
		chromedp.WaitVisible(`#preview`, chromedp.ByQuery))
	b.reads("OEE", "Micro-stops")

	b.open(s.url + "/admin/plant/revision/1")
	b.fill(`form[action="/admin/plant/revision/1/back"]`, map[string]string{"why": "only a try"}, `.done`)
	b.open(s.url + "/lines")
	b.reads("No lines yet")
	b.clean("422")
	if said := s.command("", "verify"); !strings.Contains(said, "unbroken chain") {
		t.Errorf("verify says %q", said)
	}
}

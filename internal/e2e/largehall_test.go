package e2e

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// stalls is how long the page that stands there could answer nobody since it was asked for, at its worst, in ms.
const stalls = `(async () => {
	const all = [0], seen = new PerformanceObserver((list) => all.push(...list.getEntries().map((e) => e.duration)));
	seen.observe({ type: "longtask", buffered: true });
	await new Promise((done) => setTimeout(done, 300));
	seen.disconnect();
	return Math.round(Math.max(...all)) + " ms of " + all.length + " tasks, came in " + Math.round(performance.getEntriesByType("navigation")[0].responseEnd) + " ms";
})()`

// worked is how long the program has had a processor, where the system tells.
func (s *server) worked() time.Duration {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid)) // then nothing is told
	_, rest, _ := strings.Cut(string(text), ") ")
	var state string
	var n [12]int64
	_, _ = fmt.Sscan(rest, &state, &n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6], &n[7], &n[8], &n[9], &n[10], &n[11])
	return time.Duration(n[10]+n[11]) * 10 * time.Millisecond // in hundredths of a second
}

// TestTenThousandNodesAreTickedInOnePage finds 10,000 values of a machine, ticks all and makes them tags: no page has more
// rows than can be drawn at once, and nothing is lost on the way. How long it took is told, not asked for.
func TestTenThousandNodesAreTickedInOnePage(t *testing.T) {
	const all = 10_000
	address, _ := machine(t, "largehall.js")
	s := startEmpty(t)
	b := openBrowser(t)
	b.becomeAdmin(s.setupLink())
	b.open(s.url + "/admin/new-connection")
	b.fill(`main form.form-page`, map[string]string{"id": "hall", "endpoint": "opc.tcp://" + address, "security": "None/None"}, `.done`)
	worked := s.worked()
	tells := func(what string, since time.Time) {
		t.Helper()
		took, before := time.Since(since), worked
		worked = s.worked()
		t.Logf("%s: %d ms, of them the program worked %d; longest task %s; %d rows", what, took.Milliseconds(), (worked - before).Milliseconds(), b.promise(stalls),
			eval[int](b, `document.querySelectorAll("tbody tr").length`))
	}
	began := time.Now()
	b.open(s.url + "/admin/connections/hall/browse?deep=on&find=Reading")
	tells("find 10,000 nodes", began)
	b.reads(fmt.Sprintf("1 to 200 of %d", all), fmt.Sprintf("Tick all %d found", all))
	if rows := eval[int](b, `document.querySelectorAll("[data-rows] tr").length`); rows != 200 {
		t.Errorf("%d rows are drawn at once", rows)
	}
	began = time.Now()
	b.press(fmt.Sprintf("Tick all %d found", all), `.picked`)
	b.until(time.Minute, "all to be ticked", fmt.Sprintf(`document.querySelector(".picked [data-ticked]").textContent === "%d"`, all))
	tells("tick all", began)
	if ticked := eval[int](b, `document.querySelectorAll("[data-rows] input:checked").length`); ticked != 200 {
		t.Errorf("%d of the rows on the page are ticked", ticked)
	}
	began = time.Now()
	b.fill(`#nodes-form`, map[string]string{"fresh": "hall"}, `#report`)
	tells("make tags of them", began)
	b.reads(fmt.Sprintf("%d added, 0 not", all))
	b.clean()
}

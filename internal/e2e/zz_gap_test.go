package e2e

import (
	"os"
	"os/exec"
	"math/rand/v2"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

func TestZZGap(t *testing.T) {
	t.Parallel()
	s := startFirst(t, "--speed", "8")
	token := s.token("counter", "viewer")
	s.eventually(60*time.Second, "the machines to tell of their past", func() bool {
		good, _ := s.booked(token, "filling-1")
		return good > 0
	})
	pid := s.simulator()
	b := openBrowser(t)
	b.becomeAdmin(s.setupLink())
	rev, cur := 1, "Filling 1"
	turn := func() {
		next := fmt.Sprintf("Filling %d", rev+100)
		b.do(20*time.Second, "change the plant as text",
			chromedp.Navigate(s.url+"/admin/plant/edit"),
			chromedp.Evaluate(strings.NewReplacer("AAA", cur, "BBB", next).Replace(`{ const f = document.getElementById("text"); f.value = f.value.replace("name: AAA", "name: BBB"); }`), nil),
			chromedp.Submit(`form[action="/admin/plant/edit"]`, chromedp.ByQuery),
			chromedp.WaitVisible(`.diff`, chromedp.ByQuery),
			chromedp.SendKeys(`form[action="/admin/plant/publish"] input[name="why"]`, "the hall has got a name", chromedp.ByQuery),
			chromedp.Submit(`form[action="/admin/plant/publish"]`, chromedp.ByQuery),
			chromedp.WaitVisible(`.done`, chromedp.ByQuery),
		)
		rev++
		cur = next
	}
	rest := func(most int) time.Duration {
		d := time.Duration(rand.IntN(most)) * time.Millisecond
		time.Sleep(d)
		return d
	}
	for cycle := range 1 {
		began := time.Now()
		turns := 0
		for time.Since(began) < 70*time.Second {
			turn()
			turns++
			rest(2000)
		}
		_ = syscall.Kill(pid, syscall.SIGSTOP)
		t.Log(cycle, turns)
		var good, scrap, before float64
		var m measured
		agree := func() bool {
			before = good
			good, scrap = s.booked(token, "filling-1")
			m = s.measured(token, "filling-1")
			return good > 0 && good == before && good == m.Good && scrap == m.Reject
		}
		for n := 0; !agree(); n++ {
			if n == 120 {
				if k := os.Getenv("KEEP"); k != "" {
					out, err := exec.Command("cp", "-r", s.data, k).CombinedOutput()
					t.Log(string(out), err, s.url)
				}
				t.Fatalf("jobs have %f good and %f rejected, OEE %f and %f", good, scrap, m.Good, m.Reject)
			}
			time.Sleep(500 * time.Millisecond)
		}
		t.Logf("%.0f good and %.0f rejected in jobs and in OEE", good, scrap)
		_ = syscall.Kill(pid, syscall.SIGCONT)
		rest(3000)
	}
	_ = syscall.Kill(pid, syscall.SIGCONT)
}

package web_test

import (
	"net/http"
	"strings"
	"testing"

	"millwright/internal/web"
)

func TestProgramsOnThisMachineReachTheSitePastTheProxy(t *testing.T) {
	for _, listen := range []string{"127.0.0.1:0", ":0", "0.0.0.0:0"} {
		w := newWorld(t, func(d *web.Deps) { d.Listen, d.PublicURL = listen, "https://mill.example" })
		site, err := w.site.Open()
		if err != nil || site != "https://mill.example" {
			t.Errorf("%s: %q, %v", listen, site, err)
		}
		if near := w.site.Near(); !strings.HasPrefix(near, "http://127.0.0.1:") {
			t.Errorf("%s: programs are sent to %s", listen, near)
		}
		w.running()
		answer, err := http.Get(w.site.Near() + "/healthz")
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", listen, answer.Status)
		}
	}
}

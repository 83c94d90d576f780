package web_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"millwright/config"
	"millwright/internal/access"
	"millwright/internal/app/upkeep"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
	"millwright/internal/web"
)

// keeperOf is the desk of a database at which it is said what is kept.
func keeperOf(t testing.TB, s *store.Store) *upkeep.Desk {
	t.Helper()
	d, err := upkeep.Open(t.Context(), s.Settings(), config.Default(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWhatIsKeptIsSaidInTheBrowser(t *testing.T) {
	s := storetest.SQLite(t).Open()
	w := newWorld(t, wellKept(t, well()), func(d *web.Deps) { d.System.Keeper = keeperOf(t, s) })
	changes := func() []access.Entry {
		t.Helper()
		all, err := s.Audit().Find(t.Context(), access.Search{})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	ada := w.admin("Ada")
	const home = "/admin/system/upkeep"
	says(t, ada.get("/admin/system"), `href="`+home+`"`)
	says(t, ada.get(home), "Now as the file says: 400\u00a0d.", "Now as the file says: no limit.", "Now as the file says: never.")
	for name, c := range map[string]struct {
		set          map[string]string
		field, words string
	}{
		"no number":         {map[string]string{"retention": "long"}, "retention", "Write a number from 1"},
		"too long":          {map[string]string{"retention": "99999999"}, "retention", "Write a number from 1"},
		"no size":           {map[string]string{"size": "<b>much"}, "size", "&lt;b&gt;much"},
		"too little":        {map[string]string{"size": "1MB", "less": "on"}, "size", "at least 100MB"},
		"no time":           {map[string]string{"at": "25:00"}, "at", "This is &#34;25:00&#34;; write a time of day"},
		"no backup":         {map[string]string{"keep": "-3"}, "keep", "Write a number from 1"},
		"less":              {map[string]string{"retention": "90"}, "less", "Less is kept than now"},
		"less by size":      {map[string]string{"size": "50GB"}, "less", "Less is kept than now"},
		"fewer backups":     {map[string]string{"keep": "2"}, "less", "Less is kept than now"},
		"without a reason":  {map[string]string{"at": "03:00", "why": " "}, "why", "Say in one sentence"},
		"a reason too long": {map[string]string{"at": "03:00", "why": strings.Repeat("x", 501)}, "why", "Say in one sentence"},
	} {
		if _, ok := c.set["why"]; !ok {
			c.set["why"] = "the disk is small"
		}
		a := ada.fill(home, home, c.set)
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, c.words) || !strings.Contains(a.body, `href="#`+c.field+`"`) {
			t.Errorf("%s: %d %s", name, a.status, complaint(a))
		}
	}
	if all := changes(); len(all) != 0 {
		t.Errorf("what was refused is audited: %+v", all)
	}
	before := ada.get(home)
	kept(t, ada.send2(before, home, map[string]string{"retention": "90", "at": "Never", "less": "on", "why": "the disk is small"}))
	says(t, ada.get(home), `value="90"`, `value="never"`, "Now as said here; the file says 400\u00a0d.", "Now as the file says: no limit.")
	a := ada.send2(before, home, map[string]string{"retention": "120", "why": "longer again"})
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "retention: 2160h0m0s") || !strings.Contains(a.body, `value="120"`) || !strings.Contains(a.body, "omebody else has changed this") {
		t.Errorf("%d %s", a.status, complaint(a))
	}
	kept(t, ada.send2(a, home, map[string]string{"at": "04:15"}))
	says(t, ada.get(home), `value="120"`, `value="04:15"`)
	all := changes()
	if len(all) != 2 || all[0].Old == "" || !strings.Contains(all[0].Old, "2160h") || !strings.Contains(all[0].New, "2880h") || all[0].Why != "longer again" || all[1].Why != "the disk is small" || all[1].Who.Name != "Ada" {
		t.Errorf("%+v", all)
	}
	w.user("Mara", plant.Manager)
	mara := w.signedIn("Mara")
	if a := mara.get(home); a.status != http.StatusForbidden {
		t.Errorf("a manager sees it: %d", a.status)
	}
	if a := mara.post(home, nil); a.status != http.StatusForbidden {
		t.Errorf("a manager changes it: %d", a.status)
	}
}

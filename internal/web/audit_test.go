package web_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"millwright/internal/access"
	"millwright/internal/plant"
	"millwright/internal/web"
)

// changed writes an entry into the audit chain.
func (w *world) changed(e access.Entry) {
	w.t.Helper()
	if _, err := w.audit.Append(w.t.Context(), e); err != nil {
		w.t.Fatal(err)
	}
}

// table reads a CSV file that was downloaded, without its head.
func (a answer) table(t *testing.T) [][]string {
	t.Helper()
	text, marked := strings.CutPrefix(a.body, "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || !marked || len(rows) == 0 || !strings.HasPrefix(a.header.Get("Content-Type"), "text/csv") {
		t.Fatalf("%v, %d rows of %s", err, len(rows), a.header.Get("Content-Type"))
	}
	return rows[1:]
}

func TestTheAuditIsFilteredAndTurnedOver(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	day := time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)
	for i := range 250 {
		w.changed(access.Entry{At: day.Add(time.Duration(i) * time.Minute), Who: plant.Person{Name: "Bert", Role: plant.Manager}, What: "job.change", On: fmt.Sprintf("J-%03d", i), Old: "waiting", New: "running", Why: "begin"})
	}
	seen := 0
	path := "/admin/audit?who=bert&text=begin"
	for path != "" && seen < 1000 {
		page := ada.get(path)
		seen += strings.Count(page.body, "job.change")
		path = strings.ReplaceAll(between(page.body, `href="/admin/audit?before=`, `"`), "&amp;", "&")
		if path != "" {
			path = "/admin/audit?before=" + path
		}
	}
	if seen != 250 {
		t.Errorf("%d changes on all pages, want 250", seen)
	}
	// 7:10 in Berlin is 6:10 UTC: the end is not included.
	q := url.Values{"from": {"2026-03-02T07:10"}, "to": {"2026-03-02T07:13"}}.Encode()
	page := ada.get("/admin/audit?" + q)
	for _, want := range []string{"J-010", "J-012", "2026-03-02 07:10:00", "Bert", "waiting", "running", "begin", "manager"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(page.body, "J-013") || strings.Contains(page.body, "J-009") {
		t.Error("the page shows what is outside of the time")
	}
	link := strings.ReplaceAll(between(page.body, `href="/admin/audit/export?`, `"`), "&amp;", "&")
	if link != q {
		t.Errorf("the export is linked with %q, want %q", link, q)
	}
	rows := ada.get("/admin/audit/export?" + q).table(t)
	if len(rows) != 3 || rows[0][5] != "J-012" || rows[2][1] != "2026-03-02T06:10:00Z" || len(rows[0][9]) != 64 {
		t.Errorf("the export has %v", rows)
	}
	if all := ada.get("/admin/audit/export?who=Bert").table(t); len(all) != 250 {
		t.Errorf("the export has %d rows, want 250", len(all))
	}
	for want, q := range map[string]url.Values{
		"Give a date":         {"from": {"yesterday"}},
		"must come after":     {"from": {"2026-03-02"}, "to": {"2026-03-01"}},
		"Give a date and a t": {"to": {"9999-99-99T99:99"}, "text": {strings.Repeat("!", 30_000)}},
	} {
		for _, path := range []string{"/admin/audit?", "/admin/audit/export?"} {
			if a := ada.get(path + q.Encode()); a.status != http.StatusUnprocessableEntity || path == "/admin/audit?" && !strings.Contains(a.body, want) {
				t.Errorf("%s%s: %d", path, q.Encode(), a.status)
			}
		}
	}
	if a := ada.get("/admin/audit?text=" + strings.Repeat("!", 30_000)); a.status != http.StatusOK {
		t.Errorf("30,000 signs are looked for: %d", a.status)
	}
	if a := ada.get("/admin/audit?who=nobody&before=x"); a.status != http.StatusOK || !strings.Contains(a.body, "No change is found") {
		t.Errorf("%d", a.status)
	}
}

func TestTheExportOfTheAuditRunsNoFormula(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	cells := map[string]string{
		"=HYPERLINK(\"http://evil\")": "'=HYPERLINK(\"http://evil\")", "+1+1": "'+1+1", "-2+3": "'-2+3", "@SUM(A1)": "'@SUM(A1)", " =1": "' =1",
		"\t=1": "'\t=1", "＝1+1": "'＝1+1", "-12.5": "-12.5", "-7": "-7", "+3": "+3", "-1e-3": "-1e-3", "-": "'-", "3 - 4": "3 - 4", "a,\"b\"\nc": "a,\"b\"\nc", "": "",
	}
	for given := range cells {
		w.changed(access.Entry{Who: plant.Person{Name: "=Eve"}, What: "setpoint.write", On: "s", Old: given, New: given, Why: given})
	}
	if page := ada.get("/admin/audit"); page.status != http.StatusOK {
		t.Errorf("%d", page.status)
	}
	for _, row := range ada.get("/admin/audit/export?on=s").table(t) {
		if row[4] != "setpoint.write" {
			continue
		}
		found := false
		for _, want := range cells {
			found = found || row[6] == want && row[7] == want && row[8] == want
		}
		if !found || row[2] != "'=Eve" {
			t.Errorf("exported %q", row)
		}
	}
}

func TestHostileWordsOfTheAuditAreInert(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>`
	w.changed(access.Entry{Who: plant.Person{Name: hostile}, What: hostile, On: hostile, Old: hostile, New: hostile, Why: hostile})
	for _, path := range []string{"/admin/audit", "/admin/audit?" + url.Values{"who": {hostile}, "text": {hostile}, "from": {hostile}}.Encode()} {
		if a := ada.get(path); strings.Contains(a.body, "<script>alert") || strings.Contains(a.body, "<img") {
			t.Errorf("%s runs what it shows", path[:14])
		}
	}
}

func TestTheChainIsVerifiedInTheBrowser(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	if a := ada.post("/admin/audit/verify", nil); a.status != http.StatusOK || !strings.Contains(a.body, "are as they were written") || !strings.Contains(a.body, `name="back" value="/admin/audit"`) {
		t.Errorf("%d %s", a.status, a.short())
	}
	w = newWorld(t, func(d *web.Deps) { d.Chain = tampered{d.Chain} })
	w.user("Ada", plant.Admin)
	ada = w.signedIn("Ada")
	a := ada.post("/admin/audit/verify", nil)
	if !strings.Contains(a.body, "row 3 is not as it was written") || strings.Contains(a.body, "All ") || !strings.Contains(a.body, `role="alert"`) {
		t.Errorf("a broken chain: %d %s", a.status, a.short())
	}
	if !strings.Contains(w.log.String(), "the audit chain is broken") {
		t.Error("the log does not tell that the chain is broken")
	}
}

// A database that goes away in the middle of a download must not leave a file that looks whole.
func TestAnExportThatBreaksOffFailsWhereItIsRead(t *testing.T) {
	w := newWorld(t, func(d *web.Deps) { d.Chain = torn{d.Chain} })
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	for _, encoding := range []string{"", "gzip"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.http.URL+"/admin/audit/export", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", encoding)
		resp, err := ada.client.Do(r)
		if err != nil {
			continue // nothing had been sent yet
		}
		n, err := io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		if err == nil {
			t.Errorf("encoding %q: the file ends after %d bytes as if it were whole", encoding, n)
		}
	}
}

// Words are looked for in a part of a long chain at a time, and the page leads further back.
func TestALongAuditIsLookedThroughInParts(t *testing.T) {
	w := newWorld(t, func(d *web.Deps) { d.Chain = long{d.Chain} })
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	for range 6 {
		w.changed(access.Entry{Who: plant.Person{Name: "Bert"}, What: "job.change", On: "J-1"})
	}
	ada.get("/admin/audit?text=nothing").mustSay(t, "No change is found in these", "down to row 5", "Look further back", `href="/admin/audit?before=5&amp;text=nothing"`)
	ada.get("/admin/audit?who=bert").mustSay(t, "job.change", "Look further back")
	last := ada.get("/admin/audit?before=4&text=nothing")
	last.mustSay(t, "No change is found.")
	if all := ada.get("/admin/audit"); strings.Contains(last.body+all.body, "Look further back") {
		t.Error("there is nothing further back, or nothing is looked for")
	}
}

// long is a chain of which a page can read four entries.
type long struct{ access.Chain }

func (l long) Reach(ctx context.Context, s access.Search, _ int) (int64, error) {
	return l.Chain.Reach(ctx, s, 4)
}

// torn is a chain whose database goes away after the first thousand rows.
type torn struct{ access.Chain }

func (torn) Find(_ context.Context, s access.Search) ([]access.Entry, error) {
	if s.Before > 0 {
		return nil, errSecret
	}
	all := make([]access.Entry, s.Limit)
	for i := range all {
		all[i] = access.Entry{Seq: int64(2000 - i), What: "job.change"}
	}
	return all, nil
}

// tampered is a chain that somebody has written into; how that is found is tested where the chain is kept.
type tampered struct{ access.Chain }

func (tampered) Verify(context.Context) (int64, error) {
	return 2, fmt.Errorf("verify the audit chain: %w", &access.Broken{Words: "row 3 is not as it was written"})
}

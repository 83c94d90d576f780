package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"millwright/internal/plant"
	"millwright/internal/web/api/foretold"
)

func (b *browser) putPlant(query, match, text string) answer {
	h := http.Header{"Content-Type": {"application/yaml"}}
	if match != "" {
		h.Set("If-Match", match)
	}
	return b.do(http.MethodPut, "/api/v1/plant"+query, strings.NewReader(text), h)
}

func TestProgramsGetAndPutThePlantFile(t *testing.T) {
	w := newWorld(t)
	b := w.program(w.token(plant.Admin, ""))
	got := b.get("/api/v1/plant")
	if got.status != http.StatusOK || got.body != plantText || got.header.Get("ETag") != `"1"` || !strings.HasPrefix(got.header.Get("Content-Type"), "application/yaml") {
		t.Fatalf("%d %v %.300s", got.status, got.header, got.body)
	}
	var p foretold.Plan
	dry := b.putPlant("?dry=true", "", renamed)
	if err := json.Unmarshal([]byte(dry.body), &p); err != nil || dry.status != http.StatusOK || !p.Changed || p.Revision != 1 || len(p.Effects) != 1 || p.Effects[0].What != "changes its rates" {
		t.Fatalf("%d %.300s %v", dry.status, dry.body, err)
	}
	for _, c := range []struct {
		query, match, text string
		status             int
		says               string
	}{
		{"?why=x", "", renamed, http.StatusPreconditionRequired, "revision 1 is in use"},
		{"?why=x", `"7"`, renamed, http.StatusPreconditionFailed, "Revision 1 is in use, and this was made from revision 7"},
		{"", `"1"`, renamed, http.StatusUnprocessableEntity, "say in one sentence"},
		{"?why=x", `"1"`, "sit: []", http.StatusUnprocessableEntity, "unknown here"},
		{"?dry=perhaps", `"1"`, renamed, http.StatusUnprocessableEntity, "true or false"},
	} {
		if a := b.putPlant(c.query, c.match, c.text); a.status != c.status || !strings.Contains(a.body, c.says) {
			t.Errorf("%+v: %d %.300s", c, a.status, a.body)
		}
	}
	if head, err := w.book.Head(t.Context()); err != nil || head.Number != 1 {
		t.Fatalf("revision %d, %v", head.Number, err)
	}
	put := b.putPlant("?why="+url.QueryEscape("measured on Monday"), `"1"`, renamed)
	head, err := w.book.Head(t.Context())
	if put.status != http.StatusOK || put.header.Get("ETag") != `"2"` || err != nil || head.Number != 2 || head.Why != "measured on Monday" || !strings.Contains(head.Text, "700ms") {
		t.Errorf("%d %.300s: %d %s %v", put.status, put.body, head.Number, head.Why, err)
	}
	if old := b.get("/api/v1/plant?revision=1"); old.body != plantText || old.header.Get("ETag") != `"1"` {
		t.Errorf("%d %.300s", old.status, old.body)
	}
	if none := b.get("/api/v1/plant?revision=9"); none.status != http.StatusNotFound {
		t.Errorf("%d %.300s", none.status, none.body)
	}
}

func TestAProgramEndsNobodysDraft(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	w.signedIn("Ada").drafted(t, strings.Replace(plantText, "Ulm works", "Ulm North", 1))
	b := w.program(w.token(plant.Admin, ""))
	if a := b.putPlant("?why=x", "*", renamed); a.status != http.StatusConflict || !strings.Contains(a.body, "Ada works on a draft") {
		t.Errorf("%d %.300s", a.status, a.body)
	}
	if _, err := w.book.Draft(t.Context()); err != nil {
		t.Errorf("the draft is gone: %v", err)
	}
	if a := b.putPlant("?why=x&drop=true", "*", renamed); a.status != http.StatusOK {
		t.Errorf("%d %.300s", a.status, a.body)
	}
}

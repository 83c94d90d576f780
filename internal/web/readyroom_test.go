package web_test

import (
	"net/http"
	"strings"
	"testing"

	"millwright/internal/plant"
)

// Programs keep skills and instructions and clock people on, as pages do.
func TestSkillsInstructionsAndLabourByTheAPI(t *testing.T) {
	w := newWorld(t)
	w.user("Mara", plant.Manager)
	w.user("Otto", plant.Operator)
	w.user("Vera", plant.Viewer)
	mara, otto, vera := w.signedIn("Mara"), w.signedIn("Otto"), w.signedIn("Vera")
	does := func(b *browser, path, body string, want int, says ...string) {
		t.Helper()
		a := b.send(path, body)
		if a.status != want {
			t.Fatalf("%s: %d, want %d: %s", path, a.status, want, a.body)
		}
		for _, words := range says {
			if !strings.Contains(a.body, words) {
				t.Errorf("%s does not say %q: %s", path, words, a.body)
			}
		}
	}
	does(otto, "/api/v1/skills", `{"name":"Filling"}`, http.StatusForbidden)
	does(mara, "/api/v1/skills", `{"name":"Filling"}`, http.StatusOK, `"name":"Filling"`)
	does(mara, "/api/v1/skills", `{"name":"Filling"}`, http.StatusConflict)
	does(mara, "/api/v1/skills", `{"name":" "}`, http.StatusUnprocessableEntity)
	does(mara, "/api/v1/skills/1/grant", `{"person":"nobody"}`, http.StatusUnprocessableEntity, "person")
	does(mara, "/api/v1/skills/1/grant", `{"person":"otto","until":"2020-01-01T00:00:00Z"}`, http.StatusOK, `"person":"Otto"`, `"expired":true`)
	does(mara, "/api/v1/skills/1/require", `{"line":"nowhere"}`, http.StatusUnprocessableEntity)
	does(mara, "/api/v1/skills/1/require", `{"line":"filling-1","operation":10}`, http.StatusOK, `"operation":10`)
	does(mara, "/api/v1/needs/1/release", `{}`, http.StatusOK, `"needs":[]`)
	does(mara, "/api/v1/skills/1/withdraw", `{"person":"Otto"}`, http.StatusOK, `"holders":[]`)
	does(mara, "/api/v1/skills/1/withdraw", `{"person":"Otto"}`, http.StatusUnprocessableEntity)
	if a := vera.get("/api/v1/skills"); a.status != http.StatusOK || !strings.Contains(a.body, "Filling") {
		t.Errorf("%d %s", a.status, a.body)
	}

	const sheet = `{"kind":"checklist","title":"Set-up","words":"Is it clean?","line":"filling-1"}`
	does(otto, "/api/v1/instructions", sheet, http.StatusForbidden)
	does(mara, "/api/v1/instructions", sheet, http.StatusOK, `"version":1`, `"by":"Mara"`)
	does(mara, "/api/v1/instructions", `{"id":1,"version":1,"kind":"checklist","title":"Set-up","words":"Is it clean?\nIs it closed?"}`, http.StatusOK, `"version":2`)
	does(mara, "/api/v1/instructions", `{"id":1,"version":1,"kind":"checklist","title":"Set-up","words":"late"}`, http.StatusConflict)
	does(mara, "/api/v1/instructions", `{"kind":"checklist","title":"","words":""}`, http.StatusUnprocessableEntity)
	if a := vera.get("/api/v1/instructions"); !strings.Contains(a.body, "Is it closed?") {
		t.Errorf("%d %s", a.status, a.body)
	}

	const labour = "/api/v1/jobs/J-1/labour"
	does(vera, labour, `{"person":"Otto"}`, http.StatusForbidden)
	does(otto, labour, `{"person":"Vera"}`, http.StatusUnprocessableEntity, "person")
	does(otto, "/api/v1/jobs/J-99/labour", `{"person":"Otto"}`, http.StatusNotFound)
	for range 2 { // who is on stays so
		does(otto, labour, `{"person":"Otto"}`, http.StatusOK, `"person":"Otto"`, `"left":false`)
	}
	does(otto, labour+"/1/off", `{}`, http.StatusOK, `"left":true`)
	if a := vera.get(labour); a.status != http.StatusOK || strings.Count(a.body, `"person":"Otto"`) != 1 {
		t.Errorf("%d %s", a.status, a.body)
	}
}

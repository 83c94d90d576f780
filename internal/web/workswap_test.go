package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"millwright/internal/erp/item"
	"millwright/internal/erp/workorder"
	"millwright/internal/plant"
)

// A planner takes an item in a component's place on the page of the order, and a program by the API.
func TestAnotherItemIsTakenByClicking(t *testing.T) {
	w := newWorld(t)
	w.user("Mara", plant.Manager)
	w.user("Vera", plant.Viewer)
	bottle, cap := w.made()
	ctx, by := t.Context(), item.Change{By: plant.Program(), Why: "to begin with"}
	other := item.Blank("LID")
	other.Name, other.Kind, other.Valuation = "Lid", item.Buy, item.FIFO
	lid, err := w.kept.Items().Add(ctx, other, by)
	if err != nil {
		t.Fatal(err)
	}
	i, err := w.kept.Items().Find(ctx, cap)
	if err != nil {
		t.Fatal(err)
	}
	i.Alternates = []item.Alternate{{Item: lid.ID, Factor: item.Ratio{Num: 2, Den: 1}}}
	if _, err := w.kept.Items().Save(ctx, i, by); err != nil {
		t.Fatal(err)
	}
	day := w.planToday()
	for range 2 {
		o, err := w.kept.Works().Create(ctx, workorder.Order{Item: bottle, Quantity: plant.Pieces(50), Begin: day, Due: day + 2}, workorder.Doing{By: plant.Program()})
		if err == nil {
			_, err = w.kept.Works().Step(ctx, workorder.Stepping{ID: o.ID, Version: o.Version, Step: workorder.Release}, workorder.Doing{By: plant.Program()})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	mara, vera := w.signedIn("Mara"), w.signedIn("Vera")
	says(t, mara.get("/work/1"), "Take another item instead", "LID in the place of CAP", "100 pcs needed for the rest")
	if strings.Contains(vera.get("/work/1").body, "Take another item instead") {
		t.Error("a viewer is asked")
	}
	form := url.Values{"step": {"swap"}, "version": {"2"}, "key": {"k"}, "swap": {fmt.Sprintf("10:%d", lid.ID)}}
	if a := vera.post("/work/1/step", form); a.status != http.StatusForbidden {
		t.Errorf("a viewer swaps: %d", a.status)
	}
	if a := mara.post("/work/1/step", form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Say why.") {
		t.Errorf("without a reason: %d", a.status)
	}
	form.Set("swap-why", "caps are scarce")
	for range 2 { // sent twice
		if a := mara.post("/work/1/step", form); a.status != http.StatusSeeOther {
			t.Errorf("%d %s", a.status, a.short())
		}
	}
	says(t, mara.get("/work/1"), "LID", "number 2")
	form.Set("swap", "10:4711")
	form.Set("version", "3")
	form.Set("key", "k2")
	if a := mara.post("/work/1/step", form); a.status != http.StatusConflict {
		t.Errorf("an item that stands for nothing: %d", a.status)
	}
	if a := mara.get("/api/v1/work/2/substitutes"); a.status != http.StatusOK || !strings.Contains(a.body, `"position":10,"item":"LID","for":"CAP","needed":100`) {
		t.Errorf("%d %s", a.status, a.body)
	}
	var swapped struct{ Version int64 }
	mara.asks(t, "/api/v1/work/2/swap", `{"version":2,"position":10,"item":"LID","why":"scarce"}`, "s-1", 200, &swapped)
	if swapped.Version != 3 {
		t.Errorf("%+v", swapped)
	}
}

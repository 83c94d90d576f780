package web_test

import (
	"strings"
	"testing"
	"time"

	"millwright/internal/ot/history/quarantine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/web"
)

func TestRefusedSamplesStandOnTheSystemPageWithWhy(t *testing.T) {
	room := quarantine.New()
	w := newWorld(t, wellKept(t, well()), func(d *web.Deps) { d.System.Refused = room.List })
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	if strings.Contains(ada.get("/admin/system").body, "Samples that were refused") {
		t.Error("there is a list of nothing")
	}
	id := w.id("filling-1/filler/product")
	batch := []tag.Sample{{Tag: id, Time: w.clock.now().Add(48 * time.Hour), Value: tag.TextValue(hostile)}}
	refused, err := w.archive.Append(t.Context(), w.clock.now(), batch)
	if err != nil || len(refused) != 1 {
		t.Fatalf("%v %v", refused, err)
	}
	room.Put(quarantine.Refused{Source: "plc", Sample: batch[0], Why: refused[0].Why, At: w.clock.now()})
	ada.get("/admin/system").mustSay(t, "Samples that were refused", "filling-1/filler/product", "&lt;script", "plc", "48h0m0s ahead of this computer")
}

package app

import (
	"cmp"
	"time"

	"millwright/internal/ot/history"
	"millwright/internal/ot/history/quarantine"
	"millwright/internal/ot/tag"
)

// byHTTP is the source of samples that programs send.
const byHTTP = "by HTTP"

// derived is the source of samples that are reckoned here.
const derived = "derived"

// quarantined holds what the history would not keep of a batch, for people to look at. It came by HTTP, or by the
// connections of its tags.
func (a *App) quarantined(now time.Time, batch []tag.Sample, refused []history.Refusal, sent bool) {
	f := a.floor.Load()
	for _, r := range refused {
		one := quarantine.Refused{Source: byHTTP, Sample: batch[r.Index], Why: r.Why, At: now}
		if !sent && f != nil {
			one.Source = cmp.Or(f.model.Tags.Tag(one.Sample.Tag).Connection, derived)
		}
		a.refused.Put(one)
	}
}

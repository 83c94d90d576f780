package orderbook

import (
	"context"
	"time"

	"millwright/internal/erp/mrp/desk"
	"millwright/internal/erp/mrp/workday"
	"millwright/internal/plant"
)

// mrp plans everything: as the first time, again without a change, and after one.
func (b *orderBook) mrp(ctx context.Context) error {
	today := plant.DateIn(time.Now(), time.UTC)
	w := begin()
	facts, err := b.Plans().Facts(ctx)
	if err != nil {
		return err
	}
	read := w.String()
	w = begin()
	if _, err := desk.Stand(facts, workday.New(today, nil)); err != nil {
		return err
	}
	planned := w.String()
	d := desk.New(desk.Options{Book: b.Plans(), Today: func() plant.Date { return today }, Now: time.Now})
	var took [3]string
	for i := range took {
		if i == 2 {
			if _, err := b.Stock().Post(ctx, b.receipt(b.Bought[0])); err != nil {
				return err
			}
		}
		w := begin()
		if _, err := d.Standing(ctx); err != nil {
			return err
		}
		took[i] = w.String()
	}
	all, err := d.Messages(ctx)
	if err != nil {
		return err
	}
	return b.say("MRP of %d items, %d lines: read %s, planned %s; with %d messages kept %s, nothing changed %s, one receipt later %s",
		len(facts.Items), len(facts.Parts), read, planned, len(all), took[0], took[1], took[2])
}

package store_test

import (
	"testing"
	"time"

	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee"
	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

func TestCorrectionsAreNotedUntilTheyAreBooked(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		k := s.Corrections()
		is := func(second int, was, v tag.Value) history.Correction {
			return history.Correction{Tag: "a/good", Was: tag.Sample{Time: at(second), Value: was}, New: tag.Sample{Time: at(second), Value: v, Quality: tag.Bad}, By: anna, Why: "off"}
		}
		all := []history.Correction{is(1, tag.IntValue(-7), tag.UintValue(1<<63)), is(2, tag.TextValue("a \"b\""), tag.FloatValue(.1)), is(3, tag.BoolValue(true), tag.Value{})}
		must(t, k.Keep(ctx, all))
		if a := said(t, s); a.What != "sample.correct" || a.On != "tag/a/good" || a.Why != "off" {
			t.Errorf("audited as %+v", a)
		}
		left, err := k.Pending(ctx)
		must(t, err)
		if len(left) != 3 {
			t.Fatalf("%+v", left)
		}
		for i, c := range left {
			if c.Was != all[i].Was || c.New != all[i].New || c.By != anna || c.At.IsZero() {
				t.Errorf("%+v came back as %+v", all[i], c)
			}
		}
		must(t, k.Booked(ctx, execution.Posting{Wishes: []oee.Wish{{Line: line, Why: oee.Late, From: at(1), Mark: 5}}}, left[:2]))
		wishes, err := s.Ledger().Wishes(ctx)
		must(t, err)
		if len(wishes) != 1 || !wishes[0].From.Equal(at(1)) {
			t.Errorf("%+v", wishes)
		}
		left, err = k.Pending(ctx)
		must(t, err)
		if len(left) != 1 || left[0].Was.Value != tag.BoolValue(true) {
			t.Errorf("%+v", left)
		}
		told, err := k.Of(ctx, "a/good", plant.Span{From: at(1), To: at(3)}, 10)
		must(t, err)
		if len(told) != 2 || !told[0].New.Time.Equal(at(2)) {
			t.Errorf("%+v", told)
		}
		if told, err = k.Of(ctx, "b", plant.Span{From: at(0), To: at(0).Add(time.Hour)}, 10); err != nil || len(told) > 0 {
			t.Errorf("%+v %v", told, err)
		}
		sound(t, s)
	})
}

package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/access"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/execution/foreman"
	"millwright/internal/ot/driver"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

func TestWhatMachinesWereTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		k := foreman.Known{Job: "WO-000123/10", Told: execution.Running, Seen: driver.JobAllowedToStart, Planned: plant.Pieces(7), At: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)}
		must(t, s.Sent().KeepSent(ctx, "filling-1/filler", k, "StoreAndStart at Filler"))
		must(t, s.Sent().KeepSent(ctx, "filling-1/packer", k, ""))
		k.Seen, k.Trouble = driver.JobRunning, "it does not want to"
		must(t, s.Sent().KeepSent(ctx, "filling-1/filler", k, ""))
		all, err := s.Sent().Sent(ctx, "filling-1/filler")
		must(t, err)
		if d := cmp.Diff([]foreman.Known{k}, all); d != "" {
			t.Error(d)
		}
		must(t, s.Sent().ForgetSent(ctx, "filling-1/filler", k.Job))
		must(t, s.Sent().ForgetSent(ctx, "filling-1/filler", k.Job))
		all, err = s.Sent().Sent(ctx, "filling-1/filler")
		must(t, err)
		other, err := s.Sent().Sent(ctx, "filling-1/packer")
		must(t, err)
		if len(all) != 0 || len(other) != 1 {
			t.Errorf("after one was forgotten: %v, and at the other %v", all, other)
		}
		told, err := s.Audit().List(ctx, k.Job, store.Page{})
		must(t, err)
		if len(told) != 1 || told[0].What != "job.send" || told[0].New != "StoreAndStart at Filler" {
			t.Errorf("what the audit says: %+v", told)
		}
	})
}

func TestTheNewestChangeOfEachThing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		for _, e := range []access.Entry{
			{Who: anna, What: "job.change", On: "J-1", New: "running"},
			{Who: ben, What: "job.change", On: "J-2", New: "running"},
			{Who: ben, What: "job.change", On: "J-1", New: "held"},
			{Who: plant.Program(), What: "job.send", On: "J-1", New: "Pause"},
		} {
			_, err := s.Audit().Append(ctx, e)
			must(t, err)
		}
		all, err := s.Audit().Newest(ctx, []string{"J-1", "J-2", "J-3"})
		must(t, err)
		if len(all) != 2 || all["J-1"].New != "held" || all["J-1"].Who.Name != ben.Name || all["J-2"].New != "running" {
			t.Errorf("%+v", all)
		}
	})
}

package store_test

import (
	"testing"
	"time"

	"millwright/internal/mes/execution"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

func TestJobsAreLookedBackAtAsTheyStood(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		b := s.Books()
		minute := func(n int) time.Time { return monday.Add(time.Duration(n) * time.Minute) }
		for _, id := range []string{"J-1", "J-2"} {
			must(t, b.AddJob(ctx, job(id), anna, ""))
		}
		first, second := job("J-1"), job("J-2")
		first.Status, first.Started = execution.Running, minute(0)
		must(t, b.Post(ctx, execution.Posting{Jobs: []execution.Job{first}, By: anna, Runs: []execution.Run{{Line: line, From: minute(0), Job: "J-1"}}}))
		must(t, b.Post(ctx, counted("t", "J-1", 5, time.Time{}, minute(10))))
		must(t, b.Post(ctx, counted("t", "J-1", 7, minute(10), minute(20))))
		first.Status, first.Ended, first.Version = execution.Completed, minute(30), 2
		second.Status, second.Started = execution.Running, minute(40)
		must(t, b.Post(ctx, execution.Posting{Jobs: []execution.Job{first, second}, By: anna, Runs: []execution.Run{
			{Line: line, From: minute(0), To: minute(40), Job: "J-1"}, {Line: line, From: minute(40), Job: "J-2"},
		}}))
		for _, c := range []struct {
			minute  int
			jobs    []string
			status  execution.Status
			good    int64
			started int
		}{
			{-1, nil, "", 0, 0},
			{5, []string{"J-1"}, execution.Running, 0, 0},
			{10, []string{"J-1"}, execution.Running, 5, 0},
			{25, []string{"J-1"}, execution.Running, 12, 0},
			{35, []string{"J-1"}, execution.Completed, 12, 0},
			{50, []string{"J-1", "J-2"}, execution.Running, 0, 40},
		} {
			all, err := s.Counts().Then(ctx, line, plant.Span{From: minute(-60), To: minute(c.minute)})
			must(t, err)
			if len(all) != len(c.jobs) {
				t.Fatalf("minute %d: %+v", c.minute, all)
			}
			for i, id := range c.jobs {
				last := i == len(c.jobs)-1
				if all[i].ID != id || all[i].Ended.IsZero() != last || all[i].Product != "COLA-05" || all[i].Planned != plant.Pieces(1000) {
					t.Errorf("minute %d: %+v", c.minute, all[i])
				}
				if last && (all[i].Status != c.status || all[i].Good != plant.Pieces(c.good) || !all[i].Started.Equal(minute(c.started))) {
					t.Errorf("minute %d: %+v", c.minute, all[i])
				}
			}
		}
		if all, err := s.Counts().Then(ctx, line, plant.Span{From: minute(45), To: minute(50)}); err != nil || len(all) != 1 {
			t.Errorf("a turn that was over before: %+v, %v", all, err)
		}
	})
}

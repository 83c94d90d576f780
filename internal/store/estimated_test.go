package store_test

import (
	"testing"
	"time"

	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// What was divided by time stands beside what is booked, until it is reversed.
func TestAJobKnowsHowMuchOfItIsEstimated(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		must(t, s.Books().AddJob(ctx, job("J-1"), anna, ""))
		holds := func(good, scrap, estimated int64) {
			t.Helper()
			jobs, err := s.Books().Jobs(ctx)
			must(t, err)
			if j := jobs[0]; j.Good != plant.Pieces(good) || j.Scrap != plant.Pieces(scrap) || j.Estimated != plant.Pieces(estimated) {
				t.Errorf("%s good, %s scrap, %s estimated; want %d, %d, %d", j.Good, j.Scrap, j.Estimated, good, scrap, estimated)
			}
		}
		book := func(before, at time.Time, qty ...int64) {
			t.Helper()
			p := counted("good", "J-1", qty[0], before, at)
			for i, n := range qty[1:] {
				b := p.Bookings[0]
				b.Qty, b.Estimated, b.Scrap = plant.Pieces(n), true, i == 1
				p.Bookings = append(p.Bookings, b)
			}
			must(t, s.Books().Post(ctx, p))
		}
		book(time.Time{}, monday, 10)
		holds(10, 0, 0)
		book(monday, monday.Add(time.Minute), 1, 4, 2)
		holds(15, 2, 6)
		book(monday.Add(time.Minute), monday.Add(2*time.Minute), 5, -4)
		holds(16, 2, 2)
	})
}

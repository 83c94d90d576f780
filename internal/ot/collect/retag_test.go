package collect

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"millwright/internal/ot/driver"
	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
)

func (nothing) Merge(context.Context, []history.Range, func(tag.Sample) bool) error { return nil }

// flexible is a driver that says each point's number once when it begins to read it.
type flexible struct {
	refuses bool
	began   [][]driver.Point // with which points each session was opened
	changes chan []driver.Point
}

func (f *flexible) Run(ctx context.Context, points []driver.Point, emit func([]tag.Sample)) error {
	f.began = append(f.began, points)
	for {
		for _, p := range points {
			emit([]tag.Sample{{Tag: p.Tag, Time: time.Now(), Value: tag.FloatValue(float64(p.Tag))}})
		}
		select {
		case points = <-f.changes:
		case <-ctx.Done():
			return nil
		}
	}
}

func (f *flexible) Change(_ context.Context, points []driver.Point) error {
	if f.refuses {
		return errors.New("the device has no room")
	}
	f.changes <- points[len(points)-1:] // the last is the one that changed
	return nil
}

func TestATagThatChangesEndsAndBeginsAnewWhileTheOthersGoOn(t *testing.T) {
	for _, refuses := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			f, h := &flexible{refuses: refuses, changes: make(chan []driver.Point)}, &heard{}
			wanted := func(tags ...tag.Tag) []Wanted {
				return []Wanted{{Connection: "plc", Key: fmt.Sprint(tags), Frame: "plc", Tags: tags, Open: func(context.Context) (*Session, error) {
					return NewSession(Connection{ID: "plc", Alive: 1, Tags: tags}, f, h.take, Settings{}), nil
				}}}
			}
			c := NewCrew(nothing{}, time.Now)
			if err := c.Adopt(t.Context(), wanted(two...)); err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() { ended <- c.Run(ctx) }()
			time.Sleep(time.Second)
			finer := two[1]
			finer.Scale = 100
			w := wanted(two[0], finer)
			c.Dismiss(w)
			if all := h.of(3); len(all) != 2 || all[1].Quality != tag.BadOutOfService {
				t.Errorf("before the change takes hold the tag says %v", all)
			}
			if err := c.Adopt(t.Context(), w); err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Second)
			all := h.of(3)
			if newest := all[len(all)-1]; newest.Value != tag.FloatValue(300) || !newest.Good() {
				t.Errorf("with another scale it says %v", newest)
			}
			bad := 0
			for _, s := range h.of(2) {
				if s.Quality.Bad() {
					bad++
				}
			}
			st := c.Status()[0]
			if refuses && (len(f.began) != 2 || bad != 1 || st.Losses != 1 || len(f.began[1]) != 2) {
				t.Errorf("after a refusal there were %d sessions, %+v, and the other tag was Bad %d times", len(f.began), st, bad)
			}
			if !refuses && (len(f.began) != 1 || bad != 0 || st.Losses != 0 || st.Tags != 2) {
				t.Errorf("there were %d sessions, %+v, and the other tag was Bad %d times", len(f.began), st, bad)
			}
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
	}
}

package plantserver

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"millwright/internal/ot/collect"
	"millwright/internal/ot/driver/opcua"
	"millwright/internal/ot/tag"
)

// What the server had to drop is counted where its values are taken.
func TestASessionCountsWhatTheServerDropped(t *testing.T) {
	s := serve(t, 2, nil)
	d, err := opcua.New(opcua.Config{Endpoint: s.URL(), Publishing: 500 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	tags := []tag.Tag{
		{ID: 2, Name: "a", Address: "nsu=" + urn + ";s=n0", Interval: time.Nanosecond},
		{ID: 3, Name: "b", Address: "nsu=" + urn + ";s=n1", Interval: time.Nanosecond},
	}
	heard := make(chan []tag.Sample, 1000)
	session := collect.NewSession(collect.Connection{ID: "plc", Alive: 1, Tags: tags}, d, func(b []tag.Sample) { heard <- slices.Clone(b) }, collect.Settings{})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- session.Run(ctx) }()
	defer func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) && err != nil {
			t.Error(err)
		}
	}()
	until := func(what string, ok func(tag.Sample) bool) {
		t.Helper()
		for limit := time.After(20 * time.Second); ; {
			select {
			case batch := <-heard:
				if slices.ContainsFunc(batch, ok) {
					return
				}
			case <-limit:
				t.Fatalf("%s: never heard, %+v", what, session.Status())
			}
		}
	}
	s.Publish([]tag.Sample{number(0, 0, time.Now()), number(1, 0, time.Now())})
	until("the first value", func(x tag.Sample) bool { return x.Tag == 3 && !x.Quality.Bad() })
	if n := session.Status().Overflows; n != 0 {
		t.Fatalf("%d lost before any was", n)
	}
	for i := range 2000 { // faster than they are fetched, and more than the queue holds
		s.Publish([]tag.Sample{number(0, float64(i+1), time.Now())})
	}
	until("the mark", func(x tag.Sample) bool { return x.Tag == 2 && x.Quality == tag.Good|tag.Overflow })
	if n := session.Status().Overflows; n == 0 {
		t.Error("a value was marked, none is counted")
	}
}

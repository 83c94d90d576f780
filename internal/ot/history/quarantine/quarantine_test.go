package quarantine_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"millwright/internal/ot/history/quarantine"
	"millwright/internal/ot/tag"
)

var noon = time.Date(2026, 3, 27, 12, 0, 0, 0, time.UTC)

func refused(source string, n int) quarantine.Refused {
	return quarantine.Refused{Source: source, At: noon.Add(time.Duration(n) * time.Second), Why: "another value is there", Sample: tag.Sample{Tag: 1, Time: noon, Value: tag.IntValue(int64(n))}}
}

func TestTheNewestOfEachSourceAreHeld(t *testing.T) {
	r := quarantine.New()
	r.Put(refused("quiet", 0))
	for n := range 1000 {
		r.Put(refused("loud", n))
	}
	all := r.List()
	if len(all) != quarantine.PerSource+1 || all[0].Sample.Value != tag.IntValue(999) || all[len(all)-1].Source != "quiet" {
		t.Errorf("%d are held, from %+v to %+v", len(all), all[0], all[len(all)-1])
	}
	var none *quarantine.Room
	none.Put(refused("x", 1))
	if none.List() != nil {
		t.Error("no room holds something")
	}
}

func TestWhatIsHeldIsBounded(t *testing.T) {
	r := quarantine.New()
	var senders sync.WaitGroup
	for of := range 4 {
		senders.Go(func() {
			for n := range 500 {
				one := refused(fmt.Sprintf("source %d", 500*of+n), n)
				one.Sample.Value = tag.TextValue(strings.Repeat("日本", 1000))
				r.Put(one)
			}
		})
	}
	senders.Wait()
	all := r.List()
	if len(all) > 201*quarantine.PerSource {
		t.Errorf("%d are held", len(all))
	}
	for _, one := range all {
		if text, _ := one.Sample.Value.Text(); len(text) > 210 || !utf8.ValidString(text) {
			t.Fatalf("a text of %d bytes is held", len(text))
		}
	}
}

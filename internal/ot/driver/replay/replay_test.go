package replay

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/ot/driver"
	"millwright/internal/ot/tag"
)

// logs are files whose rows are written as seconds after ten o'clock: "0 good 1".
func logs(files map[string][]string) fs.FS {
	all := fstest.MapFS{}
	for name, rows := range files {
		var b strings.Builder
		for _, r := range rows {
			var s float64
			var item, value string
			if n, _ := fmt.Sscan(r, &s, &item, &value); n != 3 {
				b.WriteString(r + "\n")
				continue
			}
			fmt.Fprintf(&b, "%s|%s|%s\n", ten.Add(time.Duration(s*float64(time.Second))).Format(time.RFC3339Nano), item, value)
		}
		all[name] = &fstest.MapFile{Data: []byte(b.String())}
	}
	return all
}

var ten = time.Date(2017, 2, 2, 10, 0, 0, 0, time.UTC)

func points(items ...string) (all []driver.Point) {
	for i, item := range items {
		all = append(all, driver.Point{Tag: tag.ID(i + 1), Address: item})
	}
	return all
}

// written prints samples as seconds after a time: "0.5 1=12", "3 2=bad".
func written(all []tag.Sample, after time.Time) (out []string) {
	for _, s := range all {
		v := s.Value.String()
		if !s.Quality.Good() {
			v = s.Quality.String()
		}
		out = append(out, fmt.Sprintf("%v %d=%s", s.Time.Sub(after).Seconds(), s.Tag, v))
	}
	return out
}

func TestALogKeepsItsOrderAndItsTimes(t *testing.T) {
	files := logs(map[string][]string{"a": {
		"0 good 1", "0 state IDLE", "0 other 7", "0.5 state ACTIVE", "0.5 good 2", "0.5 state HELD", // the last one of a time wins
		"nonsense", "2 good 3", "1 good 2.5", "2 state UNAVAILABLE", // a row out of order stays so
	}, "b": {"10 good 4"}})
	d, err := New(Options{FS: files, Files: []string{"a", "b"}, Now: time.Now, Parts: "parts"})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"0 3=node unknown",
		"0 4=0", "0 1=1", "0 2=IDLE", "0.5 1=2", "0.5 2=HELD", "2 1=3", "1 1=2.5", "2 2=bad", "2 4=1", "10 1=4", "10 4=2",
	}
	got := once(t, d, points("good", "state", "missing", "parts"))
	if diff := cmp.Diff(want, written(got, ten)); diff != "" {
		t.Error(diff)
	}
	for _, s := range got {
		if s.Tag == 1 && s.Value.Kind() != tag.Float {
			t.Errorf("%s is %s beside fractions of the same item", s.Value, s.Value.Kind())
		}
	}
	if diff := cmp.Diff(Report{Rows: 10, Refused: 1, First: []string{"a: line 7 is not time|item|value"}}, d.Report()); diff != "" {
		t.Error(diff)
	}
	nodes, err := d.Browse(t.Context(), "")
	if diff := cmp.Diff([]driver.Node{
		{Address: "good", Name: "good", Kind: tag.Float},
		{Address: "other", Name: "other", Kind: tag.Int},
		{Address: "parts", Name: "parts", Kind: tag.Int},
		{Address: "state", Name: "state", Kind: tag.Text},
	}, nodes); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if below, err := d.Browse(t.Context(), "good"); len(below) != 0 || err != nil {
		t.Errorf("below an item there is %v, %v", below, err)
	}
}

func TestALogIsShiftedToEndNow(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	o := Options{
		FS: logs(map[string][]string{"a": {"0 good 1", "7200 good 2", "7201 good 3"}, "b": {"100 good 4", "101 good 5"}}), Files: []string{"a", "b"},
		Now: func() time.Time { return now }, Rebase: true, Pause: 10 * time.Second, Gap: time.Minute,
	}
	d, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"-72 1=1", "-12 1=2", "-11 1=3", "-1 1=4", "0 1=5"}
	if diff := cmp.Diff(want, written(once(t, d, points("good")), now)); diff != "" {
		t.Error(diff)
	}
}

// session is a driver that runs in a bubble.
type session struct {
	began  time.Time
	cancel context.CancelFunc
	ended  chan error

	mu  sync.Mutex
	all []tag.Sample
}

func begin(t *testing.T, o Options, p []driver.Point) *session {
	t.Helper()
	o.Now = time.Now
	d, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &session{began: time.Now(), cancel: cancel, ended: make(chan error, 1)}
	go func() {
		s.ended <- d.Run(ctx, p, func(b []tag.Sample) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.all = append(s.all, b...)
		})
	}()
	return s
}

// told gives what was delivered up to now, in seconds after the session began, and forgets it.
func (s *session) told() []string {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	got := written(s.all, s.began)
	s.all = nil
	return got
}

func (s *session) end(t *testing.T) {
	t.Helper()
	at := time.Now()
	s.cancel()
	if err := <-s.ended; err != nil || time.Since(at) > 0 {
		t.Errorf("ended after %s with %v", time.Since(at), err)
	}
}

func TestALoopPlaysInItsOwnTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		files := logs(map[string][]string{"a": {"0 state ACTIVE", "10 state DONE"}, "b": {"50 state ACTIVE", "54 state DONE"}})
		s := begin(t, Options{FS: files, Files: []string{"a", "b"}, Speed: 2, Rebase: true, Loop: true, Pause: 4 * time.Second, Parts: "parts"}, points("state", "parts"))
		want := func(at float64, lines ...string) {
			t.Helper()
			time.Sleep(time.Duration(at*float64(time.Second)) - time.Since(s.began))
			if diff := cmp.Diff(lines, s.told()); diff != "" {
				t.Errorf("after %v s:\n%s", at, diff)
			}
		}
		want(0, "0 2=0", "0 1=ACTIVE")
		want(4.9)
		want(5, "5 1=DONE", "5 2=1")
		want(6.9)
		want(9, "7 1=ACTIVE", "9 1=DONE", "9 2=2")
		want(11, "11 1=ACTIVE")
		want(22, "16 1=DONE", "16 2=3", "18 1=ACTIVE", "20 1=DONE", "20 2=4", "22 1=ACTIVE")
		s.end(t)
	})
}

func TestAnAnchoredLoopGoesOnAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		anchor := time.Now().Add(-100 * time.Minute)
		o := Options{
			FS:    logs(map[string][]string{"a": {"0 program BOX", "0 state ACTIVE", "240 state DONE"}}), // cycles of 5 min
			Files: []string{"a"}, Speed: 1, Rebase: true, Loop: true, Pause: time.Minute, Parts: "parts", Anchor: anchor,
		}
		items := points("state", "parts", "program")
		time.Sleep(90 * time.Second)
		first := begin(t, o, items)
		if diff := cmp.Diff([]string{"-150 2=20", "-90 1=ACTIVE", "-90 3=BOX"}, first.told()); diff != "" {
			t.Errorf("the values that hold, with the times since when:\n%s", diff)
		}
		time.Sleep(10 * time.Minute)
		if diff := cmp.Diff([]string{"150 1=DONE", "150 2=21", "210 3=BOX", "210 1=ACTIVE", "450 1=DONE", "450 2=22", "510 3=BOX", "510 1=ACTIVE"}, first.told()); diff != "" {
			t.Errorf("as in any loop:\n%s", diff)
		}
		first.end(t)

		o.Past = 6 * time.Minute
		second := begin(t, o, items)
		want := []string{
			"-450 2=21", "-390 1=ACTIVE", "-390 3=BOX", // as things stood six minutes ago
			"-150 1=DONE", "-150 2=22", "-90 3=BOX", "-90 1=ACTIVE",
		}
		if diff := cmp.Diff(want, second.told()); diff != "" {
			t.Errorf("the past first:\n%s", diff)
		}
		second.end(t)
	})
}

func TestWhereNothingCanBePlayed(t *testing.T) {
	files := logs(map[string][]string{"good": {"0 good 1", "1 good 2"}, "bad": {"x", "y"}, "empty": {}, "still": {"0 good 1"}, "cut": {"0 good 1"}})
	files.(fstest.MapFS)["cut"] = &fstest.MapFile{Data: cutOff(t)}
	for name, c := range map[string]struct {
		o    Options
		want string
	}{
		"no such file":       {Options{Files: []string{"good", "none"}}, "open log none: "},
		"no row":             {Options{Files: []string{"bad"}}, "log bad has no row that can be read: line 2 is not time|item|value"},
		"an empty file":      {Options{Files: []string{"good", "empty"}}, "log empty has no row that can be read: it is empty"},
		"a loop of no time":  {Options{Files: []string{"still"}, Loop: true, Rebase: true, Speed: 1}, "the log lasts no time"},
		"parts are there":    {Options{Files: []string{"good"}, Parts: "good"}, `the log has an item "good" itself`},
		"a file is cut off":  {Options{Files: []string{"cut"}}, "play log cut: read after line "},
		"a column is amiss":  {Options{Files: []string{"good"}, Format: Format{CSV: true}}, `log good has no row that can be read: line 1 names no column "time"`},
		"a folder is no log": {Options{Files: []string{"."}}, "log . has no row that can be read: "},
	} {
		t.Run(name, func(t *testing.T) {
			c.o.FS, c.o.Now = files, time.Now
			d, err := New(c.o)
			if err != nil {
				t.Fatal(err)
			}
			err = d.Run(t.Context(), points("good"), func([]tag.Sample) {})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
	d, err := New(Options{Files: []string{"/nowhere/log"}, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Run(t.Context(), nil, nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func cutOff(t *testing.T) []byte {
	t.Helper()
	b, err := os.ReadFile(hurcoLog)
	if err != nil {
		t.Fatal(err)
	}
	return b[:len(b)/2]
}

func TestOptionsThatContradictEachOther(t *testing.T) {
	ok := Options{Files: []string{"a"}, Now: time.Now, Speed: 1, Rebase: true, Loop: true}
	for want, change := range map[string]func(*Options){
		"names no file":            nil,
		"plays no file":            func(o *Options) { o.Files = nil },
		"has no clock":             func(o *Options) { o.Now = nil },
		"has the speed -1":         func(o *Options) { o.Speed = -1 },
		"has the speed NaN":        func(o *Options) { o.Speed = math.NaN() },
		"has the speed +Inf":       func(o *Options) { o.Speed = math.Inf(1) },
		"give it a speed":          func(o *Options) { o.Speed = 0 },
		"rebase it to now":         func(o *Options) { o.Rebase = false },
		"let it loop":              func(o *Options) { o.Loop, o.Anchor = false, ten },
		"anchor it in time":        func(o *Options) { o.Past = time.Hour },
		"a pause, gap or past bel": func(o *Options) { o.Pause = -1 },
	} {
		o := ok
		if change == nil {
			if _, err := New(o); err != nil {
				t.Errorf("refused: %v", err)
			}
			continue
		}
		change(&o)
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestTheEndOfItsContextEndsItAtOnce(t *testing.T) {
	files := logs(map[string][]string{"a": {"0 good 1", "3600 good 2"}})
	for name, o := range map[string]Options{
		"while it waits for a row": {Speed: 1, Rebase: true},
		"in a pause of the loop":   {Speed: 3600, Rebase: true, Loop: true, Pause: 1000 * time.Hour},
		"after the end":            {},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // which fails when a goroutine is left
				o.FS, o.Files = files, []string{"a"}
				s := begin(t, o, points("good"))
				time.Sleep(10 * time.Second)
				if len(s.told()) == 0 {
					t.Error("nothing was played")
				}
				s.end(t)
			})
		})
	}
	d, err := New(Options{FS: files, Files: []string{"a"}, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := d.Run(ctx, points("good"), func([]tag.Sample) { t.Error("it plays after its end") }); err != nil {
		t.Error(err)
	}
}

func TestLargeLogsComeInBatches(t *testing.T) {
	var rows []string
	for i := range 5000 {
		rows = append(rows, fmt.Sprintf("%d good %d", i, i))
	}
	d, err := New(Options{FS: logs(map[string][]string{"a": rows}), Files: []string{"a"}, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	s, err := d.survey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var batches, n int
	err = newPlayer(d, s, points("good"), func(b []tag.Sample) {
		batches++
		for _, x := range b {
			if v, _ := x.Value.Int(); v != int64(n) {
				t.Fatalf("value %d is the %dth", v, n)
			}
			n++
		}
	}).play(t.Context())
	if err != nil || n != 5000 || batches != 5 {
		t.Errorf("%d samples in %d batches: %v", n, batches, err)
	}
}

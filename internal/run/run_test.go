package run

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestPartsStopInReverseEachWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var ended []string
		part := func(name string) Part {
			return Part{name, func(ctx context.Context) error {
				<-ctx.Done()
				time.Sleep(time.Second)
				mu.Lock()
				defer mu.Unlock()
				ended = append(ended, name)
				return ctx.Err()
			}}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := (Group{}).Run(ctx, part("store"), part("engine"), part("web")); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(ended, " "); got != "web engine store" {
			t.Errorf("stopped in the order %s", got)
		}
	})
}

func TestAPartThatFailsStopsTheRest(t *testing.T) {
	stopped := false
	err := Group{}.Run(t.Context(),
		Part{"store", func(ctx context.Context) error { <-ctx.Done(); stopped = true; return nil }},
		Part{"web", func(context.Context) error { return errors.New("port taken") }})
	if err == nil || err.Error() != "web: port taken" || !stopped {
		t.Errorf("err %v, stopped %v", err, stopped)
	}
}

func TestAPartThatEndsByItselfIsAFailure(t *testing.T) {
	err := Group{}.Run(t.Context(), Part{"web", func(context.Context) error { return nil }})
	if err == nil || !strings.Contains(err.Error(), "web ended by itself") {
		t.Errorf("err %v", err)
	}
}

func TestAPartThatHangsIsNamedAndSaidToRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		hang := func(context.Context) error { <-release; return nil }
		err := Group{Grace: time.Second, Limit: time.Minute}.Run(ctx, Part{"engine", hang}, Part{"web", hang})
		if !errors.Is(err, ErrRunning) || !strings.Contains(err.Error(), "web did not stop within 1m0s") || !strings.Contains(err.Error(), "engine did not stop") {
			t.Errorf("err %v", err)
		}
		close(release)
	})
}

func TestNothingIsReturnedWhileAPartStillWorks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		slow := func(d time.Duration) func(context.Context) error {
			return func(ctx context.Context) error { <-ctx.Done(); time.Sleep(d); return nil }
		}
		wrote := time.Duration(0)
		engines := Part{"plant", func(ctx context.Context) error { // a group of its own, whose parts each keep their grace
			err := Group{}.Run(ctx, Part{"time ledger", slow(8 * time.Second)}, Part{"execution", slow(8 * time.Second)})
			wrote = time.Since(began)
			return err
		}}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := Group{Limit: time.Minute}.Run(ctx, engines, Part{"web", slow(12 * time.Second)})
		if err != nil {
			t.Errorf("parts that are slow and end are a failure: %v", err)
		}
		if wrote != 26*time.Second || time.Since(began) != wrote {
			t.Errorf("the ledger was written after %s, and the group returned after %s", wrote, time.Since(began))
		}
	})
}

func TestWhatAPartSaysWhileItIsStoppedIsTold(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := Group{}.Run(ctx,
		Part{"store", func(ctx context.Context) error { <-ctx.Done(); return errors.New("the last page was not written") }},
		Part{"web", func(ctx context.Context) error { <-ctx.Done(); return nil }})
	if err == nil || err.Error() != "store: the last page was not written" {
		t.Errorf("err %v", err)
	}
}

func TestAGroupThatIsAskedToEndsToBeRunAnew(t *testing.T) {
	a := NewAgain()
	a.Ask()
	a.Ask()
	if err := (Group{}).Run(t.Context(), Part{"restart", a.Run}, Part{"web", func(ctx context.Context) error { <-ctx.Done(); return nil }}); !errors.Is(err, ErrAgain) {
		t.Errorf("it ends with %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := (Group{}).Run(ctx, Part{"restart", NewAgain().Run}); err != nil {
		t.Errorf("unasked it ends with %v", err)
	}
}

package store_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/errs"
	"millwright/internal/mail"
	"millwright/internal/report"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

func subscribing() mail.Subscription {
	return mail.Subscription{Name: "Round", Kind: mail.Week, Place: "ulm/filling", At: 390, Weekday: time.Saturday, Delay: 90 * time.Second, Format: report.XLSX, To: []string{"a@b.c", "d@e.f"}, Off: true}
}

func TestSubscriptionsComeBackAsTheyWereKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		k := s.Mail()
		kept, err := k.Keep(ctx, subscribing(), anna)
		must(t, err)
		all, err := k.Subscriptions(ctx)
		must(t, err)
		if d := cmp.Diff([]mail.Subscription{kept}, all); d != "" || kept.ID == 0 || kept.Since.IsZero() || kept.Version != 1 {
			t.Errorf("%+v %s", kept, d)
		}
		if e := said(t, s); e.What != "mail.subscription" || !strings.Contains(e.New, "each Saturday at 06:30") || e.Who.Name != "anna" {
			t.Errorf("%+v", e)
		}
		changed := kept
		changed.Off = false
		changed, err = k.Keep(ctx, changed, anna)
		must(t, err)
		_, err = k.Keep(ctx, kept, anna) // the second of two
		wantKind(t, err, errs.Conflict)
		_, err = k.Keep(ctx, mail.Subscription{}, anna)
		wantKind(t, err, errs.Invalid)
		must(t, k.Put(ctx, []mail.Letter{{Subscription: changed.ID, Period: "days/2026-03-01/2026-03-01", Due: at(0), Next: at(0)}, {Subscription: 99, Period: "x", Due: at(0), Next: at(0)}}))
		letters, err := k.Letters(ctx, 10)
		must(t, err)
		if len(letters) != 1 || letters[0].State != mail.Waiting {
			t.Errorf("%+v", letters)
		}
		must(t, k.Remove(ctx, changed.ID, anna, "nobody reads it"))
		wantKind(t, k.Remove(ctx, changed.ID, anna, "nobody reads it"), errs.NotFound)
		if letters, err = k.Letters(ctx, 10); err != nil || len(letters) != 0 {
			t.Errorf("%+v %v", letters, err)
		}
		_, err = k.Keep(ctx, changed, anna)
		wantKind(t, err, errs.NotFound)
		sound(t, s)
	})
}

func TestTheMailServerIsSetFromTheVersionThatWasSeen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		k := s.Mail()
		if none, err := k.Server(ctx); err != nil || none != (mail.Server{}) {
			t.Errorf("%+v %v", none, err)
		}
		one := mail.Server{Host: "mail", Port: 25, Security: mail.Open, User: "u", Mark: "0123", From: "a@b.c"}
		must(t, k.SetServer(ctx, one, anna))
		wantKind(t, k.SetServer(ctx, one, ben), errs.Conflict)
		one.Version = 1
		if kept, err := k.Server(ctx); err != nil || kept != one {
			t.Errorf("%+v %v", kept, err)
		}
		one.Port = 587
		must(t, k.SetServer(ctx, one, anna))
		wantKind(t, k.SetServer(ctx, one, ben), errs.Conflict)
		if e := said(t, s); e.What != "mail.server" || !strings.Contains(e.Old, "mail:25") || !strings.Contains(e.New, "mail:587") {
			t.Errorf("%+v", e)
		}
	})
}

// Of many who look into the outbox at once, one gets each letter.
func TestEachLetterIsClaimedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx := t.Context()
		doors := []mail.Book{open().Mail(), open().Mail()}
		kept, err := doors[0].Keep(ctx, subscribing(), anna)
		must(t, err)
		var letters []mail.Letter
		for i := range 12 {
			letters = append(letters, mail.Letter{Subscription: kept.ID, Period: fmt.Sprintf("days/%d", i), Due: at(i), Next: at(i)})
		}
		var all sync.WaitGroup
		var mu sync.Mutex
		got := map[string]int{}
		for i := range 4 {
			all.Go(func() {
				door := doors[i%2]
				if err := door.Put(ctx, letters); err != nil {
					t.Error(err)
				}
				for {
					l, ok, err := door.Claim(ctx, at(100), at(110))
					if err != nil {
						t.Error(err)
					}
					if !ok {
						return
					}
					mu.Lock()
					got[l.Period]++
					mu.Unlock()
				}
			})
		}
		all.Wait()
		for _, l := range letters {
			if got[l.Period] != 1 {
				t.Errorf("%s was claimed %d times", l.Period, got[l.Period])
			}
		}
	})
}

func TestALetterBelongsToWhoHasClaimedItLast(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, k := t.Context(), open().Mail()
		kept, err := k.Keep(ctx, subscribing(), anna)
		must(t, err)
		must(t, k.Put(ctx, []mail.Letter{{Subscription: kept.ID, Period: "p", Due: at(0), Next: at(0)}}))
		first, ok, err := k.Claim(ctx, at(1), at(11))
		if must(t, err); !ok {
			t.Fatal("nothing waits")
		}
		if _, ok, err = k.Claim(ctx, at(5), at(15)); ok || err != nil {
			t.Errorf("claimed twice: %v", err)
		}
		second, ok, err := k.Claim(ctx, at(11), at(21)) // the first has taken too long
		if must(t, err); !ok {
			t.Fatal("it is lost")
		}
		_, err = k.Settle(ctx, first)
		wantKind(t, err, errs.Conflict)
		second.State = mail.Sending
		second, err = k.Settle(ctx, second)
		must(t, err)
		if _, ok, err = k.Claim(ctx, at(22), at(32)); ok || err != nil {
			t.Errorf("one that is being sent is claimed: %v", err)
		}
		letters, err := k.Letters(ctx, 10)
		must(t, err)
		if letters[0].State != mail.Unsure || letters[0].Fault == "" {
			t.Errorf("%+v", letters[0])
		}
		second.State = mail.Sent
		_, err = k.Settle(ctx, second)
		wantKind(t, err, errs.Conflict) // somebody may have decided meanwhile
		must(t, k.Again(ctx, second.ID, at(30), anna))
		if l, ok, err := k.Claim(ctx, at(31), at(40)); !ok || err != nil || l.Attempts != 0 {
			t.Errorf("%+v %v", l, err)
		}
		wantKind(t, k.Again(ctx, 4711, at(30), anna), errs.NotFound)
	})
}

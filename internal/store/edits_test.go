package store_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

var ben = plant.Person{ID: 2, Name: "ben", Role: plant.Operator}

func because(reason string, from, to int, by plant.Person) edit.Edit {
	return edit.Edit{Line: line, Kind: edit.Reason, Reason: reason, Category: oee.Changeover, From: at(from), To: at(to), Comment: "film tore", By: by}
}

func undo(id int64, by plant.Person) edit.Edit {
	return edit.Edit{Line: line, Kind: edit.Undo, Undoes: id, From: at(0), To: at(1), By: by}
}

// said gives the newest entry of the audit chain.
func said(t *testing.T, s *store.Store) access.Entry {
	t.Helper()
	all, err := s.Audit().List(t.Context(), "", store.Page{Limit: 1})
	must(t, err)
	if len(all) == 0 {
		t.Fatal("nothing was audited")
	}
	return all[0]
}

func TestEditsComeBackAsTheyWereSaid(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		k := s.Edits()
		all := []edit.Edit{
			because("jam", 0, 10, anna),
			{Line: line, Kind: edit.Split, From: at(0), To: at(10), Cut: at(5), By: ben},
			{Line: line, Kind: edit.Count, From: at(0), To: at(60), Good: plant.Pieces(5), Reject: 1, Cycle: 2 * time.Second, By: ben, Key: "k1"},
			{Line: line, Kind: edit.Scrap, From: at(0), To: at(60), Reject: plant.One / 2, Reason: "dented", By: ben, Key: "k2"},
		}
		for i, e := range all {
			kept, err := k.Add(ctx, e, 99)
			must(t, err)
			if kept.ID == 0 || kept.At.IsZero() || kept.Shapes != (i < 2) {
				t.Errorf("kept %+v", kept)
			}
			all[i].ID, all[i].At, all[i].Shapes = kept.ID, kept.At, kept.Shapes
			one, err := k.Edit(ctx, kept.ID)
			must(t, err)
			if d := cmp.Diff(all[i], one); d != "" {
				t.Error(d)
			}
		}
		_, err := k.Add(ctx, edit.Edit{Line: "filling-2", Kind: edit.Note, Comment: "swept", From: at(0), To: at(60), By: ben}, 0)
		must(t, err)
		for name, c := range map[string]struct {
			from, to int
			want     []edit.Edit
		}{"all": {0, 60, all}, "the end of the first": {9, 10, all}, "after the first": {10, 20, all[2:]}, "before": {-10, 0, nil}, "after": {60, 70, nil}} {
			got, err := k.Edits(ctx, line, at(c.from), at(c.to))
			must(t, err)
			if d := cmp.Diff(c.want, append([]edit.Edit(nil), got...)); d != "" {
				t.Errorf("%s: %s", name, d)
			}
		}
		if _, err := k.Edit(ctx, 4711); errs.KindOf(err) != errs.NotFound {
			t.Error(err)
		}
		sound(t, s)
	})
}

func TestTheSecondToEditAStopSeesTheFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		k := s.Edits()
		first, err := k.Add(ctx, because("jam", 0, 10, anna), 0)
		must(t, err)
		_, err = k.Add(ctx, because("sensor", 0, 12, ben), 0)
		var c *edit.Conflict
		if !errors.As(err, &c) || errs.KindOf(err) != errs.Conflict || c.Theirs.ID != first.ID || c.Theirs.By.Name != "anna" || c.Yours.Reason != "sensor" {
			t.Fatalf("%v", err)
		}
		_, err = k.Add(ctx, undo(first.ID, ben), 0)
		if !errors.As(err, &c) {
			t.Fatalf("who undoes has seen what: %v", err)
		}
		must2 := func(e edit.Edit, seen int64) edit.Edit {
			kept, err := k.Add(ctx, e, seen)
			must(t, err)
			return kept
		}
		second := must2(because("sensor", 0, 12, ben), first.ID)
		if e := said(t, s); e.Who.Name != "ben" || e.What != "edit.reason" || e.On != "line filling-1" || e.Why != "film tore" ||
			!strings.HasPrefix(e.Old, "reason jam as changeover of") || !strings.HasPrefix(e.New, "reason sensor as changeover of") {
			t.Errorf("audited as %+v", e)
		}
		must2(because("other", 12, 20, anna), 0)                                                                                  // of another stop
		must2(edit.Edit{Line: line, Kind: edit.Scrap, Reason: "dented", Reject: plant.One, From: at(0), To: at(60), By: anna}, 0) // adds up
		must2(edit.Edit{Line: "filling-2", Kind: edit.Reason, Reason: "jam", From: at(0), To: at(10), By: anna}, 0)               // of another line
		gone := must2(undo(second.ID, anna), second.ID)
		if e := said(t, s); e.What != "edit.undo" || !strings.HasPrefix(e.Old, "reason sensor") || !strings.HasPrefix(e.New, "undo of") {
			t.Errorf("audited as %+v", e)
		}
		if !gone.From.Equal(second.From) || !gone.To.Equal(second.To) || !gone.Shapes {
			t.Errorf("undone as %+v", gone)
		}
		for name, e := range map[string]edit.Edit{"twice": undo(second.ID, anna), "an undoing": undo(gone.ID, anna), "nothing": undo(4711, anna)} {
			if _, err := k.Add(ctx, e, 99); err == nil {
				t.Errorf("%s was undone", name)
			}
		}
		sound(t, s)
	})
}

func TestWhatIsSaidTwiceWithOneKeyIsSaidOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, k := t.Context(), open().Edits()
		one := because("jam", 0, 10, ben)
		one.Key = "tablet-1"
		first, err := k.Add(ctx, one, 0)
		must(t, err)
		again, err := k.Add(ctx, one, 0) // though there is something newer than what was seen
		must(t, err)
		if d := cmp.Diff(first, again); d != "" {
			t.Error(d)
		}
		other := one
		other.Reason = "sensor"
		_, err = k.Add(ctx, other, 99)
		wantKind(t, err, errs.Invalid)
		one.By = anna // another person's key
		_, err = k.Add(ctx, one, first.ID)
		must(t, err)
		back := undo(first.ID, ben)
		back.Key = "tablet-2"
		for range 2 {
			_, err = k.Add(ctx, back, 99)
			must(t, err)
		}
		all, err := k.Edits(ctx, line, at(0), at(10))
		must(t, err)
		if len(all) != 3 {
			t.Errorf("kept %d", len(all))
		}
	})
}

func TestOneOfManyWhoEditAStopAtOnceIsFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx := t.Context()
		doors := []edit.Edits{open().Edits(), open().Edits()}
		var all sync.WaitGroup
		failed := make([]error, 12)
		for i := range failed {
			all.Go(func() { _, failed[i] = doors[i%2].Add(ctx, because(fmt.Sprint("r", i), 0, 10, ben), 0) })
		}
		all.Wait()
		kept := 0
		for _, err := range failed {
			if err == nil {
				kept++
			} else if errs.KindOf(err) != errs.Conflict {
				t.Error(err)
			}
		}
		if kept != 1 {
			t.Errorf("%d were first", kept)
		}
	})
}

func signed(minutes ...int) edit.Signed {
	s := edit.Signed{Line: line, Shift: "Early", Date: "2026-03-02", Segments: strip(monday, minutes...), By: anna, Comment: "all well"}
	for i := range s.Segments {
		x := &s.Segments[i]
		x.Order, x.Stop, x.Reason, x.Comment, x.By, x.Edit, x.Derived, x.Manual = "J-1", x.From, "jam", "words", "ben", 7, oee.Breakdown, 3
	}
	s.From, s.To = monday, s.Segments[len(minutes)-1].To
	return s
}

// What was signed before something came to be known of segments is read without it, and has the hash that the audit tells.
func TestWhatWasSignedLongAgoIsRead(t *testing.T) {
	const content = `[{"f":1772431200000000,"t":1772431800000000,"c":9,"s":6,"u":"filling-1/filler","p":"COLA-05","h":"Early","d":"2026-03-02","g":100000000,"r":10000000,"i":60000000000}]` + "\n"
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write([]byte(content))
	must(t, err)
	must(t, z.Close())
	was := base64.StdEncoding.EncodeToString(b.Bytes())
	all, err := store.Unpacked(was)
	must(t, err)
	if len(all) != 1 || all[0].Good != plant.Pieces(100) || all[0].Ideal != time.Minute || all[0].Unseen != 0 {
		t.Fatalf("it is read as %+v", all)
	}
	if now, err := store.Packed(all); err != nil || now != was {
		t.Errorf("it would be signed otherwise now: %v", err)
	}
	all[0].Unseen = time.Second
	now, err := store.Packed(all)
	must(t, err)
	if again, err := store.Unpacked(now); err != nil || now == was || again[0].Unseen != time.Second {
		t.Errorf("unseen time is not signed: %+v, %v", again, err)
	}
}

func TestASignedShiftStaysAsItWasSigned(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		k := s.Edits()
		e, err := k.Add(ctx, because("jam", 0, 10, ben), 0)
		must(t, err)
		want := signed(10, 20, 30)
		_, err = k.Sign(ctx, want, e.ID-1)
		wantKind(t, err, errs.Conflict) // somebody said something that is not in it
		kept, err := k.Sign(ctx, want, e.ID)
		must(t, err)
		want.ID, want.At = kept.ID, kept.At
		if a := said(t, s); a.What != "shift.sign" || a.Who.Name != "anna" || a.Why != "all well" || !strings.Contains(a.New, "sha256 ") {
			t.Errorf("audited as %+v", a)
		}
		_, err = k.Sign(ctx, signed(10, 20), 99)
		wantKind(t, err, errs.Conflict)
		for name, x := range map[string]edit.Edit{"a reason": because("sensor", 5, 15, ben), "an undoing": undo(e.ID, ben), "a reason over its end": because("sensor", 50, 70, ben)} {
			if _, err := k.Add(ctx, x, 99); errs.KindOf(err) != errs.Conflict || !strings.Contains(err.Error(), "signed by anna") {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, err = k.Add(ctx, because("sensor", 60, 70, ben), 99) // the next shift
		must(t, err)
		for _, when := range [][2]int{{0, 60}, {59, 100}, {-5, 1}} {
			got, err := k.Signed(ctx, line, at(when[0]), at(when[1]))
			must(t, err)
			if d := cmp.Diff([]edit.Signed{want}, got); d != "" {
				t.Error(d)
			}
		}
		must(t, k.Reopen(ctx, kept, anna, "a count was wrong"))
		if a := said(t, s); a.What != "shift.reopen" || a.Why != "a count was wrong" || a.Old == "" {
			t.Errorf("audited as %+v", a)
		}
		wantKind(t, k.Reopen(ctx, kept, anna, "again"), errs.Conflict)
		got, err := k.Signed(ctx, line, at(0), at(60))
		if err != nil || len(got) != 0 {
			t.Errorf("%v, %v", got, err)
		}
		_, err = k.Add(ctx, undo(e.ID, ben), e.ID)
		must(t, err)
		_, err = k.Sign(ctx, signed(10, 20, 30), 99)
		must(t, err)
		sound(t, s)
	})
}

func TestOneOfManyWhoSignAtOnceSigns(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx := t.Context()
		doors := []edit.Edits{open().Edits(), open().Edits()}
		var all sync.WaitGroup
		failed := make([]error, 6)
		for i := range failed {
			all.Go(func() { _, failed[i] = doors[i%2].Sign(ctx, signed(10, 20), 0) })
		}
		all.Wait()
		if n := len(slices.DeleteFunc(failed, func(err error) bool { return err != nil })); n != 1 {
			t.Errorf("%d signed", n)
		}
	})
}

package app

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/revision"
	"millwright/internal/revision/consent"
	"millwright/internal/run"
)

// countingPlant has lines of one unit, each with nothing but a count that comes by HTTP.
func countingPlant(lines ...string) string {
	text := "enterprise: Works\nmachines: {counting: {tags: {good: {label: Good}}, signals: {good: {tag: good}}}}\n" +
		"sites:\n  - id: ulm\n    zone: Europe/Berlin\n    areas:\n      - id: hall\n        lines:\n"
	for _, l := range lines {
		text += fmt.Sprintf("          - {id: %s, rates: {\"*\": 1s}, units: [{id: press, machines: [counting]}]}\n", l)
	}
	return text
}

// runs starts a program, and stops it with the test or before.
func runs(t *testing.T, a *App) (end func()) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- run.Group{}.Run(ctx, a.Parts()...) }()
	end = sync.OnceFunc(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(end)
	eventually(t, "the history is read", func() bool {
		return a.ready(t.Context()) == nil || errs.KindOf(a.ready(t.Context())) != errs.Unavailable
	})
	return end
}

// counts sends readings from..to of a line's counter, one for each millisecond from at.
func counts(t *testing.T, a *App, line string, at time.Time, from, to int64) {
	t.Helper()
	id, ok := a.floor.Load().model.Tags.Find(line + "/press/good")
	if !ok {
		t.Fatalf("line %s has no counter", line)
	}
	var batch []tag.Sample
	for n := from; n <= to; n++ {
		batch = append(batch, tag.Sample{Tag: id, Time: at.Add(time.Duration(n) * time.Millisecond), Value: tag.IntValue(n)})
	}
	if refused, err := a.ingest(t.Context(), batch); err != nil || len(refused) > 0 {
		t.Fatalf("%v %v", refused, err)
	}
}

func started(t *testing.T, a *App, line string) string {
	t.Helper()
	desk := a.floor.Load().execution
	j, err := desk.Add(t.Context(), execution.Job{Line: plant.LineID(line), Product: "A", Planned: plant.Pieces(1000)}, plant.Program(), "")
	if err == nil {
		_, err = desk.Start(t.Context(), j.ID, j.Version, plant.Program(), "")
	}
	if err != nil {
		t.Fatal(err)
	}
	return j.ID
}

func made(a *App, job string) plant.Quantity {
	j, _ := a.floor.Load().execution.Job(job)
	return j.Good
}

// A plant that changes while it runs loses and doubles no piece, and what is new counts at once.
func TestThePlantChangesWhileItRuns(t *testing.T) {
	a, err := together(t, t.TempDir(), Plan{Name: "plant.yaml", Text: []byte(countingPlant("one"))})
	if err != nil {
		t.Fatal(err)
	}
	runs(t, a)
	eventually(t, "the jobs are loaded", func() bool {
		_, err := a.floor.Load().execution.Add(t.Context(), execution.Job{ID: "first", Line: "one", Product: "A", Planned: plant.Pieces(1)}, plant.Program(), "")
		return err == nil || errs.KindOf(err) == errs.Conflict
	})
	job := started(t, a, "one")
	at := time.Now()
	time.Sleep(10 * time.Millisecond) // the job owns the line from now on
	counts(t, a, "one", at.Add(10*time.Millisecond), 0, 100)
	eventually(t, "100 pieces", func() bool { return made(a, job) == plant.Pieces(100) })

	book := a.store.Revisions()
	for i := range 5 { // counts come all the while
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			for n := int64(100 + 50*i); n < int64(150+50*i); n++ {
				counts(t, a, "one", at.Add(10*time.Millisecond), n, n+1)
			}
		}()
		lines := []string{"zero", "one", "two", "three", "four", "five", "six"}[:2+i]
		if _, err := book.Publish(t.Context(), revision.Revision{Parent: int64(1 + i), Text: countingPlant(lines...), By: plant.Program(), Why: "grown"}); err != nil {
			t.Fatal(err)
		}
		if err := a.UseHead(t.Context()); err != nil {
			t.Fatal(err)
		}
		<-ended
		if got := a.floor.Load().revision; got != int64(2+i) {
			t.Fatalf("revision %d is in use", got)
		}
	}
	eventually(t, "350 pieces", func() bool { return made(a, job) == plant.Pieces(350) })

	other := started(t, a, "two")
	now := time.Now()
	counts(t, a, "two", now, 10, 10)
	counts(t, a, "two", now, 11, 15)
	eventually(t, "5 pieces on the new line", func() bool { return made(a, other) == plant.Pieces(5) })

	// Another program on the same data publishes: this one follows.
	head, err := book.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := book.Publish(t.Context(), revision.Revision{Parent: head.Number, Text: countingPlant("one"), By: plant.Program(), Why: "shrunk"}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the newest revision is in use", func() bool { return a.floor.Load().revision == head.Number+1 })
	if _, there := a.floor.Load().oee.Snapshot("two"); there {
		t.Error("a line that is gone is still kept")
	}
	eventually(t, "the same 350 pieces", func() bool { return made(a, job) == plant.Pieces(350) })
}

func TestAPlantThatCannotBeUnderstoodLeavesTheOneBefore(t *testing.T) {
	a, err := together(t, t.TempDir(), Plan{Name: "plant.yaml", Text: []byte(countingPlant("one"))})
	if err != nil {
		t.Fatal(err)
	}
	runs(t, a)
	if _, err := a.store.Revisions().Publish(t.Context(), revision.Revision{Parent: 1, Text: "sites: [{id: 1 2}]", By: plant.Program()}); err != nil {
		t.Fatal(err)
	}
	if err := a.UseHead(t.Context()); errs.KindOf(err) != errs.Invalid {
		t.Errorf("%v", err)
	}
	if a.floor.Load().revision != 1 {
		t.Error("the plant is gone")
	}
}

func TestThePlantFileGivesWayToWhatPeopleChanged(t *testing.T) {
	data := t.TempDir()
	start := func(lines ...string) int {
		t.Helper()
		p := Plan{Name: "plant.yaml"}
		if len(lines) > 0 {
			p.Text = []byte(countingPlant(lines...))
		}
		a, err := together(t, data, p)
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := a.Close(); err != nil {
				t.Error(err)
			}
		}()
		return len(a.floor.Load().model.Plant.Lines())
	}
	for i, c := range []struct {
		file []string
		want int
	}{{nil, 0}, {[]string{"one"}, 1}, {nil, 1}, {[]string{"one", "two"}, 2}} {
		if got := start(c.file...); got != c.want {
			t.Errorf("start %d with the file of %v: %d lines, want %d", i, c.file, got, c.want)
		}
	}
	a, err := together(t, data, Plan{Name: "plant.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.store.Revisions().Publish(t.Context(), revision.Revision{Parent: a.floor.Load().revision, Text: countingPlant("a", "b", "c"), By: plant.Person{ID: 1, Name: "anna", Role: plant.Admin}, Origin: "browser"})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	for _, file := range [][]string{{"one", "two"}, {"one"}, nil} {
		if got := start(file...); got != 3 {
			t.Errorf("after the file of %v the plant that people made has %d lines", file, got)
		}
	}
}

// A changed plant file is no way around those who must approve what it changes, nor does every start ask them anew.
func TestAChangedPlantFileWaitsForApproval(t *testing.T) {
	data := t.TempDir()
	start := func(then func(*App), lines ...string) int {
		t.Helper()
		a, err := together(t, data, Plan{Name: "plant.yaml", Text: []byte(countingPlant(lines...))})
		if err != nil {
			t.Fatal(err)
		}
		then(a)
		if err := a.Close(); err != nil {
			t.Error(err)
		}
		return len(a.floor.Load().model.Plant.Lines())
	}
	start(func(a *App) {
		if _, err := a.store.Vault().AddUser(t.Context(), access.User{Name: "ines", Role: plant.Manager, Owner: plant.IT}, plant.Program(), ""); err != nil {
			t.Fatal(err)
		}
		rules := consent.Rules{Need: map[consent.Kind]plant.Side{consent.Counters: plant.IT}}
		if _, err := a.store.Requests().Govern(t.Context(), rules, plant.Program(), "agree"); err != nil {
			t.Fatal(err)
		}
	}, "one")
	requests := func(a *App) []consent.Request {
		all, err := a.store.Requests().Requests(t.Context(), false, 10)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	for range 2 {
		n := start(func(a *App) {
			if all := requests(a); len(all) != 1 || all[0].Status != consent.Open {
				t.Errorf("%+v", all)
			}
		}, "one", "two")
		if n != 1 {
			t.Errorf("%d lines are in use", n)
		}
	}
	start(func(a *App) {
		if err := a.store.Requests().Withdraw(t.Context(), 1, plant.Program(), "not so"); err != nil {
			t.Fatal(err)
		}
	}, "one")
	start(func(a *App) {
		if all := requests(a); len(all) != 1 {
			t.Errorf("asked anew: %+v", all)
		}
	}, "one", "two")
}

// A plant that was put into use before its numbers were asked about goes on.
func TestAPlantFromBeforeTheBoundsGoesOn(t *testing.T) {
	data := t.TempDir()
	old := strings.Replace(countingPlant("one"), "good: {label: Good}", "good: {label: Good, low: .nan}, heat: {scale: .inf}", 1)
	if _, err := together(t, t.TempDir(), Plan{Name: "plant.yaml", Text: []byte(old)}); errs.KindOf(err) != errs.Invalid {
		t.Fatalf("it is handed in today: %v", err)
	}
	first, err := together(t, data, Plan{Name: "plant.yaml", Text: []byte(countingPlant("one"))})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = first.store.Revisions().Publish(t.Context(), revision.Revision{Parent: 1, Text: old, By: plant.Program(), Why: "long ago"}); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	a, err := together(t, data, Plan{Name: "plant.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	if f := a.floor.Load(); f.revision != 2 || f.model.Tags.Len() != 2 {
		t.Errorf("%d: %d tags", f.revision, f.model.Tags.Len())
	}
}

package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/ot/bus"
	"millwright/internal/ot/driver"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/web"
)

// bench is a machine that keeps what is written into it.
type bench struct {
	latest *bus.Latest
	clock  *clock
	fails  error
	got    []string
}

func (b *bench) write(_ context.Context, _ int64, t tag.Tag, v tag.Value) error {
	if b.fails != nil {
		return b.fails
	}
	b.got = append(b.got, fmt.Sprintf("%s %s %s", t.Address, v.Kind(), v))
	b.latest.Put(b.clock.now(), []tag.Sample{{Tag: t.ID, Time: b.clock.now(), Value: v}})
	return nil
}

// benched is a world whose filler takes a setpoint and commands.
func benched(t *testing.T) (*world, *bench) {
	t.Helper()
	b := &bench{}
	w := newWorld(t, func(d *web.Deps) {
		low, high, from, to := 60.0, 98.0, 2.0, 3.0
		known := append([]tag.Tag(nil), d.Tags.All()...)
		var err error
		if d.Tags, err = d.Tags.Succeed(append(known,
			tag.Tag{Name: "filling-1/filler/setpoint", Label: "Setpoint", Unit: "°C", Connection: "plc", Address: "s=sp", Writable: true, Low: &low, High: &high},
			tag.Tag{Name: "filling-1/filler/command", Label: "Command", Kind: tag.Int, Connection: "plc", Address: "s=cmd", Writable: true, Low: &from, High: &to},
		)); err != nil {
			t.Fatal(err)
		}
		command, _ := d.Tags.Find("filling-1/filler/command")
		d.Signals = append([]machine.Signals(nil), d.Signals...)
		d.Signals[0].Command = command
		b.latest = d.Latest.(*bus.Latest)
		b.latest.Grow(d.Tags.Len())
		d.Dispatch.Write = b.write
	})
	b.clock = w.clock
	return w, b
}

func TestAMachineIsStoppedFromItsLine(t *testing.T) {
	w, machine := benched(t)
	w.user("Otto", plant.Operator)
	w.user("Vera", plant.Viewer)
	const page = "/line/filling-1/write?tag=filling-1%2Ffiller%2Fcommand"
	otto, vera := w.signedIn("Otto"), w.signedIn("Vera")
	if body := otto.get("/line/filling-1").body; strings.Count(body, strings.ReplaceAll(page, "&", "&amp;")) != 2 || !strings.Contains(body, "Stop or start") {
		t.Error("the page of the line does not lead an operator to the commands of its machine")
	}
	if body := vera.get("/line/filling-1").body; strings.Contains(body, "Stop or start") || vera.get(page).status != http.StatusForbidden {
		t.Error("a viewer is led to the commands of a machine")
	}
	body := otto.get(page)
	body.mustSay(t, "Filler: Command", ">Start<", ">Stop<", "Start or Stop", "Nobody has written it yet")
	if strings.Contains(body.body, ">Hold<") {
		t.Error("a command is offered that the machine does not take")
	}
	form := body.form(t, "/line/filling-1/write")
	send := func(b *browser, f url.Values, set ...string) answer {
		return b.post("/line/filling-1/write", with(f, set...))
	}
	if a := send(otto, form, "value", "3"); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Say why.") || !strings.Contains(a.body, `value="3" selected`) {
		t.Errorf("without a reason: %d %s", a.status, a.short())
	}
	for _, wrong := range []string{"", "1", "4", "2.5", "stop"} {
		if a := send(otto, form, "value", wrong, "why", "guard"); a.status != http.StatusUnprocessableEntity {
			t.Errorf("command %q: %d", wrong, a.status)
		}
	}
	if a := send(vera, form, "value", "3", "why", "guard"); a.status != http.StatusForbidden {
		t.Errorf("by a viewer: %d", a.status)
	}
	if len(machine.got) > 0 {
		t.Fatalf("the machine got %v", machine.got)
	}
	if a := send(otto, form, "value", "3", "why", "guard is loose"); a.status != http.StatusSeeOther || a.header.Get("Location") != page+"&done=sent" {
		t.Fatalf("stopping it: %d to %s", a.status, a.header.Get("Location"))
	}
	otto.get(page+"&done=sent").mustSay(t, "The machine has taken it", "from – to Stop", "guard is loose", "Otto")
	if a := send(otto, form, "value", "2", "why", "again"); a.status != http.StatusConflict || !strings.Contains(a.body, "now it reads Stop") {
		t.Errorf("by who has not seen that it was stopped: %d %s", a.status, a.short())
	}
	if strings.Join(machine.got, ", ") != "s=cmd int 3" {
		t.Errorf("the machine got %v", machine.got)
	}
	if a := send(otto, otto.get(page).form(t, "/line/filling-1/write"), "value", "2", "why", "guard is on"); a.status != http.StatusSeeOther {
		t.Fatalf("starting it: %d %s", a.status, a.short())
	}
	otto.get(page).mustSay(t, "from Stop to Start")
	w.written(t, access.Entry{What: "tag.write", Who: plant.Person{Name: "Otto"}, Old: "–", New: "Stop", Why: "guard is loose"})
}

func TestASetpointThatAMachineDoesNotTakeIsTold(t *testing.T) {
	w, machine := benched(t)
	w.user("Otto", plant.Operator)
	otto := w.signedIn("Otto")
	form := otto.get("/line/filling-1/write?tag=filling-1/filler/setpoint").form(t, "/line/filling-1/write")
	send := func(value string) answer {
		return otto.post("/line/filling-1/write", with(form, "value", value, "why", "trial"))
	}
	if a := send("98.5"); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "from 60 to 98") || !strings.Contains(a.body, "98.5") {
		t.Errorf("too hot: %d %s", a.status, a.short())
	}
	machine.fails = errs.New(errs.Unavailable, "there is no connection just now; nothing was written")
	if a := send("91"); a.status != http.StatusServiceUnavailable || !strings.Contains(a.body, "nothing was written") {
		t.Errorf("without a connection: %d %s", a.status, a.short())
	}
	machine.fails = fmt.Errorf("%w: timed out", driver.ErrOutcomeUnknown)
	if a := send("91"); a.status != http.StatusServiceUnavailable || !strings.Contains(a.body, "may have taken the value or not") {
		t.Errorf("without an answer: %d %s", a.status, a.short())
	}
	machine.fails = nil
	if a := send("91,5"); a.status != http.StatusSeeOther || strings.Join(machine.got, "") != "s=sp float 91.5" {
		t.Errorf("a setpoint: %d, %v", a.status, machine.got)
	}
	all, err := w.audit.Find(t.Context(), access.Search{Limit: 20})
	if err != nil {
		t.Fatal(err)
	}
	failed := 0
	for _, e := range all {
		if e.What == "tag.write.failed" {
			failed++
		}
	}
	if failed != 2 {
		t.Errorf("the audit tells of %d that failed", failed)
	}
	for no, status := range map[string]int{
		"filling-1/filler/speed": http.StatusNotFound,
		"packing-1/filler/speed": http.StatusNotFound,
		"nothing":                http.StatusNotFound,
		"":                       http.StatusUnprocessableEntity,
	} {
		if a := otto.get("/line/filling-1/write?tag=" + no); a.status != status {
			t.Errorf("tag %q: %d rather than %d", no, a.status, status)
		}
	}
}

// written looks for an entry of the audit.
func (w *world) written(t *testing.T, want access.Entry) {
	t.Helper()
	all, err := w.audit.Find(t.Context(), access.Search{Limit: 20})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if e.What == want.What && e.Who.Name == want.Who.Name && e.Old == want.Old && e.New == want.New && e.Why == want.Why {
			return
		}
	}
	t.Errorf("the audit does not say %+v, but %+v", want, all)
}

// Programs write as people do: with a reason, after a look, in the words of the tag.
func TestAMachineIsStoppedByAProgram(t *testing.T) {
	w, machine := benched(t)
	w.user("Otto", plant.Operator)
	w.user("Vera", plant.Viewer)
	otto, vera := w.signedIn("Otto"), w.signedIn("Vera")
	const at = "/api/v1/lines/filling-1/write"
	if a := otto.get("/api/v1/lines/filling-1/writable"); a.status != http.StatusOK || !strings.Contains(a.body, `"mayBe":"Start or Stop","words":["Start","Stop"]`) || !strings.Contains(a.body, `"mayBe":"from 60 to 98"`) {
		t.Fatalf("%d %s", a.status, a.body)
	}
	const command = `{"tag":"filling-1/filler/command","value":"%s","seen":"%s","why":"%s"}`
	for name, c := range map[string]struct {
		by     *browser
		path   string
		body   string
		status int
	}{
		"a viewer":      {vera, at, fmt.Sprintf(command, "Stop", "–", "guard"), http.StatusForbidden},
		"no reason":     {otto, at, fmt.Sprintf(command, "Stop", "–", " "), http.StatusUnprocessableEntity},
		"no command":    {otto, at, fmt.Sprintf(command, "Hold", "–", "guard"), http.StatusUnprocessableEntity},
		"unseen":        {otto, at, fmt.Sprintf(command, "Stop", "Start", "guard"), http.StatusConflict},
		"no such tag":   {otto, at, `{"tag":"filling-1/filler/speed","value":"1","seen":"–","why":"x"}`, http.StatusNotFound},
		"no such line":  {otto, "/api/v1/lines/nowhere/write", fmt.Sprintf(command, "Stop", "–", "guard"), http.StatusNotFound},
		"out of bounds": {otto, at, `{"tag":"filling-1/filler/setpoint","value":"99","seen":"–","why":"x"}`, http.StatusUnprocessableEntity},
	} {
		if a := c.by.send(c.path, c.body); a.status != c.status {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	if len(machine.got) > 0 {
		t.Fatalf("the machine got %v", machine.got)
	}
	if a := otto.send(at, fmt.Sprintf(command, "stop", "–", "guard is loose")); a.status != http.StatusOK || !strings.Contains(a.body, `"reads":"Stop"`) {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if strings.Join(machine.got, ", ") != "s=cmd int 3" {
		t.Errorf("the machine got %v", machine.got)
	}
	w.written(t, access.Entry{What: "tag.write", Who: plant.Person{Name: "Otto"}, Old: "–", New: "Stop", Why: "guard is loose"})
	machine.fails = errs.New(errs.Unavailable, "there is no connection just now; nothing was written")
	if a := otto.send(at, fmt.Sprintf(command, "Start", "Stop", "guard is on")); a.status != http.StatusServiceUnavailable {
		t.Errorf("without a connection: %d %s", a.status, a.body)
	}
}

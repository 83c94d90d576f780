package station

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gopcua/opcua"
	"github.com/gopcua/opcua/ua"

	"millwright/internal/errs"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/simulate"
)

// running is a station in a goroutine.
type running struct {
	t    *testing.T
	url  string
	stop func() error
}

func start(t *testing.T, o Options) running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready, ended := make(chan string, 1), make(chan error, 1)
	o.Ready = func(url string) { ready <- url }
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	go func() { ended <- Run(ctx, o) }()
	stop := sync.OnceValue(func() error {
		cancel()
		select {
		case err := <-ended:
			return err
		case <-time.After(30 * time.Second):
			return fmt.Errorf("the station did not stop within 30 s")
		}
	})
	t.Cleanup(func() { _ = stop() })
	select {
	case url := <-ready:
		return running{t, url, stop}
	case err := <-ended:
		t.Fatalf("the station ended with %v", err)
	case <-time.After(5 * time.Minute): // it lives through a day first, with the race detector at its back
		t.Fatal("the station was not ready within five minutes")
	}
	return running{}
}

func (r running) connect() *opcua.Client {
	r.t.Helper()
	c, err := opcua.NewClient(r.url, opcua.AutoReconnect(false), opcua.SecurityMode(ua.MessageSecurityModeNone))
	if err != nil {
		r.t.Fatal(err)
	}
	if err := c.Connect(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = c.Close(ctx)
	})
	return c
}

func node(t *testing.T, c *opcua.Client, name string) *ua.NodeID {
	t.Helper()
	ns, err := c.FindNamespace(t.Context(), Namespace)
	if err != nil {
		t.Fatal(err)
	}
	return ua.NewStringNodeID(ns, name)
}

func read(t *testing.T, c *opcua.Client, name string) *ua.DataValue {
	t.Helper()
	resp, err := c.Read(t.Context(), &ua.ReadRequest{
		TimestampsToReturn: ua.TimestampsToReturnBoth,
		NodesToRead:        []*ua.ReadValueID{{NodeID: node(t, c, name), AttributeID: ua.AttributeIDValue, DataEncoding: &ua.QualifiedName{}}},
	})
	if err != nil || resp.Results[0].Status != ua.StatusOK {
		t.Fatalf("%s: %v, %v", name, resp, err)
	}
	return resp.Results[0]
}

func set(t *testing.T, c *opcua.Client, name string, v any) ua.StatusCode {
	t.Helper()
	resp, err := c.Write(t.Context(), &ua.WriteRequest{NodesToWrite: []*ua.WriteValue{{
		NodeID: node(t, c, name), AttributeID: ua.AttributeIDValue, Value: &ua.DataValue{EncodingMask: ua.DataValueValue, Value: ua.MustVariant(v)},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return resp.Results[0]
}

func TestEverySignalIsServedWithItsType(t *testing.T) {
	s := start(t, Options{Seed: 3, Speed: 1})
	c := s.connect()
	p, err := simulate.New(simulate.Demo(), 3, time.Now(), 1)
	if err != nil {
		t.Fatal(err)
	}
	want := map[simulate.Type]string{simulate.Int32: "int32", simulate.UInt16: "uint16", simulate.UInt32: "uint32", simulate.Double: "float64", simulate.String: "string"}
	for _, sig := range p.Signals() {
		v := read(t, c, sig.Node)
		if got := fmt.Sprintf("%T", v.Value.Value()); got != want[sig.Type] {
			t.Errorf("%s is a %s, not a %s", sig.Node, got, want[sig.Type])
		}
		if age := time.Since(v.SourceTimestamp); age < -time.Second || age > 2*time.Minute {
			t.Errorf("%s is stamped %v", sig.Node, v.SourceTimestamp)
		}
	}
}

func TestAPlantRemembersOverARestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "plant.json")
	o := Options{Seed: 3, Speed: 20, Snapshot: file}
	s := start(t, o)
	c := s.connect()
	if status := set(t, c, "packing-1.sealer.TemperatureSetpoint", 180.0); status != ua.StatusOK {
		t.Fatal(status)
	}
	for v, want := range map[any]ua.StatusCode{221.0: ua.StatusBadOutOfRange, float32(180): ua.StatusBadTypeMismatch, "180": ua.StatusBadTypeMismatch} {
		if status := set(t, c, "packing-1.sealer.TemperatureSetpoint", v); status != want {
			t.Errorf("writing %v gave %v", v, status)
		}
	}
	if status := set(t, c, "packing-1.sealer.Temperature", 180.0); status != ua.StatusBadNotWritable {
		t.Errorf("writing a sensor gave %v", status)
	}
	written, err := os.ReadFile(file)
	if err != nil || !bytes.Contains(written, []byte(`"Setpoint":180`)) {
		t.Errorf("the setpoint is not in the snapshot: %v", err)
	}
	before := read(t, c, "filling-1.filler.Total")
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, written, 0o600); err != nil { // as after a kill -9: only the older snapshot is there
		t.Fatal(err)
	}

	s = start(t, o)
	c = s.connect()
	if got := read(t, c, "packing-1.sealer.TemperatureSetpoint").Value.Float(); got != 180 {
		t.Errorf("the setpoint is %v after the restart", got)
	}
	after := read(t, c, "filling-1.filler.Total")
	if after.Value.Uint() < before.Value.Uint() {
		t.Errorf("the counter went back from %d to %d", before.Value.Uint(), after.Value.Uint())
	}
	left, err := filepath.Glob(file + ".*")
	if err != nil || len(left) != 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
}

func TestChangesAreNotifiedAsTheyHappen(t *testing.T) {
	s := start(t, Options{Seed: 3, Speed: 100})
	c := s.connect()
	notes := make(chan *opcua.PublishNotificationData, 100)
	sub, err := c.Subscribe(t.Context(), &opcua.SubscriptionParameters{Interval: 50 * time.Millisecond}, notes)
	if err != nil {
		t.Fatal(err)
	}
	// Two halls, which never take their break at the same time.
	var items []*ua.MonitoredItemCreateRequest
	for i, name := range []string{"filling-1.filler.Good", "filling-2.filler.Good"} {
		items = append(items, opcua.NewMonitoredItemCreateRequestWithDefaults(node(t, c, name), ua.AttributeIDValue, uint32(i)))
	}
	if _, err := sub.Monitor(t.Context(), ua.TimestampsToReturnBoth, items...); err != nil {
		t.Fatal(err)
	}
	last, seen, worst := map[uint32]uint64{}, 0, time.Duration(0)
	deadline := time.After(2 * time.Minute)
	for seen < 100 {
		select {
		case n := <-notes:
			d, ok := n.Value.(*ua.DataChangeNotification)
			if !ok {
				t.Fatalf("%v, %v", n.Value, n.Error)
			}
			for _, i := range d.MonitoredItems {
				v := i.Value.Value.Uint()
				if before, ok := last[i.ClientHandle]; ok {
					if v < before {
						t.Fatalf("counter %d went from %d to %d", i.ClientHandle, before, v)
					}
					worst = max(worst, time.Since(i.Value.SourceTimestamp))
					seen++
				}
				last[i.ClientHandle] = v
			}
		case <-deadline:
			t.Fatalf("%d changes within two minutes", seen)
		}
	}
	t.Logf("the oldest of %d changes was %v old on arrival", seen, worst.Round(time.Millisecond))
}

// receiver takes a back-fill.
type receiver struct {
	mu    sync.Mutex
	fail  int // batches to refuse from the third on
	first []string
	rows  int
	last  time.Time
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	z, err := gzip.NewReader(req.Body)
	if err != nil {
		http.Error(w, err.Error(), 400)
		return
	}
	text, err := io.ReadAll(z)
	if err != nil {
		http.Error(w, err.Error(), 400)
		return
	}
	var body struct{ Samples []struct{ Time time.Time } }
	if err := json.Unmarshal(text, &body); err != nil {
		http.Error(w, err.Error(), 400)
		return
	}
	if r.rows == 0 {
		r.first = append(r.first, string(text))
	}
	if r.rows >= 10_000 && r.fail > 0 {
		r.fail--
		http.Error(w, "disk full", http.StatusConflict) // no reason to try again
		return
	}
	r.rows += len(body.Samples)
	r.last = body.Samples[len(body.Samples)-1].Time
	fmt.Fprintf(w, `{"accepted":%d,"refused":[{"index":0,"error":"unknown tag"}]}`, len(body.Samples)-1)
}

func TestTheFirstStartTellsThePastDayAndOnlyTheFirst(t *testing.T) {
	r := &receiver{fail: 1}
	web := httptest.NewServer(r)
	defer web.Close()
	file := filepath.Join(t.TempDir(), "plant.json")
	o := Options{Listen: "127.0.0.1:0", Seed: 3, Speed: 0.1, Snapshot: file, BackfillURL: web.URL, Token: "x"} // little happens in a day

	if !Untold(file) {
		t.Error("a plant that does not exist has nothing to tell")
	}
	began := time.Now() // the past is that of the first start, however long the telling takes
	if err := Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Fatalf("a refused back-fill ended with %v", err)
	}
	if !Untold(file) {
		t.Error("the refused past counts as told")
	}
	r.rows = 0
	s := start(t, o)
	if Untold(file) {
		t.Error("the past that was told counts as untold")
	}
	if len(r.first) != 2 || r.first[0] != r.first[1] {
		t.Error("the second start told another past than the first")
	}
	if r.rows < 50_000 || r.last.Before(began.Add(-2*time.Minute)) {
		t.Errorf("%d samples, the last of %v", r.rows, r.last)
	}
	c := s.connect()
	if v := read(t, c, "filling-1.packer.Total"); v.Value.Uint() < 3_000 {
		t.Errorf("after a day the packer has seen %d pieces", v.Value.Uint())
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	told := r.rows
	s = start(t, o)
	if r.rows != told {
		t.Errorf("a plant with a memory told %d samples again", r.rows-told)
	}
	c = s.connect()
	if v := machine.State(read(t, c, "filling-1.filler.State").Value.Int()); v < machine.Clearing || v > machine.Complete {
		t.Errorf("the filler is in state %d", v)
	}
}

func TestMistakesAreSentences(t *testing.T) {
	dir := t.TempDir()
	path := func(name, content string) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	own := filepath.Join(dir, "own.json")
	s := start(t, Options{Seed: 3, Speed: 1, Snapshot: own})
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	other, err := os.ReadFile(own)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	cases := map[string]struct {
		o     Options
		words string
	}{
		"port taken":       {Options{Listen: l.Addr().String(), Speed: 1}, "another program uses this port"},
		"not loopback":     {Options{Listen: "0.0.0.0:0", Speed: 1}, "only this machine"},
		"speed":            {Options{Listen: "127.0.0.1:0", Speed: 1000}, "0.1 to 100"},
		"other seed":       {Options{Listen: "127.0.0.1:0", Speed: 1, Seed: 4, Snapshot: own}, "made with seed 3, not 4"},
		"damaged":          {Options{Listen: "127.0.0.1:0", Speed: 1, Snapshot: path("damaged.json", string(other[:len(other)/2]))}, "is damaged"},
		"other plan":       {Options{Listen: "127.0.0.1:0", Speed: 1, Seed: 3, Snapshot: path("plan.json", strings.Replace(string(other), `"Plan":"`, `"Plan":"x`, 1))}, "move the file away"},
		"a folder":         {Options{Listen: "127.0.0.1:0", Speed: 1, Snapshot: dir}, "snapshot of the simulated plant"},
		"no such folder":   {Options{Listen: "127.0.0.1:0", Speed: 1, Snapshot: filepath.Join(dir, "none", "x.json")}, "no such file or directory"},
		"back-fill to dog": {Options{Listen: "127.0.0.1:0", Speed: 1, BackfillURL: "dog"}, "address of a running Millwright"},
	}
	for name, x := range cases {
		err := Run(t.Context(), x.o)
		if err == nil || !strings.Contains(err.Error(), x.words) {
			t.Errorf("%s: %v", name, err)
		}
		if name == "port taken" && errs.KindOf(err) != errs.Unavailable {
			t.Errorf("%s is of kind %d", name, errs.KindOf(err))
		}
	}
	if now, err := os.ReadFile(own); err != nil || !bytes.Equal(now, other) {
		t.Error("a refused snapshot was changed")
	}
	if half, err := os.ReadFile(filepath.Join(dir, "damaged.json")); err != nil || len(half) != len(other)/2 {
		t.Error("a damaged snapshot was changed")
	}
}

func TestAFastPlantBeginsLater(t *testing.T) {
	for speed, want := range map[float64]time.Duration{0.5: 24 * time.Hour, 1: 24 * time.Hour, 10: 24 * time.Hour, 20: 12 * time.Hour, 100: 144 * time.Minute} {
		if got := Past(speed); got != want {
			t.Errorf("at speed %v the past is %v, not %v", speed, got, want)
		}
	}
}

func TestAPlantThatCannotBeRunIsRefusedBeforehand(t *testing.T) {
	dir := t.TempDir()
	damaged, kept := filepath.Join(dir, "damaged.json"), filepath.Join(dir, "kept.json")
	if err := os.WriteFile(damaged, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := open(Options{Seed: 1, Speed: 1, Snapshot: kept}, time.Now()); err != nil {
		t.Fatal(err)
	}
	for want, o := range map[string]Options{
		"use 0.1 to 100": {Seed: 1, Speed: -1, Snapshot: filepath.Join(dir, "new.json")},
		"0.1 to 100":     {Seed: 1, Speed: 1000, Snapshot: kept},
		"seed 1, not 7":  {Seed: 7, Speed: 1, Snapshot: kept},
		"damaged":        {Seed: 1, Speed: 1, Snapshot: damaged},
	} {
		if err := Check(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	for _, path := range []string{"", kept, filepath.Join(dir, "new.json")} {
		if err := Check(Options{Seed: 1, Speed: 2, Snapshot: path}); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "new.json")); err == nil {
		t.Error("looking made a snapshot")
	}
}

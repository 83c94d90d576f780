package opcua_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"millwright/internal/errs"
	"millwright/internal/ot/driver"
	"millwright/internal/ot/driver/drivertest"
	"millwright/internal/ot/driver/opcua"
	"millwright/internal/ot/tag"

	"github.com/google/go-cmp/cmp"
)

// everyType is one value of each type that a tag can hold, how the device writes it, and another one
// to write back. A zero second value is not written.
var everyType = []struct {
	kind, text string
	reads      tag.Value
	writes     tag.Value
}{
	{"Boolean", "true", tag.BoolValue(true), tag.BoolValue(false)},
	{"SByte", "-128", tag.IntValue(-128), tag.IntValue(127)},
	{"Byte", "255", tag.UintValue(255), tag.UintValue(7)},
	{"Int16", "-32768", tag.IntValue(-32768), tag.IntValue(32767)},
	{"UInt16", "65535", tag.UintValue(65535), tag.IntValue(1)},
	{"Int32", "-2147483648", tag.IntValue(-2147483648), tag.FloatValue(2147483647)},
	{"UInt32", "4294967295", tag.UintValue(4294967295), tag.UintValue(4294967294)},
	{"Int64", "-9223372036854775808", tag.IntValue(-9223372036854775808), tag.IntValue(9223372036854775807)},
	{"UInt64", "18446744073709551615", tag.UintValue(18446744073709551615), tag.UintValue(9007199254740993)},
	{"Float", "0.5", tag.FloatValue(0.5), tag.FloatValue(-0.25)},
	{"Double", "0.1", tag.FloatValue(0.1), tag.IntValue(3)},
	{"String", "1e3", tag.TextValue("1e3"), tag.TextValue("überall")},
	{"DateTime", "2026-03-29T01:30:00.123Z", tag.TextValue("2026-03-29T01:30:00.123Z"), tag.TextValue("2026-03-29T02:30:00Z")},
	{"Guid", "72962B91-FA75-4AE6-8D28-B404DC7DAF63", tag.TextValue("72962b91-fa75-4ae6-8d28-b404dc7daf63"), tag.TextValue("00000000-0000-0000-0000-000000000001")},
	{"ByteString", "aGVsbG8=", tag.TextValue("aGVsbG8="), tag.TextValue("AQID")},
	{"XmlElement", "<a/>", tag.TextValue("<a/>"), tag.Value{}},
	{"NodeId", "ns=1;s=x", tag.TextValue("ns=1;s=x"), tag.Value{}},
	{"StatusCode", "BadOutOfRange", tag.TextValue("BadOutOfRange"), tag.Value{}},
	{"QualifiedName", "q", tag.TextValue("1:q"), tag.Value{}},
	{"LocalizedText", "Störung", tag.TextValue("Störung"), tag.TextValue("Betrieb")},
}

// TestNodes tries addresses and types on one server.
func TestNodes(t *testing.T) {
	t.Parallel()
	n := startNode(t, options{})
	d := quick(t, opcua.Config{Endpoint: n.endpoint(), Watchdog: soon}) // a busy test machine is no fault
	for _, e := range everyType {
		n.do(t, drivertest.Command{Op: "add", Name: "t." + e.kind, Type: e.kind, Value: e.text})
	}
	n.do(t, drivertest.Command{Op: "add", Name: "zones", Type: "Double[]", Value: "1.5,2.5,3.5"})
	n.do(t, drivertest.Command{Op: "add", Name: "zones[9]", Value: "9"})
	n.do(t, drivertest.Command{Op: "add", Name: "fixed", Value: "5", Readonly: true})
	t.Run("every type arrives and goes back", func(t *testing.T) { everyTypeBothWays(t, d) })
	t.Run("a value that does not fit is refused in words", func(t *testing.T) { refusals(t, d) })
	t.Run("elements of arrays", func(t *testing.T) { elements(t, d) })
	t.Run("hostile and strange values", func(t *testing.T) { strange(t, n, d) })
	t.Run("browse", func(t *testing.T) { browse(t, n, d) })
	t.Run("a node is removed and comes back", func(t *testing.T) { removedAndBack(t, n, d) })
	t.Run("many nodes that never come hide none that does", func(t *testing.T) { oneOfMany(t, n) })
	t.Run("a node that was refused is tried again", func(t *testing.T) { refusedAtFirst(t, n, d) })
	t.Run("a gateway's silence is no refusal", func(t *testing.T) { gateway(t, n, d) })
	t.Run("a node changes its type", func(t *testing.T) { changesType(t, n, d) })
	t.Run("deadband", func(t *testing.T) { deadband(t, n, d) })
	t.Run("no answer is no refusal", func(t *testing.T) { noAnswer(t, n, d) })
}

func everyTypeBothWays(t *testing.T, d *opcua.Driver) {
	points := make([]driver.Point, len(everyType))
	for i, e := range everyType {
		points[i] = point(tag.ID(i+1), at("t."+e.kind))
	}
	l := drivertest.Begin(t, d, points)
	for i, e := range everyType {
		l.Wait(t, soon, tag.ID(i+1), e.kind+" "+e.text, is(e.reads))
		if e.writes.Kind() == tag.None {
			continue
		}
		if err := d.Write(t.Context(), at("t."+e.kind), e.writes); err != nil {
			t.Error(err)
			continue
		}
		wrote, number := e.writes.Float()
		l.Wait(t, soon, tag.ID(i+1), e.writes.String(), func(s tag.Sample) bool {
			back, _ := s.Value.Float()
			return s.Good() && s.Value.Kind() == e.reads.Kind() && (s.Value == e.writes || number && back == wrote)
		})
	}
	l.End(t)
	samples, err := d.Read(t.Context(), []string{"i=2258", at("t.Int64"), at("nothing"), "nsu=urn:nobody;s=x", "rubbish"})
	if err != nil {
		t.Fatal(err)
	}
	if s := samples[0]; !s.Good() || !strings.HasPrefix(s.Value.String(), "20") {
		t.Errorf("the server's clock reads %v", s)
	}
	if samples[1].Value != tag.IntValue(9223372036854775807) {
		t.Errorf("the largest integer reads %v", samples[1])
	}
	for _, s := range samples[2:] {
		if !s.Quality.Bad() {
			t.Errorf("what is not there reads %v", s)
		}
	}
}

func refusals(t *testing.T, d *opcua.Driver) {
	if err := d.Write(t.Context(), at("a"), tag.FloatValue(1)); errs.KindOf(err) != errs.Unavailable {
		t.Errorf("a write without a session gives %v", err)
	}
	l := drivertest.Begin(t, d, []driver.Point{point(1, at("a"))})
	l.Wait(t, soon, 1, "good", good)
	for _, c := range []struct {
		address string
		value   tag.Value
		kind    errs.Kind
		words   string
	}{
		{at("t.Byte"), tag.IntValue(256), errs.Invalid, "out of range"},
		{at("t.Byte"), tag.IntValue(-1), errs.Invalid, "out of range"},
		{at("t.Int32"), tag.FloatValue(1.5), errs.Invalid, "whole number"},
		{at("t.Float"), tag.FloatValue(1e39), errs.Invalid, "out of range"},
		{at("t.Boolean"), tag.IntValue(1), errs.Invalid, "true or false"},
		{at("t.String"), tag.IntValue(1), errs.Invalid, "a text"},
		{at("zones"), tag.FloatValue(1), errs.Invalid, "name one element"},
		{at("fixed"), tag.FloatValue(1), errs.Forbidden, "does not let"},
		{at("nothing"), tag.FloatValue(1), errs.NotFound, "no such value"},
		{"nsu=urn:nobody;s=x", tag.FloatValue(1), errs.NotFound, "no namespace"},
		{"rubbish", tag.FloatValue(1), errs.Invalid, "is no OPC UA address"},
	} {
		err := d.Write(t.Context(), c.address, c.value)
		if errs.KindOf(err) != c.kind || err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("write %v to %s gives %v", c.value, c.address, err)
		}
	}
	l.End(t)
}

func elements(t *testing.T, d *opcua.Driver) {
	l := drivertest.Begin(t, d, []driver.Point{
		point(1, at("zones[1]")), point(2, at("zones[9]")), point(3, at("zones")), point(4, at("zones[2]")),
	})
	l.Wait(t, soon, 1, "the second element", is(tag.FloatValue(2.5)))
	l.Wait(t, soon, 2, "the node that is named like an element", is(tag.FloatValue(9)))
	l.Wait(t, soon, 3, "a whole array, which no tag can hold", func(s tag.Sample) bool { return s.Quality == tag.BadTypeMismatch })
	if err := d.Write(t.Context(), at("zones[1]"), tag.FloatValue(7)); err != nil {
		t.Fatal(err)
	}
	if err := d.Write(t.Context(), at("zones[9]"), tag.FloatValue(8)); err != nil {
		t.Fatal(err)
	}
	l.Wait(t, soon, 1, "the second element as written", is(tag.FloatValue(7)))
	l.Wait(t, soon, 2, "the node as written", is(tag.FloatValue(8)))
	for _, s := range l.Samples(4) {
		if s.Value != tag.FloatValue(3.5) {
			t.Errorf("the third element changed to %v", s)
		}
	}
	l.End(t)
	samples, err := d.Read(t.Context(), []string{at("zones[2]"), at("zones[9]"), at("zones[3]")})
	if err != nil {
		t.Fatal(err)
	}
	if samples[0].Value != tag.FloatValue(3.5) || samples[1].Value != tag.FloatValue(8) || !samples[2].Quality.Bad() {
		t.Errorf("elements read %v", samples)
	}
}

func strange(t *testing.T, n *nodeServer, d *opcua.Driver) {
	l := drivertest.Begin(t, d, []driver.Point{point(1, at("t.String")), point(2, at("t.Double"))})
	l.Wait(t, soon, 1, "good", good)
	n.do(t, drivertest.Command{Op: "set", Name: "t.String", Value: strings.Repeat("ü", 5000)})
	l.Wait(t, soon, 1, "a text cut to 4096 bytes and marked", func(s tag.Sample) bool {
		return s.Quality == tag.Uncertain && s.Value == tag.TextValue(strings.Repeat("ü", 2048))
	})
	for _, text := range []string{"NaN", "Infinity", "-Infinity", "1e308"} {
		n.do(t, drivertest.Command{Op: "set", Name: "t.Double", Value: text})
		l.Wait(t, soon, 2, text, func(s tag.Sample) bool {
			return s.Value.Kind() == tag.Float && s.Clean().Good() == (text == "1e308")
		})
	}
	for _, stamp := range []string{"1601-01-02T00:00:00Z", "9999-12-30T00:00:00Z"} {
		moment, err := time.Parse(time.RFC3339, stamp)
		if err != nil {
			t.Fatal(err)
		}
		n.do(t, drivertest.Command{Op: "set", Name: "t.Double", Value: fmt.Sprint(moment.Year()), Time: moment.UnixMicro()})
		l.Wait(t, soon, 2, stamp, func(s tag.Sample) bool { return s.Time.Equal(moment) })
	}
	l.End(t)
}

func browse(t *testing.T, n *nodeServer, d *opcua.Driver) {
	top, err := d.Browse(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	folder := driver.Node{Address: at("Device"), Name: "Device", Folder: true}
	if !slices.Contains(top, folder) {
		t.Errorf("the device's folder is not among %v", top)
	}
	n.do(t, drivertest.Command{Op: "add", Name: "mode", Type: "Int32", Value: "0", Declared: "ServerState"}) // an enumeration
	n.do(t, drivertest.Command{Op: "many", Value: "1200"})                                                   // more than one page
	nodes, err := d.Browse(t.Context(), at("Device"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]driver.Node{}
	for _, node := range nodes {
		found[node.Name] = node
	}
	want := map[string]driver.Node{
		"fixed": {Address: at("fixed"), Name: "fixed", Kind: tag.Float},
		"zones": {Address: at("zones"), Name: "zones", Folder: true},
		"mode":  {Address: at("mode"), Name: "mode", Kind: tag.Int},
		"m1199": {Address: at("m1199"), Name: "m1199", Kind: tag.Float},
	}
	for _, e := range everyType {
		want["t."+e.kind] = driver.Node{Address: at("t." + e.kind), Name: "t." + e.kind, Kind: e.reads.Kind()}
	}
	for name, w := range want {
		if diff := cmp.Diff(w, found[name]); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if len(nodes) != len(found) || len(nodes) < 1200 {
		t.Errorf("%d nodes with %d names", len(nodes), len(found))
	}
	if _, err := d.Browse(t.Context(), at("nothing")); err == nil {
		t.Error("what is not there can be browsed")
	}
}

func removedAndBack(t *testing.T, n *nodeServer, d *opcua.Driver) {
	n.do(t, drivertest.Command{Op: "add", Name: "guest", Value: "1"})
	l := drivertest.Begin(t, d, []driver.Point{point(1, at("guest")), point(2, at("a")), point(3, at("later"))})
	l.Wait(t, soon, 1, "there", is(tag.FloatValue(1)))
	l.Wait(t, soon, 3, "not there yet", func(s tag.Sample) bool { return s.Quality == tag.BadNodeUnknown })
	n.do(t, drivertest.Command{Op: "remove", Name: "guest"})
	l.Wait(t, soon, 1, "gone", func(s tag.Sample) bool { return s.Quality.Bad() })
	n.do(t, drivertest.Command{Op: "set", Name: "a", Kind: "float", Value: "77"})
	l.Wait(t, soon, 2, "untouched by that", is(tag.FloatValue(77)))
	n.do(t, drivertest.Command{Op: "add", Name: "guest", Value: "2"})
	n.do(t, drivertest.Command{Op: "add", Name: "later", Value: "3"})
	l.Wait(t, soon, 1, "back", is(tag.FloatValue(2)))
	l.Wait(t, soon, 3, "there now", is(tag.FloatValue(3)))
	if l.Losses() != 0 {
		t.Errorf("the session was lost: %v", l.Err())
	}
	l.End(t)
}

// oneOfMany waits for one of several nodes, and fewer than those are looked for at a time.
func oneOfMany(t *testing.T, n *nodeServer) {
	d := quick(t, opcua.Config{Endpoint: n.endpoint(), Batch: 2, Watchdog: soon})
	var points []driver.Point
	for i := range 7 {
		points = append(points, point(tag.ID(i+1), at(fmt.Sprintf("never%d", i))))
	}
	points[5].Address = at("at last")
	l := drivertest.Begin(t, d, points)
	l.Wait(t, soon, 6, "not there yet", func(s tag.Sample) bool { return s.Quality == tag.BadNodeUnknown })
	n.do(t, drivertest.Command{Op: "add", Name: "at last", Value: "6"})
	l.Wait(t, soon, 6, "there now", is(tag.FloatValue(6)))
	l.End(t)
}

// refusedAtFirst asks for the value of a node that has none, and is replaced by one that does.
func refusedAtFirst(t *testing.T, n *nodeServer, d *opcua.Driver) {
	n.do(t, drivertest.Command{Op: "object", Name: "later a value"})
	l := drivertest.Begin(t, d, []driver.Point{point(1, at("later a value"))})
	l.Wait(t, soon, 1, "refused", func(s tag.Sample) bool { return s.Quality.Bad() && s.Quality != tag.BadNodeUnknown })
	n.do(t, drivertest.Command{Op: "remove", Name: "later a value"})
	n.do(t, drivertest.Command{Op: "add", Name: "later a value", Value: "4"})
	l.Wait(t, soon, 1, "a value", is(tag.FloatValue(4)))
	l.End(t)
}

func gateway(t *testing.T, n *nodeServer, d *opcua.Driver) {
	n.do(t, drivertest.Command{Op: "stuck", Name: "late", Value: "BadTimeout"})
	n.do(t, drivertest.Command{Op: "stuck", Name: "full", Value: "BadOutOfMemory"})
	l := drivertest.Begin(t, d, []driver.Point{point(1, at("a"))})
	l.Wait(t, soon, 1, "good", good)
	if err := d.Write(t.Context(), at("late"), tag.FloatValue(1)); !errors.Is(err, driver.ErrOutcomeUnknown) {
		t.Errorf("a write that the device behind a gateway did not answer gives %v", err)
	}
	if err := d.Write(t.Context(), at("full"), tag.FloatValue(1)); errs.KindOf(err) != errs.Unavailable || errors.Is(err, driver.ErrOutcomeUnknown) {
		t.Errorf("a write that was refused gives %v", err)
	}
	l.End(t)
}

func changesType(t *testing.T, n *nodeServer, d *opcua.Driver) {
	n.do(t, drivertest.Command{Op: "add", Name: "any", Type: "Double", Value: "1.5", Declared: "BaseDataType"})
	l := drivertest.Begin(t, d, []driver.Point{point(1, at("any")), point(2, at("a"))})
	l.Wait(t, soon, 1, "a float", is(tag.FloatValue(1.5)))
	for _, step := range []struct {
		kind, text string
		want       tag.Value
	}{{"String", "1.5", tag.TextValue("1.5")}, {"UInt16", "15", tag.UintValue(15)}, {"Int64", "-15", tag.IntValue(-15)}} {
		n.do(t, drivertest.Command{Op: "set", Name: "any", Type: step.kind, Value: step.text})
		l.Wait(t, soon, 1, step.kind, is(step.want))
	}
	if l.Losses() != 0 {
		t.Errorf("the session was lost: %v", l.Err())
	}
	l.End(t)
}

func deadband(t *testing.T, n *nodeServer, d *opcua.Driver) {
	n.do(t, drivertest.Command{Op: "set", Name: "a", Kind: "float", Value: "0"})
	wide, text := point(1, at("a")), point(2, at("t.String"))
	wide.Deadband, text.Deadband = 10, 10 // a text cannot have one: the server refuses, and the tag lives on
	l := drivertest.Begin(t, d, []driver.Point{wide, text, point(3, at("a"))})
	l.Wait(t, soon, 1, "good", good)
	l.Wait(t, soon, 2, "a text in spite of its deadband", func(s tag.Sample) bool { return s.Value.Kind() == tag.Text })
	for i := 1; i <= 25; i++ {
		n.do(t, drivertest.Command{Op: "set", Name: "a", Kind: "float", Value: fmt.Sprint(i)})
		l.Wait(t, soon, 3, fmt.Sprint(i), is(tag.FloatValue(float64(i))))
	}
	var values []float64
	for _, s := range l.Samples(1) {
		f, _ := s.Value.Float()
		values = append(values, f)
	}
	if diff := cmp.Diff([]float64{0, 11, 22}, values); diff != "" {
		t.Errorf("through a deadband of 10 came: %s", diff)
	}
	l.End(t)
}

// TestNamespacesAreFoundByTheirURI restarts a server whose namespaces have other numbers then.
func TestNamespacesAreFoundByTheirURI(t *testing.T) {
	t.Parallel()
	n := startNode(t, options{Namespaces: []string{"urn:one", "urn:two"}})
	l := drivertest.Begin(t, quick(t, opcua.Config{Endpoint: n.endpoint()}), []driver.Point{point(1, at("a"))})
	l.Wait(t, soon, 1, "good", good)
	if err := n.Stop(); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(options{Namespaces: []string{"urn:two"}})
	if err != nil {
		t.Fatal(err)
	}
	n.Env = append(n.Env, "DEVICE_OPTIONS="+string(text))
	if err := n.Start(); err != nil {
		t.Fatal(err)
	}
	n.do(t, drivertest.Command{Op: "set", Name: "a", Kind: "float", Value: "42"})
	l.Wait(t, 3*soon, 1, "the value after the restart", is(tag.FloatValue(42)))
	l.End(t)
}

// noAnswer freezes the server before a write.
func noAnswer(t *testing.T, n *nodeServer, d *opcua.Driver) {
	l := drivertest.Begin(t, d, []driver.Point{point(1, at("a"))})
	l.Wait(t, soon, 1, "good", good)
	done := make(chan error, 1)
	if err := n.Pause(); err != nil {
		t.Fatal(err)
	}
	go func() { done <- d.Write(t.Context(), at("a"), tag.FloatValue(1)) }()
	select {
	case err := <-done:
		if err == nil || errs.KindOf(err) != errs.Unavailable && !errors.Is(err, driver.ErrOutcomeUnknown) {
			t.Errorf("a write to a frozen server gives %v", err)
		}
	case <-time.After(2 * soon):
		t.Error("a write to a frozen server hangs")
	}
	l.End(t)
}

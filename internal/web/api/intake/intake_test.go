package intake_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/ot/tag"
	"millwright/internal/web/api"
	"millwright/internal/web/api/intake"
)

func registry(tb testing.TB, n int) *tag.Registry {
	tb.Helper()
	var all []tag.Tag
	for i := range n {
		all = append(all, tag.Tag{Name: fmt.Sprintf("filling-1/filler/tag-%04d", i)})
	}
	r, err := tag.NewRegistry(all)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// TestWhatTheAPIWritesIsReadBackExactly holds for every value but a text that is too long.
func TestWhatTheAPIWritesIsReadBackExactly(t *testing.T) {
	tags := registry(t, 1)
	rapid.Check(t, func(t *rapid.T) {
		i, u, f := rapid.Int64().Draw(t, "i"), rapid.Uint64().Draw(t, "u"), rapid.Float64().Draw(t, "f")
		s := rapid.StringN(-1, -1, 4096).Draw(t, "s")
		for _, v := range []tag.Value{tag.IntValue(i), tag.UintValue(u), tag.FloatValue(f), tag.TextValue(s), tag.BoolValue(u%2 == 1)} {
			raw, err := api.Value{Value: v}.MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			body := fmt.Sprintf(`{"samples":[{"tag":"filling-1/filler/tag-0000","time":"2026-03-27T06:00:00Z","value":%s}]}`, raw)
			got, err := intake.Read(strings.NewReader(body), open(tags))
			if err != nil || len(got.Samples) != 1 {
				t.Fatalf("%s: %v %v", raw, err, got.Refused)
			}
			one := got.Samples[0].Value
			same := one == v
			if v.Kind() == tag.Uint { // the same number, whatever its sign is called
				same = one.String() == v.String()
			}
			if g, ok := one.Float(); v.Kind() == tag.Float {
				same = ok && g == f && one.Kind() == tag.Float
			}
			if !same {
				t.Fatalf("%s %s became %s %s", v.Kind(), v, one.Kind(), one)
			}
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add(`{"samples":[{"tag":"filling-1/filler/tag-0001","time":"2026-03-27T06:00:00Z","value":1}]}`)
	f.Add(`{"samples":[{"tag":1},{"value":[[[]]]},null,5,"x"]}`)
	f.Add(`{"samples":[`)
	f.Add(`{"samples":[{"tag":"filling-1/filler/tag-0001","time":"2026-03-27T06:00:00Z","value":1,"correct":true,"why":"w"}]}`)
	tags := registry(f, 3)
	f.Fuzz(func(t *testing.T, body string) {
		got, err := intake.Read(strings.NewReader(body), open(tags))
		if err != nil {
			return
		}
		if len(got.Samples) != len(got.Places) {
			t.Errorf("%d samples, %d places", len(got.Samples), len(got.Places))
		}
		seen := map[int]bool{}
		for _, x := range got.Fixes {
			seen[x.Place] = true
		}
		for _, n := range got.Places {
			seen[n] = true
		}
		for _, r := range got.Refused {
			seen[r.Index] = true
		}
		if len(seen) != len(got.Samples)+len(got.Fixes)+len(got.Refused) {
			t.Error("a row is both taken and refused, or twice")
		}
	})
}

// cpu is the processor time that this process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// TestSpacesCostNoMoreThanTheyAreLong reads what took time by the square of its length once.
func TestSpacesCostNoMoreThanTheyAreLong(t *testing.T) {
	tags := registry(t, 1)
	cost := func(n int) time.Duration {
		body := `{"samples":[` + strings.Repeat(" ", n) + `]}`
		before := cpu()
		if _, err := intake.Read(strings.NewReader(body), open(tags)); err != nil {
			t.Fatal(err)
		}
		return cpu() - before
	}
	small, large := cost(1<<20), cost(16<<20)
	if large > 64*small+200*time.Millisecond {
		t.Errorf("1 MB takes %s, 16 MB %s", small, large)
	}
}

func TestRowsOfStrangeShape(t *testing.T) {
	tags := registry(t, 1)
	row := `{"tag":"filling-1/filler/tag-0000","time":"2026-03-27T06:00:00Z","value":1}`
	for body, want := range map[string]string{
		`{"samples":[]}`: "0 0",
		" {\n\"samples\" : [ " + row + " , " + row + "\n] }\n": "2 0",
		`{"samples":[null,1,-2.5,"x}",[1,{"a":"]"}],true,{}]}`: "0 7",
		`{"samples":[` + row + `,"a\\\"]},{",` + row + `]}`:    "2 1",
		`{"samples":[,]}`:                 "error",
		`{"samples":[` + row + `,]}`:      "error",
		`{"samples":[` + row + row + `]}`: "error",
		`{"samples":[}]}`:                 "error",
		`{"samples":[[}]}`:                "0 1",
		`{"samples":[{]}`:                 "error",
		`{"samples":["]}`:                 "error",
		`{"samples":[nul`:                 "error",
		`{"samples":[{"tag":"` + strings.Repeat("x", 70<<10) + `"}]}`: "error",
		`{"samples":[` + strings.Repeat("1", 70<<10) + `]}`:           "error",
	} {
		got, err := intake.Read(strings.NewReader(body), open(tags))
		have := fmt.Sprintf("%d %d", len(got.Samples), len(got.Refused))
		if err != nil {
			have = "error"
		}
		if have != want {
			t.Errorf("%.60s: %s, want %s (%v)", body, have, want, err)
		}
	}
}

// BenchmarkRead reads batches of 10,000 samples of 1,000 tags.
func BenchmarkRead(b *testing.B) {
	const rows = 10_000
	tags := registry(b, 1000)
	start := time.Date(2026, 3, 27, 6, 0, 0, 0, time.UTC)
	var all []string
	for i := range rows {
		all = append(all, fmt.Sprintf(`{"tag":"filling-1/filler/tag-%04d","time":%q,"value":%.1f}`, i%1000, start.Add(time.Duration(i)*time.Millisecond).Format(time.RFC3339Nano), float64(i)/10))
	}
	body := `{"samples":[` + strings.Join(all, ",") + `]}`
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	used := cpu()
	for b.Loop() {
		got, err := intake.Read(strings.NewReader(body), open(tags))
		if err != nil || len(got.Samples) != rows {
			b.Fatal(err, got.Refused)
		}
	}
	b.ReportMetric(float64(b.N*rows)/(cpu()-used).Seconds(), "samples/cpu-s")
}

var noon = time.Date(2026, 3, 27, 12, 0, 0, 0, time.UTC)

// A stamp is believed as far ahead as that of a session, and no further.
func TestWhatIsStampedFarAheadIsRefused(t *testing.T) {
	rows := ""
	for _, ahead := range []time.Duration{-48 * time.Hour, 0, 10 * time.Minute, 10*time.Minute + time.Second, 59 * time.Minute, 5e4 * time.Hour} {
		rows += fmt.Sprintf(`,{"tag":"filling-1/filler/tag-0000","time":%q,"value":1}`, noon.Add(ahead).Format(time.RFC3339))
	}
	got, err := intake.Read(strings.NewReader(`{"samples":[`+rows[1:]+`]}`), open(registry(t, 1)))
	if err != nil || len(got.Samples) != 3 || len(got.Refused) != 3 || got.Refused[0].Index != 3 || !strings.Contains(got.Refused[0].Error, "10m1s ahead") {
		t.Errorf("%+v %v", got, err)
	}
}

// open takes samples of every tag.
func open(tags *tag.Registry) intake.Door {
	return intake.Door{Now: noon, Find: tags.Find, May: func(tag.ID) bool { return true }, Derived: tags.Derived, Mend: func(tag.ID) bool { return true }}
}

func TestSamplesOfOthersAreNotTaken(t *testing.T) {
	tags, err := tag.NewRegistry([]tag.Tag{{Name: "a/u/x"}, {Name: "b/u/x"}, {Name: "c/u/x"}, {Name: "a/u/d", Expr: "x + 1"}})
	if err != nil {
		t.Fatal(err)
	}
	door := intake.Door{
		Now: noon,
		Find: func(name string) (tag.ID, bool) {
			id, ok := tags.Find(name)
			return id, ok && name != "c/u/x"
		},
		May:     func(id tag.ID) bool { return strings.HasPrefix(tags.Tag(id).Name, "a/") },
		Derived: tags.Derived,
	}
	var rows []string
	for _, name := range []string{"a/u/x", "b/u/x", "c/u/x", "a/u/d"} {
		rows = append(rows, `{"tag":"`+name+`","time":"2026-03-27T06:00:00Z","value":1}`)
	}
	got, err := intake.Read(strings.NewReader(`{"samples":[`+strings.Join(rows, ",")+`]}`), door)
	if err != nil || len(got.Samples) != 1 || len(got.Refused) != 3 || !strings.Contains(got.Refused[0].Error, "not send") || got.Refused[1].Error != `there is no tag "c/u/x"` || !strings.Contains(got.Refused[2].Error, "is derived") {
		t.Errorf("%+v %v", got, err)
	}
}

func TestValuesOfAnotherTypeThanTheTagTakesAreRefused(t *testing.T) {
	tags, err := tag.NewRegistry([]tag.Tag{{Name: "any"}, {Name: "whole", Kind: tag.Int}, {Name: "number", Kind: tag.Float}, {Name: "text", Kind: tag.Text}, {Name: "switch", Kind: tag.Boolean}})
	if err != nil {
		t.Fatal(err)
	}
	door := open(tags)
	door.Tag = tags.Tag
	for name, taken := range map[string]string{"any": "1111", "whole": "1000", "number": "1100", "text": "0010", "switch": "0001"} {
		for i, value := range []string{`7`, `7.5`, `"7"`, `true`} {
			b, err := intake.Read(strings.NewReader(`{"samples":[{"tag":"`+name+`","time":"2026-03-27T06:00:00Z","value":`+value+`}]}`), door)
			if err != nil || len(b.Samples) == 1 != (taken[i] == '1') || len(b.Refused) == 1 && !strings.Contains(b.Refused[0].Error, "takes "+tags.Tag(must(tags.Find(name))).Kind.String()) {
				t.Errorf("%s of tag %s: %+v %v", value, name, b, err)
			}
		}
	}
}

func must(id tag.ID, _ bool) tag.ID { return id }

package api

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/ot/tag"
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

func TestValuesAreReadExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i, u, f := rapid.Int64().Draw(t, "i"), rapid.Uint64().Draw(t, "u"), rapid.Float64().Draw(t, "f")
		s := rapid.String().Draw(t, "s")
		for _, v := range []tag.Value{tag.IntValue(i), tag.UintValue(u), tag.FloatValue(f), tag.TextValue(s), tag.BoolValue(u%2 == 1)} {
			raw, err := Value{v}.MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			got, why := valueOf(raw)
			if why != "" {
				if v.Kind() == tag.Text && len(s) > maxText {
					continue
				}
				t.Fatalf("%s: %s", raw, why)
			}
			switch v.Kind() {
			case tag.Uint, tag.Int: // an integer stays the same number, whatever its sign was called
				if got.String() != v.String() {
					t.Fatalf("%s became %s", v, got)
				}
			case tag.Float:
				if g, _ := got.Float(); g != f {
					t.Fatalf("%v became %v", f, g)
				}
			default:
				if got != v {
					t.Fatalf("%s became %s", v, got)
				}
			}
		}
	})
}

func FuzzIntake(f *testing.F) {
	f.Add(`{"samples":[{"tag":"filling-1/filler/tag-0001","time":"2026-03-27T06:00:00Z","value":1}]}`)
	f.Add(`{"samples":[{"tag":1},{"value":[[[]]]},null,5,"x"]}`)
	f.Add(`{"samples":[`)
	tags := registry(f, 3)
	f.Fuzz(func(t *testing.T, body string) {
		in := intake{tags: tags}
		if err := in.read(strings.NewReader(body)); err != nil {
			return
		}
		if len(in.batch) != len(in.places) {
			t.Errorf("%d samples, %d places", len(in.batch), len(in.places))
		}
		seen := map[int]bool{}
		for _, n := range in.places {
			seen[n] = true
		}
		for _, r := range in.refused {
			seen[r.Index] = true
		}
		if len(seen) != len(in.batch)+len(in.refused) {
			t.Error("a row is both taken and refused, or twice")
		}
	})
}

func TestBoundedReaderEndsWithAnError(t *testing.T) {
	b := &bounded{from: strings.NewReader(strings.Repeat("x", 100)), left: 10}
	buf := make([]byte, 64)
	n, err := b.Read(buf)
	if n != 10 || err != nil {
		t.Fatalf("%d %v", n, err)
	}
	var tooLong *http.MaxBytesError
	if _, err = b.Read(buf); !errors.As(err, &tooLong) {
		t.Errorf("%v", err)
	}
}

// BenchmarkIntake reads batches of 10,000 samples of 1,000 tags.
func BenchmarkIntake(b *testing.B) {
	tags := registry(b, 1000)
	start := time.Date(2026, 3, 27, 6, 0, 0, 0, time.UTC)
	var rows []string
	for i := range maxRows {
		rows = append(rows, fmt.Sprintf(`{"tag":"filling-1/filler/tag-%04d","time":%q,"value":%.1f}`, i%1000, start.Add(time.Duration(i)*time.Millisecond).Format(time.RFC3339Nano), float64(i)/10))
	}
	body := `{"samples":[` + strings.Join(rows, ",") + `]}`
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		in := intake{tags: tags}
		if err := in.read(strings.NewReader(body)); err != nil || len(in.batch) != maxRows {
			b.Fatal(err, in.refused)
		}
	}
	b.ReportMetric(float64(b.N*maxRows)/b.Elapsed().Seconds(), "samples/s")
}

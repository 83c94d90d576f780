package jobcontrol

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millwright/internal/ot/driver"
	"millwright/internal/ot/driver/opcua/wire"

	"github.com/gopcua/opcua/ua"
)

func TestOrderComesBackAsItWasWritten(t *testing.T) {
	t.Parallel()
	text := rapid.StringMatching(`[a-zA-Z0-9 ä/-]{0,20}`)
	rapid.Check(t, func(t *rapid.T) {
		o := driver.JobOrder{ID: text.Draw(t, "id"), About: text.Draw(t, "about"), Order: text.Draw(t, "order"), Priority: rapid.Int16().Draw(t, "priority")}
		if o.Product = text.Draw(t, "product"); o.Product != "" {
			o.Quantity = rapid.StringMatching(`[0-9]{1,9}`).Draw(t, "quantity")
		}
		b, err := body{o}.Encode()
		if err != nil {
			t.Fatal(err)
		}
		r := wire.NewReader(b)
		back := order(r)
		if r.Err() != nil || len(r.Rest()) > 0 {
			t.Fatalf("%v, %d bytes left", r.Err(), len(r.Rest()))
		}
		if diff := cmp.Diff(o, back); diff != "" {
			t.Error(diff)
		}
	})
}

func FuzzWhateverAServerSays(f *testing.F) {
	b, err := body{driver.JobOrder{ID: "J-1", Product: "P", Quantity: "1"}}.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte{1, 0, 0, 0, 1, 0x96, 1, 0, 0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(_ *testing.T, b []byte) { // it must come to an end, and not panic
		standing(wire.NewReader(b))
		_, _ = list(wire.NewReader(b))
		_, _ = response(wire.NewReader(b))
	})
}

func TestVerdict(t *testing.T) {
	t.Parallel()
	said := func(status ua.StatusCode, bits uint64) *ua.CallMethodResult {
		return &ua.CallMethodResult{StatusCode: status, OutputArguments: []*ua.Variant{ua.MustVariant(bits)}}
	}
	for _, c := range []struct {
		name   string
		result *ua.CallMethodResult
		want   string
	}{
		{"no error", said(ua.StatusGood, 1), ""},
		{"no word at all", &ua.CallMethodResult{}, ""},
		{"nought", said(ua.StatusGood, 0), ""},
		{"two bits", said(ua.StatusUncertain, 1<<1|1<<4), "the machine refuses Pause of job order J-1: unknown job order, it cannot take the job order"},
		{"a bit of the maker's own", said(ua.StatusUncertain, 1<<40), "the machine refuses Pause of job order J-1: status 0x10000000000"},
		{"a bad status", said(ua.StatusBadUserAccessDenied, 1), "the machine refuses Pause of job order J-1: BadUserAccessDenied"},
	} {
		got := ""
		if err := verdict(driver.JobPause, "J-1", c.result); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

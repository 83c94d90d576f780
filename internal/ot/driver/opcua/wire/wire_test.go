package wire

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"millwright/internal/ot/tag"

	"github.com/google/go-cmp/cmp"
	"github.com/gopcua/opcua/ua"
	"pgregory.net/rapid"
)

var (
	now    = time.Date(2026, 3, 29, 1, 30, 0, 123456789, time.UTC)
	source = time.Date(2026, 3, 29, 1, 29, 59, 5000, time.UTC)
	server = source.Add(time.Second)
)

// response is a publish response as the library encodes it, without its header.
func response(t testing.TB, sequence uint32, notifications ...any) []byte {
	t.Helper()
	msg := &ua.NotificationMessage{SequenceNumber: sequence, PublishTime: now}
	for _, n := range notifications {
		msg.NotificationData = append(msg.NotificationData, ua.NewExtensionObject(n))
	}
	b, err := ua.Encode(&ua.PublishResponse{
		ResponseHeader: &ua.ResponseHeader{ServiceDiagnostics: &ua.DiagnosticInfo{}, AdditionalHeader: ua.NewExtensionObject(nil)},
		SubscriptionID: 7, AvailableSequenceNumbers: []uint32{1, 2}, NotificationMessage: msg,
	})
	if err != nil {
		t.Fatal(err)
	}
	r := NewReader(b)
	if r.Header() != 0 || r.Err() != nil {
		t.Fatal("the header does not read")
	}
	return r.Rest()
}

func changes(values ...*ua.DataValue) *ua.DataChangeNotification {
	var n ua.DataChangeNotification
	for i, v := range values {
		v.UpdateMask()
		n.MonitoredItems = append(n.MonitoredItems, &ua.MonitoredItemNotification{ClientHandle: uint32(i), Value: v})
	}
	return &n
}

func items(n int) []Item {
	all := make([]Item, n)
	for i := range all {
		all[i].Tag = tag.ID(i + 1)
	}
	return all
}

func sampleOf(t testing.TB, v *ua.DataValue, item Item) tag.Sample {
	t.Helper()
	item.Tag = 1
	p, err := NewReader(response(t, 1, changes(v))).Publication([]Item{item}, now)
	if err != nil || len(p.Samples) != 1 {
		t.Fatalf("%v gives %v, %v", v.Value, p.Samples, err)
	}
	return p.Samples[0]
}

func TestEveryTypeBecomesAValue(t *testing.T) {
	for _, c := range []struct {
		sent any
		want tag.Value
	}{
		{true, tag.BoolValue(true)},
		{int8(-128), tag.IntValue(-128)},
		{uint8(255), tag.UintValue(255)},
		{int16(-32768), tag.IntValue(-32768)},
		{uint16(65535), tag.UintValue(65535)},
		{int32(math.MinInt32), tag.IntValue(math.MinInt32)},
		{uint32(math.MaxUint32), tag.UintValue(math.MaxUint32)},
		{int64(math.MinInt64), tag.IntValue(math.MinInt64)},
		{uint64(math.MaxUint64), tag.UintValue(math.MaxUint64)},
		{float32(0.1), tag.FloatValue(float64(float32(0.1)))},
		{0.1, tag.FloatValue(0.1)},
		{math.Copysign(0, -1), tag.FloatValue(math.Copysign(0, -1))},
		{math.Inf(1), tag.FloatValue(math.Inf(1))},
		{"01.50", tag.TextValue("01.50")},
		{"", tag.TextValue("")},
		{source, tag.TextValue("2026-03-29T01:29:59.000005Z")},
		{ua.NewGUID("72962B91-FA75-4AE6-8D28-B404DC7DAF63"), tag.TextValue("72962b91-fa75-4ae6-8d28-b404dc7daf63")},
		{[]byte("hello"), tag.TextValue("aGVsbG8=")},
		{ua.XMLElement("<a/>"), tag.TextValue("<a/>")},
		{ua.NewStringNodeID(2, "x"), tag.TextValue("ns=2;s=x")},
		{ua.NewNumericNodeID(0, 2258), tag.TextValue("i=2258")},
		{ua.NewExpandedNodeID(ua.NewStringNodeID(0, "x"), "urn:u", 0), tag.TextValue("nsu=urn:u;s=x")},
		{ua.StatusBadOutOfRange, tag.TextValue("BadOutOfRange")},
		{ua.StatusCode(0x80FF0000), tag.TextValue("0x80FF0000")},
		{&ua.QualifiedName{NamespaceIndex: 3, Name: "n"}, tag.TextValue("3:n")},
		{&ua.QualifiedName{Name: "n"}, tag.TextValue("n")},
		{ua.NewLocalizedTextWithLocale("Störung", "de"), tag.TextValue("Störung")},
		{"bad \xff utf-8", tag.TextValue("bad \uFFFD utf-8")},
	} {
		got := sampleOf(t, &ua.DataValue{Value: ua.MustVariant(c.sent), SourceTimestamp: source}, Item{})
		if got.Value != c.want || got.Quality != tag.Good {
			t.Errorf("%T %v becomes %v %q, %v", c.sent, c.sent, got.Value.Kind(), got.Value, got.Quality)
		}
	}
	nan := sampleOf(t, &ua.DataValue{Value: ua.MustVariant(math.NaN())}, Item{})
	if f, ok := nan.Value.Float(); !ok || !math.IsNaN(f) || nan.Clean().Quality != tag.BadOutOfRange {
		t.Errorf("NaN becomes %v", nan)
	}
}

func TestTimeIsTheSourcesThenTheServersThenOurs(t *testing.T) {
	v := ua.MustVariant(int32(1))
	for _, c := range []struct {
		sent *ua.DataValue
		want time.Time
	}{
		{&ua.DataValue{Value: v, SourceTimestamp: source, ServerTimestamp: server, SourcePicoseconds: 5, ServerPicoseconds: 6}, source},
		{&ua.DataValue{Value: v, ServerTimestamp: server}, server},
		{&ua.DataValue{Value: v}, now.Truncate(time.Microsecond)},
	} {
		if got := sampleOf(t, c.sent, Item{}); !got.Time.Equal(c.want) {
			t.Errorf("got %v, want %v", got.Time, c.want)
		}
	}
}

func TestTimesOutOfReason(t *testing.T) {
	for _, c := range []struct {
		ticks uint64
		want  string
	}{
		{1, "1601-01-01T00:00:00Z"},
		{116444736000000000, "1970-01-01T00:00:00Z"},
		{116444736000000019, "1970-01-01T00:00:00.000001Z"},
		{2650467743990000000, "9999-12-31T23:59:59Z"},
		{math.MaxInt64, "9999-12-31T23:59:59Z"},
		{math.MaxUint64, "1601-01-01T00:00:00Z"}, // a negative count
	} {
		if got := Time(c.ticks).Format(time.RFC3339Nano); got != c.want {
			t.Errorf("%d is %s, want %s", c.ticks, got, c.want)
		}
	}
}

func TestQualityIsKept(t *testing.T) {
	for _, q := range []uint32{0, 0x00000480, 0x40920000, 0x808C0000} {
		got := sampleOf(t, &ua.DataValue{Value: ua.MustVariant(1.5), Status: ua.StatusCode(q)}, Item{})
		if uint32(got.Quality) != q || got.Value != tag.FloatValue(1.5) {
			t.Errorf("status 0x%X becomes %v", q, got)
		}
	}
	if got := sampleOf(t, &ua.DataValue{Status: ua.StatusBad}, Item{}); got.Quality != tag.Bad || got.Value.Kind() != tag.None {
		t.Errorf("a status without a value becomes %v", got)
	}
}

func TestWhatNoTagCanHoldIsBad(t *testing.T) {
	for _, sent := range []any{
		[]float64{1, 2},
		[]float64{},
		[]float64{1},
		[]string{"a", "b"},
		[][]int32{{1, 2}, {3, 4}},
		[]*ua.LocalizedText{ua.NewLocalizedText("x")},
		[]*ua.QualifiedName{{Name: "x"}},
		[]*ua.NodeID{ua.NewStringNodeID(1, "x"), ua.NewGUIDNodeID(1, "72962B91-FA75-4AE6-8D28-B404DC7DAF63")},
		ua.NewExtensionObject(&ua.ReadValueID{NodeID: ua.NewTwoByteNodeID(1), DataEncoding: &ua.QualifiedName{}}),
		[]*ua.Variant{ua.MustVariant("x"), ua.MustVariant([]int32{1})},
		&ua.DataValue{EncodingMask: 1, Value: ua.MustVariant(1.5)},
	} {
		got := sampleOf(t, &ua.DataValue{Value: ua.MustVariant(sent), SourceTimestamp: source}, Item{})
		if got.Quality != tag.BadTypeMismatch || got.Value.Kind() != tag.None || !got.Time.Equal(source) {
			t.Errorf("%T becomes %v at %v", sent, got, got.Time)
		}
	}
}

func TestTheElementThatWasAskedFor(t *testing.T) {
	got := sampleOf(t, &ua.DataValue{Value: ua.MustVariant([]int16{-7})}, Item{Element: true})
	if got.Value != tag.IntValue(-7) || !got.Good() {
		t.Errorf("an array of one becomes %v", got)
	}
}

func TestLongTextIsCutAndMarked(t *testing.T) {
	for _, c := range []struct{ sent, want string }{
		{strings.Repeat("x", MaxText), strings.Repeat("x", MaxText)},
		{strings.Repeat("x", MaxText+1), strings.Repeat("x", MaxText)},
		{strings.Repeat("ü", MaxText), strings.Repeat("ü", MaxText/2)},
		{strings.Repeat("x", MaxText-2) + "€€", strings.Repeat("x", MaxText-2)},
	} {
		got := sampleOf(t, &ua.DataValue{Value: ua.MustVariant(c.sent)}, Item{})
		want := tag.Good
		if len(c.sent) > MaxText {
			want = tag.Uncertain
		}
		if text, _ := got.Value.Text(); text != c.want || got.Quality != want {
			t.Errorf("%d bytes become %d, %v", len(c.sent), len(text), got.Quality)
		}
	}
}

func TestPublication(t *testing.T) {
	b := response(t, 9,
		changes(&ua.DataValue{Value: ua.MustVariant(true), SourceTimestamp: source}, &ua.DataValue{Status: ua.StatusBadNodeIDUnknown, ServerTimestamp: server}),
		changes(&ua.DataValue{Value: ua.MustVariant(false), SourceTimestamp: server}),
	)
	got, err := NewReader(b).Publication(items(2), now)
	want := Publication{Subscription: 7, Sequence: 9, Gone: []uint32{1}, Samples: []tag.Sample{
		{Tag: 1, Time: source, Value: tag.BoolValue(true)},
		{Tag: 2, Time: server, Quality: tag.BadNodeUnknown},
		{Tag: 1, Time: server, Value: tag.BoolValue(false)},
	}}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b tag.Value) bool { return a == b })); diff != "" || err != nil {
		t.Error(diff, err)
	}
	ended, err := NewReader(response(t, 10, &ua.StatusChangeNotification{Status: ua.StatusBadTimeout, DiagnosticInfo: &ua.DiagnosticInfo{}})).Publication(nil, now)
	if err != nil || ended.Ended != tag.Quality(ua.StatusBadTimeout) {
		t.Errorf("the end of a subscription reads %+v, %v", ended, err)
	}
	alive, err := NewReader(response(t, 11)).Publication(nil, now)
	if err != nil || !alive.KeepAlive || alive.Sequence != 11 {
		t.Errorf("a keep-alive reads %+v, %v", alive, err)
	}
	stray, err := NewReader(b).Publication(items(1), now)
	if err != nil || len(stray.Samples) != 2 {
		t.Errorf("with an unknown handle %+v, %v", stray, err)
	}
}

// TestEveryCutIsNoticed ends a message at every place.
func TestEveryCutIsNoticed(t *testing.T) {
	whole := response(t, 1, changes(&ua.DataValue{Value: ua.MustVariant("text"), SourceTimestamp: source, Status: 4}, &ua.DataValue{Value: ua.MustVariant([]int32{1, 2})}))
	end := len(whole) - 8 // the results and diagnostics at the end are not read
	for n := range end {
		if _, err := NewReader(whole[:n]).Publication(items(2), now); !errors.Is(err, ErrMalformed) {
			t.Fatalf("cut after %d of %d bytes: %v", n, len(whole), err)
		}
	}
	if _, err := NewReader(whole[:end]).Publication(items(2), now); err != nil {
		t.Fatal(err)
	}
}

// TestNestingIsBounded sends values inside of values until the stack would end.
func TestNestingIsBounded(t *testing.T) {
	for name, link := range map[string]byte{"variants": byte(ua.TypeIDVariant), "diagnostics": 0x40} {
		deep := bytes.Repeat([]byte{link}, 1<<20)
		r := NewReader(deep)
		if link == 0x40 {
			r.skipDiagnostic(0)
		} else {
			r.variant(false)
		}
		if r.Err() == nil {
			t.Errorf("a million %s are read", name)
		}
	}
	r := NewReader(bytes.Repeat([]byte{byte(ua.TypeIDDataValue), hasValue}, 1<<20))
	if r.variant(false); r.Err() == nil {
		t.Error("a million data values are read")
	}
	r = NewReader(append(append(make([]byte, 16), bytes.Repeat([]byte{0x40}, 1<<20)...), 0))
	if r.Header(); r.Err() == nil {
		t.Error("a header of a million diagnostics is read")
	}
}

func TestLengthsThatLie(t *testing.T) {
	for _, b := range [][]byte{
		{byte(ua.TypeIDDouble) | arrayFlag, 0xFE, 0xFF, 0xFF, 0xFF},                                // -2 elements
		{byte(ua.TypeIDDouble) | arrayFlag, 0xFF, 0xFF, 0xFF, 0x7F},                                // two thousand million
		{byte(ua.TypeIDString), 0xFF, 0xFF, 0xFF, 0x7F},                                            // as many letters
		{byte(ua.TypeIDInt32) | arrayFlag | dimensionsFlag, 1, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0x40}, // as many dimensions
		{63},
	} {
		r := NewReader(b)
		_, s := r.variant(false)
		if r.Err() == nil && !s.alien && b[0] != 63 {
			t.Errorf("% x is read", b)
		}
	}
}

func TestReadings(t *testing.T) {
	values := []*ua.DataValue{{Value: ua.MustVariant(uint16(3)), SourceTimestamp: source}, {Value: ua.MustVariant([]float32{2})}, {Status: ua.StatusBadNodeIDUnknown}}
	for _, v := range values {
		v.UpdateMask()
	}
	b, err := ua.Encode(values)
	if err != nil {
		t.Fatal(err)
	}
	got, err := NewReader(b).Readings([]bool{false, true, false}, now)
	if err != nil {
		t.Fatal(err)
	}
	if got[0].Type != ua.TypeIDUint16 || got[0].Sample.Value != tag.UintValue(3) || got[1].Type != ua.TypeIDFloat || !got[1].Array ||
		got[1].Sample.Value != tag.FloatValue(2) || got[2].Type != ua.TypeIDNull || got[2].Sample.Quality != tag.BadNodeUnknown {
		t.Errorf("got %+v", got)
	}
	if _, err := NewReader(b).Readings([]bool{false}, now); err == nil {
		t.Error("three answers to one question are taken")
	}
	texts, err := ua.Encode([]*ua.DataValue{{EncodingMask: 1, Value: ua.MustVariant([]string{"urn:a", "urn:b"})}})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := NewReader(texts).Texts(2); err != nil || len(got) != 2 || got[1] != "urn:b" {
		t.Errorf("texts read %q, %v", got, err)
	}
	if _, err := NewReader(texts).Texts(1); err == nil {
		t.Error("more texts than allowed are taken")
	}
}

// TestWhatIsWrittenReadsBack holds for every value and every type: either the same value comes back,
// or it is refused.
func TestWhatIsWrittenReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := ua.TypeID(rapid.IntRange(1, 11).Draw(t, "type"))
		v := rapid.OneOf(
			rapid.Map(rapid.Int64(), tag.IntValue), rapid.Map(rapid.Uint64(), tag.UintValue),
			rapid.Map(rapid.Float64(), tag.FloatValue), rapid.Map(rapid.Bool(), tag.BoolValue),
			rapid.Map(rapid.Int64Range(-70000, 70000), func(i int64) tag.Value { return tag.FloatValue(float64(i)) }),
		).Draw(t, "value")
		element := rapid.Bool().Draw(t, "element")
		variant, err := Variant(v, kind, element)
		if err != nil {
			return
		}
		b, err := ua.Encode(variant)
		if err != nil {
			t.Fatal(err)
		}
		back, s := NewReader(b).variant(element)
		if s.kind != kind || s.array != element || s.alien {
			t.Fatalf("%v as type %d is %+v", v, kind, s)
		}
		sent, _ := v.Float()
		got, _ := back.Float()
		if kind == ua.TypeIDFloat {
			sent = float64(float32(sent))
		}
		exact := v.Kind() != tag.Float && back.Kind() != tag.Float && v.String() != back.String()
		if sent != got || exact {
			t.Fatalf("%v %v as type %d comes back as %v", v.Kind(), v, kind, back)
		}
	})
}

func TestTextsAreWrittenAsTheirType(t *testing.T) {
	for _, kind := range []ua.TypeID{ua.TypeIDString, ua.TypeIDXMLElement, ua.TypeIDLocalizedText, ua.TypeIDDateTime, ua.TypeIDGUID, ua.TypeIDByteString} {
		for _, text := range []string{"hello", "2026-03-29T01:30:00Z", "72962b91-fa75-4ae6-8d28-b404dc7daf63", "aGVsbG8="} {
			for _, element := range []bool{false, true} {
				variant, err := Variant(tag.TextValue(text), kind, element)
				if err != nil {
					continue
				}
				b, err := ua.Encode(variant)
				if err != nil {
					t.Fatal(err)
				}
				back, s := NewReader(b).variant(element)
				if back != tag.TextValue(text) || s.kind != kind || s.array != element {
					t.Errorf("%q as type %d comes back as %q, %+v", text, kind, back, s)
				}
			}
		}
	}
	for kind, text := range map[ua.TypeID]string{
		ua.TypeIDDateTime: "yesterday", ua.TypeIDGUID: "no guid", ua.TypeIDByteString: "no base64!", ua.TypeIDNodeID: "i=1",
		ua.TypeIDString: strings.Repeat("x", MaxText+1), ua.TypeIDInt16: "15",
	} {
		if _, err := Variant(tag.TextValue(text), kind, false); err == nil {
			t.Errorf("%.20q is taken as type %d", text, kind)
		}
	}
}

// FuzzPublication makes sure that no message can do more than be refused.
func FuzzPublication(f *testing.F) {
	f.Add(response(f, 1, changes(&ua.DataValue{Value: ua.MustVariant("text"), SourceTimestamp: source}, &ua.DataValue{Value: ua.MustVariant([]int32{1, 2})})))
	f.Add(response(f, 2, changes(&ua.DataValue{Value: ua.MustVariant(ua.NewLocalizedText("x"))}), &ua.StatusChangeNotification{DiagnosticInfo: &ua.DiagnosticInfo{}}))
	f.Add(response(f, 3, changes(&ua.DataValue{Value: ua.MustVariant([]*ua.Variant{ua.MustVariant(ua.NewStringNodeID(1, "x"))}), ServerPicoseconds: 1})))
	f.Add(browsed(f, everyReference()))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := NewReader(b).Publication([]Item{{Tag: 1}, {Tag: 2, Element: true}}, now)
		if err == nil && 5*len(p.Samples) > len(b) {
			t.Errorf("%d samples of %d bytes", len(p.Samples), len(b))
		}
		for _, s := range p.Samples {
			if text, _ := s.Value.Text(); len(text) > 2*MaxText+100 {
				t.Errorf("a text of %d bytes", len(text))
			}
		}
		_, _ = NewReader(b).Readings([]bool{true, false}, now)
		_, _ = NewReader(b).Texts(10)
		_, _ = NewReader(b).CreatedItems()
		_, _ = NewReader(b).Browsed()
		NewReader(b).Header()
	})
}

// BenchmarkPublication is the cost of one value: a publish response of 1,000 changed doubles, from
// bytes to samples. BenchmarkLibrary is what the library needs for the same.
func BenchmarkPublication(b *testing.B) {
	body := thousand(b)
	all := items(1000)
	b.ReportAllocs()
	for b.Loop() {
		p, err := NewReader(body).Publication(all, now)
		if err != nil || len(p.Samples) != 1000 {
			b.Fatal(len(p.Samples), err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/value")
}

func thousand(t testing.TB) []byte {
	values := make([]*ua.DataValue, 1000)
	for i := range values {
		values[i] = &ua.DataValue{Value: ua.MustVariant(float64(i)), SourceTimestamp: source, ServerTimestamp: server}
	}
	return response(t, 1, changes(values...))
}

func BenchmarkLibrary(b *testing.B) {
	header, err := ua.Encode(&ua.ResponseHeader{ServiceDiagnostics: &ua.DiagnosticInfo{}, AdditionalHeader: ua.NewExtensionObject(nil)})
	if err != nil {
		b.Fatal(err)
	}
	body := slices.Concat(header, thousand(b))
	b.ReportAllocs()
	for b.Loop() {
		var resp ua.PublishResponse
		if _, err := ua.Decode(body, &resp); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/value")
}

func TestAnItemThatComesBackIsSaidOnce(t *testing.T) {
	all := items(2)
	for i, c := range []struct {
		status     ua.StatusCode
		gone, back []uint32
	}{
		{ua.StatusOK, nil, nil},
		{ua.StatusBadNodeIDUnknown, []uint32{0}, nil},
		{ua.StatusBadIndexRangeNoData, []uint32{0}, nil},
		{ua.StatusBadSensorFailure, nil, []uint32{0}}, // it is there, and has no value
		{ua.StatusOK, nil, nil},
	} {
		p, err := NewReader(response(t, uint32(i+1), changes(
			&ua.DataValue{Value: ua.MustVariant(1.0), Status: c.status}, &ua.DataValue{Value: ua.MustVariant(2.0)},
		))).Publication(all, now)
		if err != nil || !slices.Equal(p.Gone, c.gone) || !slices.Equal(p.Back, c.back) {
			t.Errorf("%v: gone %v, back %v, %v", c.status, p.Gone, p.Back, err)
		}
	}
}

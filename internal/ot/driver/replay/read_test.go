package replay

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/ot/tag"
)

// read gives what stands in a log, a line each: rows as `line time item kind value`, refusals as sentences.
func read(t testing.TB, r io.Reader, f Format) (all []string) {
	t.Helper()
	for row, err := range Read(r, f) {
		if err != nil {
			all = append(all, err.Error())
			continue
		}
		all = append(all, fmt.Sprintf("%d %s %s %s %s", row.Line, row.Time.Format("02T15:04:05.999999"), row.Item, row.Value.Kind(), row.Value))
	}
	return all
}

func packed(t testing.TB, s string) io.Reader {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &b
}

func TestLogsAreRead(t *testing.T) {
	piped := "2017-02-02T16:37:08.9062519Z|Block_Number|0\n2017-02-02T16:37:09Z|Program_Name|a|b\r\n\n2017-02-02T17:37:09+01:00|Feed| 482.45 "
	want := []string{"1 02T16:37:08.906251 Block_Number int 0", "2 02T16:37:09 Program_Name text a|b", "4 02T16:37:09 Feed float 482.45"}
	cases := []struct {
		name   string
		log    string
		format Format
		want   []string
	}{
		{"pipes", piped, Format{}, want},
		{"a mark before UTF-8", "\xef\xbb\xbf" + piped, Format{}, want},
		{"nothing", "", Format{}, nil},
		{"nothing in CSV", "", Format{CSV: true}, nil},
		{"long CSV", "Time,Item,Value\n2026-01-02 10:00:00.5,good,12\n2026-01-02T10:00:01,\"state, of the mill\",\"say \"\"on\"\"\"\n2026-01-02T10:00:02Z,good,\n", Format{CSV: true}, []string{
			"2 02T10:00:00.5 good int 12", `3 02T10:00:01 state, of the mill text say "on"`, "4 02T10:00:02 good none ",
		}},
		{"wide CSV", "ts;temperature;state\n1767348000;20.5;ACTIVE\n1767348000.25;;IDLE\n", Format{CSV: true, Comma: ';', Time: "ts", Layout: "unix"}, []string{
			"2 02T10:00:00 temperature float 20.5", "2 02T10:00:00 state text ACTIVE", "3 02T10:00:00.25 state text IDLE",
		}},
		{"columns by other names", "at,tag,unit,reading\n02.01.2026 11:00,good,pcs,7\n", Format{CSV: true, Time: "at", Item: "tag", Value: "reading", Layout: "02.01.2006 15:04", Zone: time.FixedZone("CET", 3600)}, []string{"2 02T10:00:00 good int 7"}},
		{"milliseconds", "time,item,value\n1767348000123,good,7\n", Format{CSV: true, Layout: "unixms"}, []string{"2 02T10:00:00.123 good int 7"}},
		{"text that looks like numbers", "2026-01-02T10:00:00Z|order|4711\n2026-01-02T10:00:00Z|good|4711\n", Format{Text: []string{"order"}}, []string{"1 02T10:00:00 order text 4711", "2 02T10:00:00 good int 4711"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, read(t, strings.NewReader(c.log), c.format)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.want, read(t, packed(t, c.log), c.format)); diff != "" {
				t.Errorf("packed:\n%s", diff)
			}
			if diff := cmp.Diff(c.want, read(t, iotest.OneByteReader(strings.NewReader(c.log)), c.format)); diff != "" {
				t.Errorf("byte by byte:\n%s", diff)
			}
		})
	}
}

func TestHostileLinesAreLeftOutAndToldOf(t *testing.T) {
	log := strings.Join([]string{
		"2026-01-02T10:00:00Z|good|1",
		"20175",
		"2026-01-02T10:00:01Z|good",
		"yesterday|good|2",
		"0000-01-01T00:00:00Z|good|2",
		"2026-13-02T10:00:00Z|good|2",
		"2026-01-02T10:00:02Z||2",
		"2026-01-02T10:00:02Z|go\xffod|2",
		strings.Repeat("x", longest+1),
		strings.Repeat("x", 10*longest) + "|good|3",
		"2026-01-02T10:00:03Z|good|4",
		"\x00\x00|\x00|\x00",
		strings.Repeat("|", 1000),
		"2026-01-02T10:00:04Z|good|" + strings.Repeat("9", 400),
		strings.Repeat("y", longest*2),
	}, "\n")
	want := []string{
		"1 02T10:00:00 good int 1",
		"line 2 is not time|item|value",
		"line 3 is not time|item|value",
		`line 4 has the time "yesterday", which cannot be read`,
		`line 5 has the time "0000-01-01T00:00:00Z", which no calendar shows`,
		`line 6 has the time "2026-13-02T10:00:00Z", which cannot be read`,
		"line 7 names no item",
		"line 8 is not UTF-8",
		"line 9 is longer than 65536 bytes",
		"line 10 is longer than 65536 bytes",
		"11 02T10:00:03 good int 4",
		`line 12 has the time "\x00\x00", which cannot be read`,
		`line 13 has the time "", which cannot be read`,
		"14 02T10:00:04 good text " + strings.Repeat("9", 400),
		"line 15 is longer than 65536 bytes",
	}
	if diff := cmp.Diff(want, read(t, strings.NewReader(log), Format{})); diff != "" {
		t.Error(diff)
	}
	csv := "time,item,value\n2026-01-02T10:00:00Z,good\n2026-01-02T10:00:00Z,\"good,1\n2026-01-02T10:00:00Z,go\"od,1\n2026-01-02T10:00:00Z,good,1,2\n1e300,good,1\n2026-01-02T10:00:01Z,good,5\n"
	want = []string{"line 2 has 2 columns, not 3", "line 3 has quotes that do not match", "line 4 has quotes that do not match", "line 5 has 4 columns, not 3", `line 6 has the time "1e300", which cannot be read`, "7 02T10:00:01 good int 5"}
	if diff := cmp.Diff(want, read(t, strings.NewReader(csv), Format{CSV: true})); diff != "" {
		t.Error(diff)
	}
	want = []string{`line 2 has the time "1e300", which cannot be read`, `line 3 has the time "NaN", which cannot be read`, `line 4 has the time "253402300800", which no calendar shows`}
	if diff := cmp.Diff(want, read(t, strings.NewReader("time,a\n1e300,1\nNaN,1\n253402300800,1\n"), Format{CSV: true, Layout: "unix"})); diff != "" {
		t.Error(diff)
	}
}

func TestWhatEndsALogIsSaidLast(t *testing.T) {
	whole, err := io.ReadAll(packed(t, strings.Repeat("2026-01-02T10:00:00Z|good|1\n", 10_000)))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		log    io.Reader
		format Format
		want   string
	}{
		"cut off":               {bytes.NewReader(whole[:len(whole)/2]), Format{}, "unexpected EOF"},
		"no gzip":               {strings.NewReader("\x1f\x8b no"), Format{}, "unpack: "},
		"a disk that fails":     {io.MultiReader(strings.NewReader("2026-01-02T10:00:00Z|good|1\n"), iotest.ErrReader(errors.New("disk gone"))), Format{}, "read after line 1: disk gone"},
		"fails in a long line":  {io.MultiReader(strings.NewReader(strings.Repeat("x", 2*longest)), iotest.ErrReader(errors.New("disk gone"))), Format{}, "read after line 0: disk gone"},
		"no column for time":    {strings.NewReader("zeit,item,value\n"), Format{CSV: true}, `line 1 names no column "time", but zeit, item, value`},
		"no column for value":   {strings.NewReader("time,item,wert\n"), Format{CSV: true}, `line 1 names no column "value", but time, item, wert`},
		"no column for an item": {strings.NewReader("time,item,value\n"), Format{CSV: true, Item: "tag"}, `line 1 names no column "tag", but time, item, value`},
		"columns not UTF-8":     {strings.NewReader("time,\xff\n"), Format{CSV: true}, "is not UTF-8"},
		"columns in bad quotes": {strings.NewReader("time,\"item\n"), Format{CSV: true}, "line 1 should name the columns, and has quotes"},
		"columns too long":      {strings.NewReader(strings.Repeat("x", 2*longest)), Format{CSV: true}, "line 1 is longer"},
	} {
		t.Run(name, func(t *testing.T) {
			var last error
			for _, err := range Read(c.log, c.format) {
				if last != nil {
					t.Fatalf("something came after %v", last)
				}
				last = err
			}
			if last == nil || !strings.Contains(last.Error(), c.want) {
				t.Errorf("ended with %v, want %s", last, c.want)
			}
		})
	}
}

func TestReadingStopsWhenTold(t *testing.T) {
	for _, f := range []Format{{}, {CSV: true}} {
		log := "2026-01-02T10:00:00Z|a|1\n2026-01-02T10:00:00Z|a|1\n"
		if f.CSV {
			log = "time,a,b\n2026-01-02T10:00:00Z,1,2\nx\n2026-01-02T10:00:00Z,1,2\n"
		}
		rows := 0
		for _, err := range Read(strings.NewReader(log), f) {
			if rows++; err != nil || rows > 1 {
				t.Fatalf("row %d: %v", rows, err)
			}
			break
		}
	}
}

func TestValuesAreTyped(t *testing.T) {
	for in, want := range map[string]tag.Value{
		"12":                    tag.IntValue(12),
		"-7":                    tag.IntValue(-7),
		"+7":                    tag.IntValue(7),
		"0":                     tag.IntValue(0),
		"-0":                    tag.IntValue(0),
		"9223372036854775807":   tag.IntValue(1<<63 - 1),
		"18446744073709551615":  tag.UintValue(1<<64 - 1),
		"184467440737095516150": tag.FloatValue(184467440737095516150),
		"248.880040":            tag.FloatValue(248.88004),
		"0.5":                   tag.FloatValue(.5),
		"1e3":                   tag.FloatValue(1000),
		"1E-3":                  tag.FloatValue(.001),
		"1.":                    tag.FloatValue(1),
		"007":                   tag.TextValue("007"),
		".5":                    tag.TextValue(".5"),
		"1,5":                   tag.TextValue("1,5"),
		"NaN":                   tag.TextValue("NaN"),
		"Inf":                   tag.TextValue("Inf"),
		"-Infinity":             tag.TextValue("-Infinity"),
		"0x10":                  tag.TextValue("0x10"),
		"1_000":                 tag.TextValue("1_000"),
		"1e":                    tag.TextValue("1e"),
		"1e999":                 tag.TextValue("1e999"),
		"1-2":                   tag.TextValue("1-2"),
		"-":                     tag.TextValue("-"),
		"true":                  tag.TextValue("true"),
		"ACTIVE":                tag.TextValue("ACTIVE"),
	} {
		if got, q := typed(in); got != want || !q.Good() {
			t.Errorf("%q reads as %s %s, want %s %s", in, got.Kind(), got, want.Kind(), want)
		}
	}
	for _, in := range []string{"", "UNAVAILABLE"} {
		if got, q := typed(in); got != (tag.Value{}) || !q.Bad() {
			t.Errorf("%q reads as %s %s", in, got.Kind(), q)
		}
	}
}

func TestAnItemHasOneKind(t *testing.T) {
	row := func(s string) Row {
		r := Row{Raw: s}
		r.Value, r.Quality = typed(s)
		return r
	}
	for _, c := range []struct {
		values string
		want   string
	}{
		{"0 12 UNAVAILABLE", "int:0 int:12 none:"},
		{"0 256.6 12", "float:0 float:256.6 float:12"},
		{"12 12A 0.50", "text:12 text:12A text:0.50"},
		{"1 18446744073709551615", "float:1 float:1.8446744073709552e+19"},
		{"UNAVAILABLE", "none:"},
	} {
		kind := tag.None
		for _, v := range strings.Fields(c.values) {
			kind = wider(kind, row(v).Value.Kind())
		}
		var got []string
		for _, v := range strings.Fields(c.values) {
			value := row(v).As(kind)
			got = append(got, value.Kind().String()+":"+value.String())
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s reads as %v, want %s", c.values, got, c.want)
		}
	}
}

// FuzzRead: no log makes the reader panic, or give a row that is not in order.
func FuzzRead(f *testing.F) {
	f.Add([]byte("2026-01-02T10:00:00Z|good|1\n"), false)
	f.Add([]byte("time,item,value\n2026-01-02T10:00:00Z,\"a\",1\n"), true)
	f.Add([]byte("\x1f\x8b\x08"), false)
	f.Fuzz(func(t *testing.T, log []byte, csv bool) {
		line := 0
		for row, err := range Read(bytes.NewReader(log), Format{CSV: csv}) {
			if err != nil {
				continue
			}
			if row.Item == "" || row.Line < line || row.Time.Location() != time.UTC || row.Quality.Good() == (row.Value.Kind() == tag.None) {
				t.Fatalf("row %+v after line %d", row, line)
			}
			line = row.Line
		}
	})
}

func BenchmarkRead(b *testing.B) {
	log := strings.Repeat("2017-02-02T18:06:40.8906250Z|Feed_Rate|596.35\n2017-02-02T18:06:40.9062500Z|Program_Status|ACTIVE\n", 10_000)
	rows := 0
	for b.Loop() {
		for _, err := range Read(strings.NewReader(log), Format{}) {
			if err != nil {
				b.Fatal(err)
			}
			rows++
		}
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}

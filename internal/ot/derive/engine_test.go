package derive_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/ot/derive"
	"millwright/internal/ot/tag"
)

// plan makes formulas "name = expression"; every other name is an input.
type plan struct {
	ids      map[string]tag.ID
	names    []string
	formulas []derive.Formula
}

func planOf(t testing.TB, settings map[string]tag.Tag, rows ...string) *plan {
	t.Helper()
	p := &plan{ids: map[string]tag.ID{}}
	for _, row := range rows {
		name, source, _ := strings.Cut(row, " = ")
		x, err := derive.Compile(source)
		if err != nil {
			t.Fatal(err)
		}
		f := derive.Formula{Tag: settings[name], Expression: x}
		f.Tag.ID, f.Tag.Name = p.id(name), name
		for _, in := range x.Names {
			f.Inputs = append(f.Inputs, p.id(in))
		}
		p.formulas = append(p.formulas, f)
	}
	return p
}

func (p *plan) id(name string) tag.ID {
	if _, there := p.ids[name]; !there {
		p.ids[name] = tag.ID(len(p.ids) + 1)
		p.names = append(p.names, name)
	}
	return p.ids[name]
}

func (p *plan) engine(t testing.TB) *derive.Engine {
	t.Helper()
	ordered, knots := derive.Arrange(p.formulas)
	if len(knots) > 0 {
		t.Fatal(knots)
	}
	return derive.New(ordered)
}

// batch reads "a 1 20.5, b 2 bad": a tag, seconds after noon, and what it says.
func (p *plan) batch(text string) (all []tag.Sample) {
	for row := range strings.SplitSeq(text, ", ") {
		f := strings.Fields(row)
		at, _ := strconv.ParseFloat(f[1], 64)
		s := tag.Sample{Tag: p.id(f[0]), Time: noon.Add(time.Duration(at * float64(time.Second)))}
		switch v, err := strconv.ParseFloat(f[2], 64); {
		case f[2] == "bad":
			s.Quality = tag.BadNoCommunication
		case err != nil:
			s.Value = tag.TextValue(f[2])
		default:
			s.Value = tag.FloatValue(v)
		}
		if len(f) > 3 {
			s.Quality = tag.Uncertain
		}
		all = append(all, s)
	}
	return all
}

func (p *plan) text(all []tag.Sample) string {
	var rows []string
	for _, s := range all {
		v := s.Value.String()
		if s.Quality.Bad() {
			v = s.Quality.String()
		} else if !s.Quality.Good() {
			v += "?"
		}
		rows = append(rows, fmt.Sprintf("%s %s %s", p.names[s.Tag-1], strconv.FormatFloat(s.Time.Sub(noon).Seconds(), 'f', -1, 64), v))
	}
	return strings.Join(rows, ", ")
}

func TestDerivedTagsAsTheyArrive(t *testing.T) {
	for _, c := range []struct {
		name  string
		rows  []string
		tags  map[string]tag.Tag
		steps []string // batch → results
	}{
		{"nothing is said before every input is known", []string{"d = a - b"}, nil, []string{
			"a 1 20 → ", "a 2 21 → ", "b 3 5 → d 3 16", "x 4 1 → ",
		}},
		{"readings of one time are one change", []string{"d = a - b"}, nil, []string{
			"a 1 20, a 2 30, b 1 5, b 2 6 → d 1 15, d 2 24",
		}},
		{"what says nothing new is left out", []string{"d = a > 5"}, nil, []string{
			"a 1 6 → d 1 true", "a 2 7, a 3 8 → ", "a 4 5 → d 4 false",
		}},
		{"a heartbeat passes it from time to time", []string{"d = a > 5"}, map[string]tag.Tag{"d": {Heartbeat: 10 * time.Second}}, []string{
			"a 1 6 → d 1 true", "a 10 7 → ", "a 11 8 → d 11 true",
		}},
		{"a deadband", []string{"d = a * 2"}, map[string]tag.Tag{"d": {Deadband: 1}}, []string{
			"a 1 10 → d 1 20", "a 2 10.4 → ", "a 3 10.5 → d 3 21",
		}},
		{"quality is the worst, and time the newest", []string{"d = a + b"}, nil, []string{
			"a 1 1, b 5 2 → d 5 3", "a 6 1 ? → d 6 3?", "b 7 bad → d 7 no communication", "a 8 2 → ", "b 9 1 → d 9 3",
		}},
		{"the first that is known, at the time of the newest", []string{`d = first(a, tag("b"), c)`}, nil, []string{
			"a 1 bad, b 1 bad → ", "c 1 Cleared → d 1 Cleared", "b 2 Running → d 2 Running", "a 3 Idle → d 3 Idle", "c 4 Aborting → ",
			"a 5 bad → d 5 Running", "b 6 bad → d 6 Aborting", "c 7 bad → d 7 no communication", "b 8 7 ? → d 8 7?",
		}},
		{"what divides by nothing is bad", []string{"d = a / b"}, nil, []string{
			"a 1 1, b 1 0 → d 1 out of range", "b 2 2 → d 2 0.5",
		}},
		{"an input behind the others counts, behind the last result", []string{"d = a + b"}, nil, []string{
			"a 10 1, b 10 1 → d 10 2", "a 20 2 → d 20 3", "b 15 5 → d 20.000001 7", "b 14 9 → ", "b 21 6 → d 21 8",
		}},
		{"one behind another, at one time", []string{"e = d * 2", "d = a + 1"}, nil, []string{
			"a 1 1 → d 1 2, e 1 4", "a 2 1 → ", "a 3 2 → d 3 3, e 3 6",
		}},
		{"both ways of a branch", []string{"m = d > e ? d : e", "d = a + 1", "e = a * 2"}, nil, []string{
			"a 1 0 → d 1 1, e 1 0, m 1 1", "a 2 3 → d 2 4, e 2 6, m 2 6",
		}},
		{"a door that swings gets every result", []string{"d = a > 0 ? 1 : 0"}, map[string]tag.Tag{"d": {Swing: 1}}, []string{
			"a 1 1 → d 1 1", "a 2 2 → d 2 1",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := planOf(t, c.tags, c.rows...)
			e := p.engine(t)
			for _, step := range c.steps {
				in, want, _ := strings.Cut(step, " →")
				batch := p.batch(in)
				got := e.Take(batch)
				if !slices.Equal(got[:len(batch)], batch) {
					t.Fatalf("%s: the batch has become %s", in, p.text(got))
				}
				if text := p.text(got[len(batch):]); text != strings.TrimSpace(want) {
					t.Errorf("%s gives %q, not %q", in, text, strings.TrimSpace(want))
				}
			}
		})
	}
}

func TestAnEngineGoesOnFromTheHistory(t *testing.T) {
	p := planOf(t, nil, "d = a + b")
	for in, want := range map[string]string{
		"a 1 1, b 5 2":                  "d 5 3",
		"a 1 1, b 5 2, d 5 3":           "",
		"a 1 1, b 5 2, d 6 3":           "",
		"a 1 1, b 5 2, d 6 9":           "d 6.000001 3",
		"a 1 1, b 7 bad, d 6 9":         "d 7 no communication",
		"a 1 1":                         "",
		"a 1 1, b 7 2, d 6 bad, d 5 12": "d 7 3",
	} {
		if got := p.text(p.engine(t).Seed(p.batch(in))); got != want {
			t.Errorf("%s gives %q, not %q", in, got, want)
		}
	}
	e := p.engine(t)
	e.Seed(p.batch("a 1 1, b 5 2, d 5 3"))
	if got := p.text(e.Take(p.batch("a 6 2"))[1:]); got != "d 6 4" {
		t.Errorf("a change of one input gives %q", got)
	}
}

func TestCirclesAreRefused(t *testing.T) {
	for _, c := range []struct {
		rows []string
		want string
	}{
		{[]string{"a = a + 1"}, "a: it reads itself: a → a"},
		{[]string{"a = b", "b = c", "c = a + x"}, "a: it reads itself: a → b → c → a"},
		{[]string{"z = a + y", "a = b + y", "b = a"}, "a: it reads itself: a → b → a"},
		{[]string{"d9 = d8", "d8 = d7", "d7 = d6", "d6 = d5", "d5 = d4", "d4 = d3", "d3 = d2", "d2 = d1", "d1 = x"}, "d9: it stands behind 8 other derived tags; at most 8 may follow each other"},
	} {
		p := planOf(t, nil, c.rows...)
		_, knots := derive.Arrange(p.formulas)
		if len(knots) != 1 || p.names[knots[0].Tag-1]+": "+knots[0].Words != c.want {
			t.Errorf("%v: %v, not %s", c.rows, knots, c.want)
		}
	}
}

// TestDerivedTagsKeepTheOrderOfTime: whatever comes, in whatever order, each derived tag's results are newer and newer,
// the last is reckoned from the newest of each input, and the same batches give the same results.
func TestDerivedTagsKeepTheOrderOfTime(t *testing.T) {
	p := planOf(t, nil, "d = a + b * c", "e = d > c ? d : a", "f = max(a, b)")
	rapid.Check(t, func(t *rapid.T) {
		ordered, _ := derive.Arrange(p.formulas)
		one, two := derive.New(ordered), derive.New(ordered)
		last, inputs := map[tag.ID]tag.Sample{}, map[tag.ID]tag.Sample{}
		for range rapid.IntRange(1, 12).Draw(t, "batches") {
			var batch []tag.Sample
			for range rapid.IntRange(1, 9).Draw(t, "samples") {
				s := tag.Sample{Tag: p.id(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "tag")), Time: noon.Add(time.Duration(rapid.IntRange(0, 30).Draw(t, "at")) * time.Second)}
				s.Value = tag.FloatValue(float64(rapid.IntRange(-3, 3).Draw(t, "value")))
				s.Quality = rapid.SampledFrom([]tag.Quality{0, 0, 0, tag.Uncertain, tag.BadNoCommunication}).Draw(t, "quality")
				batch = append(batch, s)
			}
			got := one.Take(slices.Clone(batch))
			if again := two.Take(slices.Clone(batch)); !slices.Equal(got, again) {
				t.Fatalf("%s and then %s", p.text(got), p.text(again))
			}
			for _, s := range got[len(batch):] {
				if before, there := last[s.Tag]; there && !s.Time.After(before.Time) {
					t.Fatalf("%s comes behind %s", p.text([]tag.Sample{s}), p.text([]tag.Sample{before}))
				}
				last[s.Tag] = s
			}
			slices.SortStableFunc(batch, func(a, b tag.Sample) int { return a.Time.Compare(b.Time) })
			for _, s := range batch {
				if before, there := inputs[s.Tag]; !there || !s.Time.Before(before.Time) {
					inputs[s.Tag] = s
				}
			}
		}
		if len(inputs) < 3 {
			return
		}
		for _, f := range p.formulas[2:] {
			var in []tag.Sample
			for _, id := range f.Inputs {
				in = append(in, inputs[id])
			}
			if want, _ := f.Expression.Try(in); want.Value != last[f.Tag.ID].Value || want.Quality != last[f.Tag.ID].Quality {
				t.Fatalf("%s is %v, not %v", f.Tag.Name, last[f.Tag.ID], want)
			}
		}
	})
}

func TestABoardWithoutFormulasPassesWhatItGets(t *testing.T) {
	var b derive.Board
	batch := make([]tag.Sample, 3)
	b.Pass(batch, func(all []tag.Sample) {
		if &all[0] != &batch[0] || len(all) != 3 {
			t.Error("it is another batch")
		}
	})
	if n := testing.AllocsPerRun(100, func() { b.Pass(batch, func([]tag.Sample) {}) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkTake(b *testing.B) {
	p := planOf(b, nil, "d = (a - b) * 1.5 + c")
	e := p.engine(b)
	e.Seed(p.batch("a 0 1, b 0 2, c 0 3"))
	batch := p.batch("a 1 1, x 1 5, b 1 7, x 2 4, c 2 9, x 3 1")
	b.ReportAllocs()
	for i := range b.N {
		for j := range batch {
			batch[j].Time = noon.Add(time.Duration(i*6+j) * time.Millisecond)
			batch[j].Value = tag.FloatValue(float64(i + j))
		}
		e.Take(batch)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(3*b.N), "ns/input")
}

package plain

import (
	"bytes"
	"reflect"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// thing has one of everything that settings are made of.
type thing struct {
	Name  string                   `yaml:"name,omitempty"`
	Kept  int                      `yaml:"kept"`
	Limit *float64                 `yaml:"limit,omitempty"`
	Size  uint64                   `yaml:"size,omitempty"`
	Rate  float64                  `yaml:"rate,omitempty"`
	On    bool                     `yaml:"on,omitempty"`
	Span  time.Duration            `yaml:"span,omitempty"`
	Words []string                 `yaml:"words,omitempty"`
	Inner inner                    `yaml:"inner,omitempty"`
	Many  []inner                  `yaml:"many,omitempty"`
	By    map[string]inner         `yaml:"by,omitempty"`
	Past  map[int]thing            `yaml:"past,omitempty"`
	Times map[string]time.Duration `yaml:"times,omitempty"`
}

type inner struct {
	On    string            `yaml:"on,omitempty"` // a word that YAML had another meaning for
	ID    string            `yaml:"id,omitempty"`
	Names map[string]string `yaml:"names,omitempty"`
	List  []string          `yaml:"list,omitempty"`
}

func general(t *testing.T, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func whole(a, b string, n int64, f float64) thing {
	return thing{
		Name: a, Kept: int(n), Limit: &f, Size: uint64(n), Rate: f, On: n%2 == 0, Span: time.Duration(n), Words: []string{a, b, a + b},
		Inner: inner{ID: b, Names: map[string]string{a: b, b: a}}, Many: []inner{{}, {ID: a}, {On: a, List: []string{b}, Names: map[string]string{b + "1": a}}},
		Past: map[int]thing{7: {Name: a}, int(n): {Name: b}, 12: {}},
		By:   map[string]inner{a: {}, b: {ID: a, List: []string{b, a}}}, Times: map[string]time.Duration{a + b: time.Duration(n), b + a: 1},
	}
}

// FuzzPlain: what is written is to the letter what YAML in general writes, and what is read is what that reads.
func FuzzPlain(f *testing.F) {
	for _, s := range []string{"", "a", "Line 7", "ns=2;s={line}.{unit}.t3", "06:00", "*", "y", "true", "~", "null", "1e3", "0x1f", "- a", "a: b", "a #b", "it's", `"quoted"`, "°C", "two\nlines", " x", "x ", "\x00", "{}", "[]", "=", "<<", "2026-11-29", "t2", "t10", "t010", "a-b", "a_b", "aB", "---", "?", "!x", "%x", "@", "\xff", "e5", ".inf", "NaN", "+1", "1_000", "0b1", "Infinity", "x:", ":", "#", "'", "\u200f"} {
		f.Add(s, "t9", int64(600_000_000), 0.5)
		f.Add("t10", s, int64(-1), -1e30)
	}
	f.Fuzz(func(t *testing.T, a, b string, n int64, x float64) {
		for _, v := range []thing{whole(a, b, n, x), {Name: a}, {}} {
			text, ok := Write(v)
			want := general(t, v)
			if !ok {
				continue
			}
			if !bytes.Equal(text, want) {
				t.Fatalf("wrote\n%s\nand YAML in general\n%s", text, want)
			}
			var got, meant thing
			if err := yaml.Unmarshal(text, &meant); err != nil {
				t.Fatalf("%v in\n%s", err, text)
			}
			if !Read(text, &got) {
				t.Fatalf("not read:\n%s", text)
			}
			if !reflect.DeepEqual(got, meant) {
				t.Fatalf("read %+v and meant %+v in\n%s", got, meant, text)
			}
		}
		var got, meant thing
		if Read([]byte(a), &got) {
			if err := yaml.Unmarshal([]byte(a), &meant); err != nil || !reflect.DeepEqual(got, meant) {
				t.Fatalf("read %+v and meant %+v, %v, in\n%s", got, meant, err, a)
			}
		}
	})
}

// What people write in other ways is left to YAML in general.
func TestOtherFormsAreNotRead(t *testing.T) {
	for _, text := range []string{
		"", "# a comment\nname: x\nkept: 1\n", "name: x\nkept: 1\n# end\n", "{name: x, kept: 1}\n", "name: \"x\"\nkept: 1\n", "kept: 1\nname: x\n", "name: x\nkept: 1",
		"name: x\nkept: 1\n\n", "name: x\nname: y\nkept: 1\n", "name: x\nkept: one\n", "nome: x\nkept: 1\n", "name: x\nkept: 1\nwords:\n- a\n", "name: x\nkept: 1\nwords: [a]\n",
		"name: x\nkept: 1\ninner:\n    id: a\n", "name: x\nkept: 1\r\n", "kept: 1\n---\nkept: 2\n", "kept: 1\nby:\n  b: {}\n  a: {}\n", "kept: 1\nwords:\n", "kept: 1\nwords:\n  - {}\n", "kept: 1\ninner: {}\n", "kept: 1\nmany:\n  - \n",
	} {
		var got thing
		if Read([]byte(text), &got) {
			t.Errorf("read %+v of %q", got, text)
		}
	}
}

func TestACopySharesNothing(t *testing.T) {
	was, other := whole("a", "b", 7, 2.5), whole("a", "b", 7, 2.5)
	c := Copy(was)
	if !reflect.DeepEqual(c, was) {
		t.Fatalf("%+v became %+v", was, c)
	}
	*c.Limit = 9
	c.Words[0], c.Inner.Names["a"], c.Many[1].ID, c.Many[2].List[0], c.Times["ab"] = "x", "x", "x", "x", 0
	c.By["b"].List[0] = "x"
	c.By["c"] = inner{}
	if !reflect.DeepEqual(was, other) {
		t.Errorf("what was copied has changed to %+v", was)
	}
}

package access

import (
	"testing"

	"millwright/internal/access/lookalike"
)

func TestANewNameIsNotTakenForAnother(t *testing.T) {
	for name, ok := range map[string]bool{
		"bert": true, "Zoë O'Neil-Müller": true, "Берт": true, "Ελένη": true, "李雷": true, "やまだ太郎": true, "ada@example.org": true,
		"bеrt": false, "ＢＥＲＴ": false, "ﬁona": false, "Αda": false, "ada²": false, "": false,
	} {
		if m := NewNameFault(name); (m == "") != ok {
			t.Errorf("%q: %q", name, m)
		}
	}
	for _, pair := range [][2]string{{"bert", "bеrt"}, {"pop", "рор"}, {"BERT", "ＢＥＲＴ"}, {"Ada", "Αdа"}} {
		if lookalike.Of(pair[0]) != lookalike.Of(pair[1]) {
			t.Errorf("%q and %q look different", pair[0], pair[1])
		}
	}
	if lookalike.Of("Берт") == lookalike.Of("bert") {
		t.Error("Берт is not bert")
	}
}

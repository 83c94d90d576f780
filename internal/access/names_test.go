package access

import "testing"

func TestANewNameIsNotTakenForAnother(t *testing.T) {
	for name, ok := range map[string]bool{
		"bert": true, "Zoë O'Neil-Müller": true, "Берт": true, "Ελένη": true, "李雷": true, "やまだ太郎": true, "ada@example.org": true,
		"bеrt": false, "ＢＥＲＴ": false, "ﬁona": false, "Αda": false, "ada²": false, "": false,
	} {
		if m := newNameFault(name); (m == "") != ok {
			t.Errorf("%q: %q", name, m)
		}
	}
	for _, pair := range [][2]string{{"bert", "bеrt"}, {"pop", "рор"}, {"BERT", "ＢＥＲＴ"}, {"Ada", "Αdа"}} {
		if look(pair[0]) != look(pair[1]) {
			t.Errorf("%q and %q look different", pair[0], pair[1])
		}
	}
	if look("Берт") == look("bert") {
		t.Error("Берт is not bert")
	}
}

package register_test

import (
	"reflect"
	"strings"
	"testing"

	"millwright/internal/erp/register"
)

// What a list gives as a file is imported as it is: states as they are read, and without what is reckoned.
func TestATableFromAListIsTaken(t *testing.T) {
	fields := []register.Field{{Title: "Number", Key: true}, {Title: "Kind"}, {Title: "Price", Also: []string{"Price of one unit"}}}
	list := []register.Column{
		{Title: "Entry", Kind: register.Count},
		{Title: "Number"},
		{Title: "Price of one unit"},
		{Title: "On hand"},
		{Title: "Kind", Kind: register.State, Words: []register.Word{{Value: "make", Name: "Made"}, {Value: "both", Name: "Made or bought"}}},
	}
	given := register.Table{Head: []string{"entry", "Number", "Kind", "Price of one unit", " On hand "}, Rows: [][]string{{"7", "A", "made OR bought", "1", "3"}, {"8", "B", "make"}, {"9", "C"}}}
	got := given.From(fields, list)
	if !reflect.DeepEqual(got.Aside, []string{"entry", "On hand"}) || got.Rows[0][2] != "both" || got.Rows[1][2] != "make" || given.Head[0] != "entry" {
		t.Errorf("%+v of %+v", got, given)
	}
	if m, err := register.Map(fields, got.Head); err != nil || !reflect.DeepEqual(m, register.Mapping{1, 2, 3}) {
		t.Errorf("%v %v", m, err)
	}
	given.Head[4] = "Colour"
	if _, err := register.Map(fields, given.From(fields, list).Head); err == nil || !strings.Contains(err.Error(), "Colour") {
		t.Errorf("an unknown column is taken: %v", err)
	}
}

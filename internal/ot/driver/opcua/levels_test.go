package opcua_test

import (
	"fmt"
	"testing"

	"millwright/internal/ot/driver"
	"millwright/internal/ot/driver/drivertest"
	"millwright/internal/ot/driver/opcua"
	"millwright/internal/ot/survey"
)

// TestManyLevelsAreListedInFewRequests lists folders of a server that takes few nodes a request, and keeps one place
// only at which a listing may go on.
func TestManyLevelsAreListedInFewRequests(t *testing.T) {
	t.Parallel()
	const folders, perBrowse = 30, 7
	n := startNode(t, options{Limits: map[string]int{"maxNodesPerBrowse": perBrowse}, Points: 1, PackML: true})
	n.do(t, drivertest.Command{Op: "hall", Value: fmt.Sprint(folders)})
	d := quick(t, opcua.Config{Endpoint: n.endpoint(), Watchdog: soon})
	ask := []string{"", at("nothing"), "rubbish"}
	for f := range folders {
		ask = append(ask, at(fmt.Sprint("f", f)))
	}
	levels, err := d.BrowseAll(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	for i, level := range levels {
		want := 20
		switch i {
		case 0:
			continue // the server's own
		case 1, 2:
			if level.Err == nil {
				t.Errorf("%s is listed", ask[i])
			}
			continue
		case 3, 4:
			want = 2050
		}
		if level.Err != nil || len(level.Nodes) != want || level.Nodes[want-1].Address != at(fmt.Sprintf("f%d.v%d", i-3, want-1)) {
			t.Errorf("%s has %d nodes, %v", ask[i], len(level.Nodes), level.Err)
		}
	}
	// The folders a few at a time, two of them alone, and types of data.
	n.do(t, drivertest.Command{Op: "atmost", Name: "BrowseRequest", Value: fmt.Sprint(2*folders/perBrowse + 2)})

	// A machine says of which model it is, whatever it is called.
	n.do(t, drivertest.Command{Op: "press", Name: "PX-7"})
	s := survey.New(d)
	seen, _, err := s.Search(t.Context(), "", survey.Telling(), 100)
	if err != nil {
		t.Fatal(err)
	}
	m, ok := survey.Companions()[0].Match(seen)
	if want := (driver.Type{URI: "http://opcfoundation.org/UA/PackML/", Name: "PackMLBaseObjectType"}); !ok || m.Type != want {
		t.Errorf("it is recognised by %+v", m.Type)
	}
	for role, name := range map[survey.Role]string{survey.State: "StateCurrent", survey.Mode: "UnitModeCurrent", survey.Speed: "CurMachSpeed"} {
		if f := m.Roles[role]; f.Name != name || f.Parent != "Status" || fmt.Sprint(f.Path) != "[PX-7 Status]" {
			t.Errorf("%s is %+v", role, f)
		}
	}
}

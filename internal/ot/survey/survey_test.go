package survey_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"millwright/internal/ot/driver"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/survey"
	"millwright/internal/ot/tag"
)

// tree is an address space; it counts how often it is asked.
type tree struct {
	below map[string][]driver.Node
	asked int
}

func (t *tree) Browse(_ context.Context, address string) ([]driver.Node, error) {
	t.asked++
	nodes, ok := t.below[address]
	if !ok {
		return nil, errors.New("there is no such node")
	}
	return nodes, nil
}

func (t *tree) Read(context.Context, []string) ([]tag.Sample, error) { return nil, nil }

func folder(address string) driver.Node {
	return driver.Node{Address: address, Name: address, Folder: true}
}

func value(address, name string) driver.Node {
	return driver.Node{Address: address, Name: name, Kind: tag.Float}
}

func TestASearchWalksLoopsOnceAndEnds(t *testing.T) {
	tr := &tree{below: map[string][]driver.Node{
		"":  {folder("a")},
		"a": {folder("b"), folder("a"), folder("broken"), value("v1", "Speed")},
		"b": {folder("a"), value("v2", "MaxSpeed"), value("v3", "Other")},
	}}
	s := survey.New(tr)
	all, whole, err := s.Search(t.Context(), "", survey.Named("speed"), 10)
	if err != nil || !whole || len(all) != 2 || all[1].Parent != "b" || fmt.Sprint(all[1].Path) != "[a b]" {
		t.Errorf("%+v %v %v", all, whole, err)
	}
	if tr.asked != 4 {
		t.Errorf("asked %d times", tr.asked)
	}
	if _, whole, _ := s.Search(t.Context(), "", survey.Named("speed"), 1); whole {
		t.Error("a search that was cut says that it saw everything")
	}
	if way := s.Trail("v2"); len(way) != 3 || way[0].Name != "a" || way[2].Name != "MaxSpeed" {
		t.Errorf("%+v", way)
	}
	wide := &tree{below: map[string][]driver.Node{}}
	for i := range 5000 { // an endless chain, each with a new folder below
		wide.below[fmt.Sprint(i)] = []driver.Node{folder(fmt.Sprint(i + 1)), folder(fmt.Sprint("x", i))}
	}
	if _, _, err := survey.New(wide).Search(t.Context(), "0", survey.Named("nothing"), 10); err != nil || wide.asked > 500 {
		t.Errorf("asked %d times, %v", wide.asked, err)
	}
}

// hall is a tree that can be asked for many levels at once; some it tells only alone, or not at all.
type hall struct {
	tree
	together []int // how many levels were asked for
}

func (h *hall) BrowseAll(ctx context.Context, addresses []string) ([]driver.Level, error) {
	h.together = append(h.together, len(addresses))
	levels := make([]driver.Level, len(addresses))
	for i, a := range addresses {
		if levels[i].Err = errors.New("it is too long to be listed with others"); a != "m7" {
			levels[i].Nodes, levels[i].Err = h.Browse(ctx, a)
			h.asked--
		}
	}
	return levels, nil
}

func TestASearchAsksForManyLevelsAtOnce(t *testing.T) {
	h := &hall{tree: tree{below: map[string][]driver.Node{}}}
	for i := range 150 {
		m := fmt.Sprint("m", i)
		h.below[""] = append(h.below[""], folder(m))
		h.below[m] = []driver.Node{value(m+".v", "Speed"), value(m+".w", "Load")}
	}
	h.below[""] = append(h.below[""], folder("broken"))
	s := survey.New(h)
	all, whole, err := s.Search(t.Context(), "", survey.Named("speed"), 1000)
	if err != nil || !whole || len(all) != 150 || all[7].Address != "m7.v" || all[149].Parent != "m149" {
		t.Errorf("%d, %v, %v", len(all), whole, err)
	}
	if fmt.Sprint(h.together) != "[100 51]" || h.asked != 3 { // the top, the one that is told alone, and the one that is not there
		t.Errorf("asked for %v at once and for %d alone", h.together, h.asked)
	}
}

func TestNamesOfTagsAreMadeOfThoseOfNodes(t *testing.T) {
	f := survey.Found{Node: driver.Node{Name: "CurMachSpeed"}, Parent: "Filler 1"}
	for template, want := range map[string]string{
		"{name}": "cur_mach_speed", "{parent}_{name}": "filler_1_cur_mach_speed", "x.{name}": "x_cur_mach_speed", "日本": "", "": "",
	} {
		if got := survey.Name(template, f); got != want {
			t.Errorf("%s gives %q", template, got)
		}
	}
	f.Name = `"><script>{parent}`
	if got := survey.Name("{name}", f); got != "script_parent" {
		t.Errorf("a hostile name gives %q", got)
	}
}

func TestCompanionsAreRecognisedByTheirNames(t *testing.T) {
	found := func(name, parent string, path ...string) survey.Found {
		return survey.Found{Node: value(parent+"."+name, name), Parent: parent, Path: append(path, parent)}
	}
	all := []survey.Found{
		found("StateCurrent", "Status"), found("UnitModeCurrent", "Status"), found("CurMachSpeed", "Status"),
		found("Count", "ProdProcessedCount[0]", "Admin", "ProdProcessedCount"), found("ProdDefectiveCount", "Admin"), found("StateCurrent", "Other"),
		found("CurrentState", "MachineryItemState"), found("CurrentState", "MachineryOperationMode"),
	}
	want := map[string]int{"packml": 5, "machinery": 2, "machinetool": 0}
	for _, c := range survey.Companions() {
		m, ok := c.Match(all)
		if len(m.Roles) != want[c.ID] || ok != (want[c.ID] > 0) || m.More != (c.ID == "packml") || m.Type != (driver.Type{}) {
			t.Errorf("%s: %+v", c.ID, m)
		}
	}
	tool := []survey.Found{
		found("CurrentState", "State"), found("Name", "ActiveProgram"), found("JobIdentifier", "ActiveProgram"), found("JobIdentifier", "Other"),
	}
	if m, _ := survey.Companions()[1].Match(tool); m.More || m.Roles[survey.Order].Parent != "ActiveProgram" || m.Roles[survey.Product].Name != "Name" {
		t.Errorf("a machine tool has %+v", m)
	}
	if m, ok := survey.Companions()[0].Match(all[1:3]); ok || m.Roles != nil {
		t.Errorf("a mode without a state is recognised: %+v", m)
	}
}

func TestCompanionsAreRecognisedByTheirTypesFirst(t *testing.T) {
	const model = "http://opcfoundation.org/UA/PackML/"
	press := folder("press")
	press.Type = driver.Type{URI: "urn:maker", Name: "PressType"}
	status := folder("Status")
	status.Type = driver.Type{URI: model, Name: "PackMLStatusObjectType"}
	tr := &tree{below: map[string][]driver.Node{
		"":       {folder("old"), press},
		"old":    {value("old.state", "StateCurrent"), value("old.speed", "CurMachSpeed"), value("old.mode", "UnitModeCurrent")},
		"press":  {status},
		"Status": {value("press.state", "StateCurrent"), value("press.speed", "CurMachSpeed")},
	}}
	s, packml := survey.New(tr), survey.Companions()[0]
	all, _, err := s.Search(t.Context(), "", survey.Telling(), 100)
	if err != nil {
		t.Fatal(err)
	}
	m, ok := packml.Match(all)
	if !ok || m.Type != status.Type || m.More || m.Roles[survey.State].Address != "press.state" || m.Roles[survey.Speed].Address != "press.speed" || len(m.Roles) != 2 {
		t.Errorf("%+v", m)
	}
	if all, _, _ = s.Search(t.Context(), "Status", survey.Telling(), 100); len(all) != 2 { // its own type was seen on the way down
		t.Fatalf("%+v", all)
	}
	if m, _ = packml.Match(all); m.Type != status.Type {
		t.Errorf("from inside: %+v", m)
	}
	if m, ok = survey.Companions()[1].Match(all); ok {
		t.Errorf("a press is a machine tool: %+v", m)
	}
	if all, _, _ = s.Search(t.Context(), "old", survey.Telling(), 100); len(all) != 3 {
		t.Fatalf("%+v", all)
	}
	if m, ok = packml.Match(all); !ok || m.Type != (driver.Type{}) || len(m.Roles) != 3 {
		t.Errorf("by names: %+v", m)
	}
}

func TestCompanionsSpeakPackML(t *testing.T) {
	for _, c := range survey.Companions() {
		for _, word := range c.States {
			if _, err := machine.ParseState(word); err != nil {
				t.Errorf("%s: %v", c.ID, err)
			}
		}
		for _, word := range c.Modes {
			if _, err := machine.ParseMode(word); err != nil {
				t.Errorf("%s: %v", c.ID, err)
			}
		}
	}
}

func TestABasketHoldsEachOnceAndNotWithoutEnd(t *testing.T) {
	at := func(n int) survey.Found { return survey.Found{Node: value(fmt.Sprint(n), "v")} }
	var b survey.Basket
	if !b.Change([]survey.Found{at(1), at(2), at(1)}, nil) || b.Len() != 2 || !b.Has("2") {
		t.Errorf("%+v", b.All())
	}
	before := b
	var all []survey.Found
	for n := range survey.MostTicked {
		all = append(all, at(n))
	}
	if b.Change(append(all, at(-1)), []string{"1"}) || b.Len() != 2 || !b.Has("1") {
		t.Errorf("too many: %d are in it", b.Len())
	}
	if !b.Change(all, nil) || b.Len() != survey.MostTicked || b.All()[0].Address != "1" {
		t.Errorf("%d, the first %v", b.Len(), b.All()[0])
	}
	if !b.Change(nil, []string{"1", "nothing"}) || b.Has("1") || b.Len() != survey.MostTicked-1 {
		t.Errorf("%d are left", b.Len())
	}
	if before.Len() != 2 || !before.Has("1") {
		t.Error("a copy changes with it")
	}
}

// A machine tool with two parts, beside another machine in the same folder.
func machineTools() *tree {
	const model = "http://opcfoundation.org/UA/MachineTool/"
	typed := func(address, kind string) driver.Node {
		n := folder(address)
		n.Type = driver.Type{URI: model, Name: kind}
		return n
	}
	mill := typed("mill", "MachineToolType")
	return &tree{below: map[string][]driver.Node{
		"":              {folder("machines"), folder("cell")},
		"machines":      {mill, typed("lathe", "MachineToolType")},
		"mill":          {folder("production"), folder("monitoring")},
		"production":    {folder("ActiveProgram"), value("mill.parts", "PartsCompleted"), value("mill.lifetime", "PartsProducedInLifetime"), value("mill.rejected", "PartsRejected")},
		"ActiveProgram": {folder("State"), value("mill.name", "Name")},
		"State":         {value("mill.state", "CurrentState")},
		"monitoring":    {folder("MachineTool")},
		"MachineTool":   {value("mill.mode", "OperationMode")},
		"lathe":         {folder("program")},
		"program":       {folder("lathe.State")},
		"lathe.State":   {{Address: "lathe.state", Name: "CurrentState", Kind: tag.Text}},
		"cell":          {value("door", "DoorOpen")},
	}}
}

func TestAMachineToolIsTheSameOnEachOfItsLevels(t *testing.T) {
	s := survey.New(machineTools())
	for _, way := range [][]string{{"", "machines", "mill"}, {"mill", "production"}, {"production", "ActiveProgram"}, {"mill", "monitoring"}, {"monitoring", "MachineTool"}} {
		for _, at := range way {
			if _, err := s.Level(t.Context(), at); err != nil {
				t.Fatal(err)
			}
		}
		at := way[len(way)-1]
		all, err := s.Recognise(t.Context(), at)
		if err != nil || len(all) != 1 || all[0].ID != "machinetool" {
			t.Fatalf("at %s: %+v, %v", at, all, err)
		}
		got := map[survey.Role]string{}
		for role, f := range all[0].Roles {
			got[role] = f.Address
		}
		if want := fmt.Sprint(map[survey.Role]string{"state": "mill.state", "mode": "mill.mode", "total": "mill.parts", "reject": "mill.rejected", "product": "mill.name"}); fmt.Sprint(got) != want || all[0].More {
			t.Errorf("at %s is offered %v, want %s", at, got, want)
		}
		if all[0].At != "mill" || (all[0].Above == "") != (at == "mill") {
			t.Errorf("at %s it is that of %s, above %q", at, all[0].At, all[0].Above)
		}
	}
	if all, err := s.Recognise(t.Context(), "cell"); err != nil || len(all) != 0 {
		t.Errorf("beside the machines: %+v, %v", all, err)
	}
	if all, err := s.Recognise(t.Context(), ""); err != nil || len(all) != 1 {
		t.Errorf("at the top: %+v, %v", all, err)
	}
}

package survey

import "millwright/internal/ot/driver"

// Role is what a node means to a line.
type Role string

// The roles.
const (
	State   Role = "state"
	Mode    Role = "mode"
	Total   Role = "total"
	Good    Role = "good"
	Reject  Role = "reject"
	Speed   Role = "speed"
	Product Role = "product"
	Order   Role = "order"
	Fault   Role = "fault"
)

// Companion is a standard that says by which names a machine shows what it does.
type Companion struct {
	ID, Name string
	rules    []rule
	States   map[string]string // value → PackML state; nil for PackTags numbers
	Modes    map[string]string // value → unit mode; nil for PackTags numbers
}

// rule says which node has a role: its name and that of what it stands under ("" for any).
type rule struct {
	role         Role
	under, name  string
	counterUnder bool // also the Count of an array element below a node of that name
}

// Companions are those that are recognised.
func Companions() []Companion {
	return []Companion{
		{
			ID: "packml", Name: "PackML (ISA-TR88.00.02, OPC 30050)",
			rules: []rule{
				{role: State, name: "StateCurrent"},
				{role: Mode, name: "UnitModeCurrent"},
				{role: Speed, name: "CurMachSpeed"},
				{role: Total, name: "ProdProcessedCount", counterUnder: true},
				{role: Reject, name: "ProdDefectiveCount", counterUnder: true},
			},
		},
		{
			ID: "machinetool", Name: "MachineTool (OPC 40501)",
			rules: []rule{
				{role: State, under: "State", name: "CurrentState"},
				{role: Mode, under: "MachineTool", name: "OperationMode"},
				{role: Good, name: "PartsCompleted"},
				{role: Product, under: "ActiveProgram", name: "Name"},
				{role: Order, under: "ActiveProgram", name: "JobIdentifier"}, // optional there (8.4.5)
			},
			States: map[string]string{"Initializing": "Starting", "Running": "Execute", "Ended": "Complete", "Interrupted": "Held", "Aborted": "Aborted"},
			Modes:  map[string]string{"0": "Manual", "1": "Production", "2": "Manual", "3": "Production", "4": "Maintenance"},
		},
		{
			ID: "machinery", Name: "Machinery (OPC 40001)",
			rules: []rule{
				{role: State, under: "MachineryItemState", name: "CurrentState"},
				{role: Mode, under: "MachineryOperationMode", name: "CurrentState"},
			},
			States: map[string]string{"Executing": "Execute", "NotExecuting": "Idle", "OutOfService": "Stopped", "NotAvailable": "Stopped"},
			Modes:  map[string]string{"Processing": "Production", "Setup": "Manual", "Maintenance": "Maintenance"},
		},
	}
}

// Telling fits the nodes by which a companion is recognised.
func Telling() func(driver.Node) bool {
	names := map[string]bool{}
	for _, c := range Companions() {
		for _, r := range c.rules {
			names[r.name] = true
			if r.counterUnder {
				names["Count"] = true
			}
		}
	}
	return func(n driver.Node) bool { return !n.Folder && names[n.Name] }
}

// Match gives the nodes that have a role in a companion, the first of each; more tells that there are several of one
// role, as in a folder of several machines.
func (c Companion) Match(all []Found) (roles map[Role]Found, more bool) {
	roles = map[Role]Found{}
	for _, r := range c.rules {
		for _, f := range all {
			if !r.fits(f) {
				continue
			}
			if _, there := roles[r.role]; there {
				more = true
				continue
			}
			roles[r.role] = f
		}
	}
	_, state := roles[State]
	if !state { // a mode or a name alone may be anything
		return nil, false
	}
	return roles, more
}

func (r rule) fits(f Found) bool {
	if f.Folder {
		return false
	}
	if f.Name == r.name && (r.under == "" || f.Parent == r.under) {
		return true
	}
	return r.counterUnder && f.Name == "Count" && len(f.Path) > 1 && (f.Path[len(f.Path)-2] == r.name || f.Parent == r.name)
}

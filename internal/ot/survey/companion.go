package survey

import (
	"slices"

	"millwright/internal/ot/driver"
)

// Role is what a node means to a line.
type Role string

// The roles. Of state machines one in another, State is that of the outermost, and what the inner ones tell goes before it.
const (
	Execute Role = "state_execute"
	Machine Role = "state_machine"
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

// Companion is a standard that says by which types and names a machine shows what it does.
type Companion struct {
	ID, Name string
	URI      string // of its information model
	rules    []rule
	States   map[string]string // value → PackML state; nil for PackTags numbers
	Modes    map[string]string // value → unit mode; nil for PackTags numbers
}

// rule says which node has a role: its name and that of what it stands under ("" for any). Of several rules for a role
// the first that fits anything counts.
type rule struct {
	role         Role
	under, name  string
	counterUnder bool // also the Count of an array element below a node of that name
}

// Companions are those that are recognised.
func Companions() []Companion {
	return []Companion{
		{
			ID: "packml", Name: "PackML (ISA-TR88.00.02, OPC 30050)", URI: "http://opcfoundation.org/UA/PackML/",
			rules: []rule{
				{role: State, name: "StateCurrent"},
				{role: Mode, name: "UnitModeCurrent"},
				{role: Speed, name: "CurMachSpeed"},
				{role: Total, name: "ProdProcessedCount", counterUnder: true},
				{role: Reject, name: "ProdDefectiveCount", counterUnder: true},
			},
		},
		{
			ID: "machinetool", Name: "MachineTool (OPC 40501)", URI: "http://opcfoundation.org/UA/MachineTool/",
			rules: []rule{
				{role: State, under: "State", name: "CurrentState"},
				{role: Mode, under: "MachineTool", name: "OperationMode"},
				{role: Total, name: "PartsCompleted"}, // of a job, good or not (8.4.3)
				{role: Total, name: "PartsProducedInLifetime"},
				{role: Good, name: "PartsGood"},
				{role: Reject, name: "PartsRejected"}, // the standard has none; makers put it beside
				{role: Product, under: "ActiveProgram", name: "Name"},
				{role: Order, under: "ActiveProgram", name: "JobIdentifier"}, // optional there (8.4.5)
			},
			States: map[string]string{"Initializing": "Starting", "Running": "Execute", "Ended": "Complete", "Interrupted": "Held", "Aborted": "Aborted"},
			Modes:  map[string]string{"0": "Manual", "1": "Production", "2": "Manual", "3": "Production", "4": "Maintenance"},
		},
		{
			ID: "machinery", Name: "Machinery (OPC 40001)", URI: "http://opcfoundation.org/UA/Machinery/",
			rules: []rule{
				{role: State, under: "MachineryItemState", name: "CurrentState"},
				{role: Mode, under: "MachineryOperationMode", name: "CurrentState"},
			},
			States: map[string]string{"Executing": "Execute", "NotExecuting": "Idle", "OutOfService": "Stopped", "NotAvailable": "Stopped"},
			Modes:  map[string]string{"Processing": "Production", "Setup": "Manual", "Maintenance": "Maintenance"},
		},
		{
			ID: "packmlnested", Name: "PackML by its nested state machines (OPC 30050)", URI: "http://opcfoundation.org/UA/PackML/",
			rules: []rule{
				{role: State, under: "BaseStateMachine", name: "CurrentState"},
				{role: Machine, under: "MachineState", name: "CurrentState"},
				{role: Execute, under: "ExecuteState", name: "CurrentState"},
				{role: Mode, name: "UnitModeCurrent"},
				{role: Speed, name: "CurMachSpeed"},
				{role: Total, name: "ProdProcessedCount", counterUnder: true},
				{role: Reject, name: "ProdDefectiveCount", counterUnder: true},
			},
			States: nestedStates(),
		},
	}
}

// nestedStates are the states of PackML by their names. Running says that the machine in it tells more.
func nestedStates() map[string]string {
	all := map[string]string{"Running": "Execute"}
	for _, s := range []string{
		"Clearing", "Stopped", "Starting", "Idle", "Suspended", "Execute", "Stopping", "Aborting", "Aborted", "Holding", "Held",
		"Unholding", "Suspending", "Unsuspending", "Resetting", "Completing", "Complete",
	} {
		all[s] = s
	}
	return all
}

// Nested are the roles whose nodes tell the state together: the first of them that is known.
func Nested() []Role { return []Role{Execute, Machine, State} }

// Nests tells whether several nodes of a match tell the state together.
func (m Match) Nests() bool {
	_, machine := m.Roles[Machine]
	_, execute := m.Roles[Execute]
	return machine || execute
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

// Match is what was recognised of a companion.
type Match struct {
	Roles map[Role]Found // the first node of each
	More  bool           // there are several of one role, as in a folder of several machines
	Type  driver.Type    // of the companion's model, which says that the machine follows it; zero when only names do
}

// Match recognises nodes by the types of what they stand under, and without such types by names alone.
func (c Companion) Match(all []Found) (m Match, ok bool) {
	typed := slices.DeleteFunc(slices.Clone(all), func(f Found) bool { return c.model(f) == driver.Type{} })
	if m, ok = c.named(typed); ok {
		m.Type = c.model(m.Roles[State])
		return m, true
	}
	return c.named(all)
}

// model is the type of the companion's model that a node stands under, or is of: the outermost.
func (c Companion) model(f Found) driver.Type {
	for _, t := range append(slices.Clone(f.Above), f.Type) {
		if t.URI == c.URI {
			return t
		}
	}
	return driver.Type{}
}

// named gives each role the first node with its name.
func (c Companion) named(all []Found) (m Match, ok bool) {
	m.Roles = map[Role]Found{}
	for _, r := range c.rules {
		if _, there := m.Roles[r.role]; there {
			continue
		}
		for _, f := range all {
			if !r.fits(f) {
				continue
			}
			if _, there := m.Roles[r.role]; there {
				m.More = true
				continue
			}
			m.Roles[r.role] = f
		}
	}
	if _, state := m.Roles[State]; !state { // a mode or a name alone may be anything
		return Match{}, false
	}
	return m, true
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

package people

import "millwright/views/ui"

// Grants is what a person may do at some places besides the role in the whole plant. It posts version, grant-at,
// grant-role ("nobody" takes a role away) and grant-why to …/grants.
type Grants struct {
	Rows   []Grant
	Places []ui.Choice // sites, areas and lines in the order of the tree
	At     string
	Role   string
	Why    string
	Faults []ui.Fault
}

// Grant is a role at one place.
type Grant struct {
	Place string // "Ulm works › Filling"
	Role  string
}

func (g Grants) at() ui.Input {
	return ui.Input{ID: "grant-at", Label: "Where", Help: "A role at a site or an area holds for all that is in it.", Value: g.At, Fault: ui.FaultOf(g.Faults, "grant-at")}
}

func (g Grants) role() ui.Input {
	return ui.Input{ID: "grant-role", Label: "Role there", Value: g.Role, Fault: ui.FaultOf(g.Faults, "grant-role")}
}

func (g Grants) why() ui.Input { return Form{Why: g.Why, Faults: g.Faults}.why("grant-why") }

func grantRoles() []ui.Choice {
	return []ui.Choice{
		{Value: "viewer", Name: "Viewer: sees it"},
		{Value: "operator", Name: "Operator: also reports at the machine"},
		{Value: "manager", Name: "Manager: also plans and corrects"},
		{Value: "nobody", Name: "None: take the role there away"},
	}
}

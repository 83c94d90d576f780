package people

import (
	"millwright/views/admin"
	"millwright/views/ui"
)

// Tokens is the page of all tokens. It posts name, role, page and why to /admin/tokens. Component: ShowTokens.
type Tokens struct {
	admin.Page
	Rows  []Token
	More  bool // there are older ones, which are revoked
	Walls []ui.Choice
	New   Form
}

// Token is one secret of a program or a display.
type Token struct {
	Name  string
	Href  string
	Role  string
	Page  string // of a display; "" else
	Made  string
	Seen  string
	Ended bool
}

// OneToken is the page of one token. It posts page and page-why to …/page, and why to …/revoke. Component: ShowToken.
type OneToken struct {
	admin.Page
	Token
	Walls []ui.Choice // empty for a program
	Move  Form
	End   Form
}

// TokenRoles are the choices for a token.
func TokenRoles() []ui.Choice {
	return []ui.Choice{
		{Value: "display", Name: "Display: shows one wall"},
		{Value: "viewer", Name: "Program, viewer: reads"},
		{Value: "operator", Name: "Program, operator: also sends samples and takes jobs' steps"},
		{Value: "manager", Name: "Program, manager: also adds jobs"},
		{Value: "admin", Name: "Program, admin: may do everything"},
	}
}

func (f Form) page(help string) ui.Input {
	return ui.Input{ID: "page", Label: "Wall", Help: help, Value: f.Page, Fault: ui.FaultOf(f.Faults, "page")}
}

// withNone lets a program choose no wall.
func withNone(walls []ui.Choice) []ui.Choice {
	return append([]ui.Choice{{Value: "", Name: "None"}}, walls...)
}

func working(ended bool) string {
	if ended {
		return "Revoked"
	}
	return "Works"
}

package plant

import "fmt"

// Role is what a person may do; each role may do all that the ones before it may.
type Role uint8

// The roles, from the least to the most.
const (
	Nobody   Role = iota // not signed in
	Display              // a wall display or a reading program: sees, changes nothing
	Viewer               // sees everything of the plant
	Operator             // reports at the machine
	Manager              // plans and corrects
	Admin                // configures
)

var roleNames = [...]string{"nobody", "display", "viewer", "operator", "manager", "admin"}

// String gives the role's word.
func (r Role) String() string {
	if int(r) < len(roleNames) {
		return roleNames[r]
	}
	return "nobody"
}

// ParseRole reads a role's word.
func ParseRole(s string) (Role, error) {
	for i, n := range roleNames {
		if n == s && Role(i) != Nobody {
			return Role(i), nil
		}
	}
	return Nobody, fmt.Errorf("%q is no role: use viewer, operator, manager or admin", clip(s))
}

// ParseBase reads the word of a role in the whole plant; "nobody" is one too: of who has roles at some places alone.
func ParseBase(s string) (Role, error) {
	if s == roleNames[Nobody] {
		return Nobody, nil
	}
	return ParseRole(s)
}

// Person is who asks or did something: a user, a token or the program itself.
type Person struct {
	ID   int64 // of the user or token; 0 for the program
	Name string
	Role Role // where it is done; in the whole plant unless it is about one place
}

// Program is Millwright itself, as the author of what it does unasked.
func Program() Person { return Person{Name: "millwright", Role: Admin} }

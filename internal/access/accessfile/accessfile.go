// Package accessfile is who and what may come in, as one text that can be compared, put into force and put back.
package accessfile

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"time"

	"go.yaml.in/yaml/v3"

	"millwright/config/strict"
	"millwright/internal/access"
	"millwright/internal/access/rotation"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/revision/consent"
)

// File is the text. It holds no password, no hash and no secret of a token.
type File struct {
	Access Access `yaml:"access"`
}

// Access is what the text says. A part that it leaves out stays as it is.
type Access struct {
	People       []Person          `yaml:"people,omitempty"`
	Programs     []Program         `yaml:"programs,omitempty"`
	Displays     []Display         `yaml:"displays,omitempty"`
	Certificates []Certificate     `yaml:"certificates,omitempty"`
	Rules        map[string]string `yaml:"rules,omitempty"` // kind of change → side whose owners must agree
}

// Person is somebody who may come in.
type Person struct {
	Name     string            `yaml:"name,omitempty"`
	Role     string            `yaml:"role,omitempty"`        // in the whole plant; "" for who has roles at some places alone
	Duties   []string          `yaml:"duties,omitempty,flow"` // in the business
	Grants   map[string]string `yaml:"grants,omitempty"`      // place → role
	Owner    string            `yaml:"owner,omitempty"`       // OT, IT
	Issuer   string            `yaml:"issuer,omitempty"`      // the provider that vouches
	Subject  string            `yaml:"subject,omitempty"`
	Disabled bool              `yaml:"disabled,omitempty"`
}

// Program is what has a token. Of several of one name the first is that which was made first.
type Program struct {
	Name   string   `yaml:"name,omitempty"`
	Scopes []string `yaml:"scopes,omitempty,flow"`
	At     []string `yaml:"at,omitempty,flow"` // none is the whole plant
	Absent bool     `yaml:"absent,omitempty"`  // its token is revoked
}

// Display is a screen with a wall, or some by turns.
type Display struct {
	Name   string `yaml:"name,omitempty"`
	Page   string `yaml:"page,omitempty"`
	Turns  []Turn `yaml:"turns,omitempty"`
	Calls  bool   `yaml:"calls,omitempty"`
	Stops  bool   `yaml:"stops,omitempty"`
	Absent bool   `yaml:"absent,omitempty"` // its token is revoked
}

// Turn is one wall, and how long it is shown.
type Turn struct {
	Page    string `yaml:"page,omitempty"`
	Seconds int    `yaml:"seconds,omitempty"`
}

// Certificate is that of a machine.
type Certificate struct {
	State      Shelf  `yaml:"state,omitempty"`
	Thumbprint string `yaml:"thumbprint,omitempty"` // SHA-1, hexadecimal
	Subject    string `yaml:"subject,omitempty"`    // as it says of itself
	PEM        string `yaml:"pem,omitempty"`        // may be left out where the program knows it
}

// Shelf is what is thought of a certificate.
type Shelf string

// The shelves.
const (
	Trusted Shelf = "trusted"
	Refused Shelf = "refused"
	Absent  Shelf = "absent"  // forgotten: it is asked about again
	Waiting Shelf = "waiting" // for a person; no file says so
)

// State is what is in force.
type State struct {
	Users        []access.User
	Tokens       []access.Token // that are not revoked, in the order in which they were made
	Rules        consent.Rules
	Certificates []Certificate // those that wait too
}

// Version is one state that a text was put into force with.
type Version struct {
	Number int64 // from 1
	At     time.Time
	By     plant.Person
	Why    string
	Origin string // "browser", "command line, access.yaml"
	Before string // what was in force
	Text   string // what was from then on
}

// Wish is how a plan is to be carried out.
type Wish struct {
	By     plant.Person
	Why    string
	Origin string
}

// Outcome is what became of a plan.
type Outcome struct {
	Version int64
	Rules   consent.Outcome // rules that ask fewer may wait for those who lose their say
}

// Book keeps what is in force, but for certificates, and every state that a text was put into force with.
type Book interface {
	// State gives what is in force, without certificates.
	State(ctx context.Context) (State, error)
	// Apply carries a plan out in one transaction; errs.Conflict when something of it was changed since it was compared.
	Apply(ctx context.Context, p Plan, w Wish) (Outcome, error)
	// Note keeps what is in force as a version when it is another than before, which stands in it as what was; 0 when it is
	// the same. Certificates are told, as they are in no database.
	Note(ctx context.Context, before string, certificates []Certificate, w Wish) (number int64, err error)
	// Versions gives them from the newest on, without texts: only those below before, unless that is 0.
	Versions(ctx context.Context, before int64, limit int) ([]Version, error)
	// Version gives one by its number; errs.NotFound when there is none.
	Version(ctx context.Context, number int64) (Version, error)
}

var ours = regexp.MustCompile(`(?m)^access[ \t]*:`)

// Is tells whether a text says who and what may come in: a plant file never does.
func Is(text []byte) bool { return ours.Match(text) }

// Parse reads a text; name only names it in errors.
func Parse(name string, text []byte) (Access, error) {
	if len(text) > longest {
		return Access{}, errs.New(errs.Invalid, "%s is over %d MB", name, longest>>20)
	}
	var f File
	err := strict.Decode(name, text, &f)
	if err == nil {
		err = f.Access.bounded(name)
	}
	return f.Access, err
}

// The bounds of a text.
const (
	longest          = 8 << 20
	mostPeople       = 10_000
	mostTokens       = 10_000
	mostCertificates = 1000
)

func (a Access) bounded(name string) error {
	for what, n := range map[string][2]int{
		"people": {len(a.People), mostPeople}, "programs": {len(a.Programs), mostTokens}, "displays": {len(a.Displays), mostTokens},
		"certificates": {len(a.Certificates), mostCertificates},
	} {
		if n[0] > n[1] {
			return errs.New(errs.Invalid, "%s has %d %s; there are %d at most", name, n[0], what, n[1])
		}
	}
	return nil
}

// Text writes it, always in the same way.
func (a Access) Text() (string, error) {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(struct {
		Access whole `yaml:"access"`
	}{whole(a)}); err != nil {
		return "", fmt.Errorf("write who may come in: %w", err)
	}
	return b.String(), e.Close()
}

// whole is Access with every part: one that is empty stands there as such.
type whole struct {
	People       []Person          `yaml:"people"`
	Programs     []Program         `yaml:"programs"`
	Displays     []Display         `yaml:"displays"`
	Certificates []Certificate     `yaml:"certificates"`
	Rules        map[string]string `yaml:"rules"`
}

// turns reads the walls of a display.
func (d Display) turns() rotation.Rotation {
	r := rotation.Rotation{Calls: d.Calls, Stops: d.Stops}
	for _, t := range d.Turns {
		r.Turns = append(r.Turns, rotation.Turn{Page: t.Page, For: time.Duration(t.Seconds) * time.Second})
	}
	return r
}

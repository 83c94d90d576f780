// Package licences is what the program is made from, and under which licences.
package licences

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

//go:embed licences.json
var table []byte

// Component is one thing that the program is made from.
type Component struct {
	Name    string   `json:"name"`    // "github.com/labstack/echo/v4"
	Version string   `json:"version"` // "v4.16.0"
	Licence string   `json:"licence"` // SPDX: "MIT", "MIT AND BSD-3-Clause"
	Texts   []string `json:"texts"`   // keys of its licences' texts
	Kind    string   `json:"kind"`    // "golang", "npm", "generic": of its address
}

// Table is every component and every text.
type Table struct {
	Components []Component       `json:"components"`
	Texts      map[string]string `json:"texts"`
}

// All is what was gathered for the build on every system that we build for.
func All() (Table, error) {
	var t Table
	if err := json.Unmarshal(table, &t); err != nil {
		return t, fmt.Errorf("read the licences: %w", err)
	}
	return t, nil
}

// Here is what this very binary is made from: its modules by the linker's own list, Go itself, and what its pages use.
func Here() (Table, error) {
	t, err := All()
	if err != nil {
		return t, err
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || len(info.Deps) == 0 { // a binary that was stripped of it
		return t, nil
	}
	linked := map[string]string{}
	for _, d := range info.Deps {
		if d.Replace != nil {
			d = &debug.Module{Path: d.Path, Version: d.Replace.Version}
		}
		linked[d.Path] = d.Version
	}
	here := t.Components[:0:0]
	for _, c := range t.Components {
		version, is := linked[c.Name]
		switch {
		case c.Name == "go":
			c.Version = strings.TrimPrefix(runtime.Version(), "go")
		case c.Kind != "golang":
		case !is:
			continue
		default:
			c.Version = version
		}
		here = append(here, c)
		delete(linked, c.Name)
	}
	for name, version := range linked { // only when the table was not made anew: a test keeps it complete
		here = append(here, Component{Name: name, Version: version, Licence: "NOASSERTION", Kind: "golang"})
	}
	t.Components = here
	return t, nil
}

// address is a component's package URL.
func (c Component) address() string {
	if c.Name == "go" {
		return "pkg:generic/go@" + c.Version
	}
	return "pkg:" + c.Kind + "/" + c.Name + "@" + strings.ReplaceAll(c.Version, "+", "%2B")
}

// SBOM is the table as CycloneDX 1.6 in JSON. It is the same for the same binary.
func (t Table) SBOM(version string) ([]byte, error) {
	type licence struct {
		Expression string `json:"expression"`
	}
	type component struct {
		Type     string    `json:"type"`
		Ref      string    `json:"bom-ref"`
		Name     string    `json:"name"`
		Version  string    `json:"version"`
		Address  string    `json:"purl,omitempty"`
		Licences []licence `json:"licenses,omitempty"`
	}
	type metadata struct {
		Component component `json:"component"`
	}
	var parts []component
	for _, c := range t.Components {
		parts = append(parts, component{"library", c.address(), c.Name, c.Version, c.address(), []licence{{c.Licence}}})
	}
	return json.MarshalIndent(struct {
		Format   string      `json:"bomFormat"`
		Spec     string      `json:"specVersion"`
		Version  int         `json:"version"`
		Metadata metadata    `json:"metadata"`
		Parts    []component `json:"components"`
	}{"CycloneDX", "1.6", 1, metadata{component{Type: "application", Ref: "millwright", Name: "millwright", Version: version}}, parts}, "", "  ")
}

package licences

import (
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// Every module that is linked into the program stands in the table with its version, its licence and its text.
func TestTheTableIsComplete(t *testing.T) {
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{with .Replace}}{{.Version}}{{else}}{{.Version}}{{end}}{{end}}{{end}}", "./cmd/millwright")
	c.Dir = "../.."
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for _, c := range all.Components {
		have[c.Name+" "+c.Version] = true
		if c.Licence == "" || len(c.Texts) == 0 {
			t.Errorf("%s has no licence", c.Name)
		}
		for _, key := range c.Texts {
			if len(all.Texts[key]) < 20 {
				t.Errorf("%s: its text %s is not there", c.Name, key)
			}
		}
		if strings.Contains(c.Licence, "GPL") {
			t.Errorf("%s is under %s, which the program cannot be", c.Name, c.Licence)
		}
	}
	modules := strings.Split(strings.TrimSpace(string(out)), "\n")
	slices.Sort(modules)
	for _, m := range slices.Compact(modules) {
		m = strings.TrimSpace(m)
		if _, _, versioned := strings.Cut(m, " "); versioned && !have[m] { // without a version it stands in our own tree
			t.Errorf("%s is not in the table; run make generate", m)
		}
	}
}

func TestTheSBOMIsTheSameTwice(t *testing.T) {
	here, err := All()
	if err != nil {
		t.Fatal(err)
	}
	a, err := here.SBOM("v1")
	if err != nil {
		t.Fatal(err)
	}
	b, _ := here.SBOM("v1")
	var doc struct {
		BomFormat, SpecVersion string
		Components             []struct{ Name, Version, Purl string }
	}
	if err := json.Unmarshal(a, &doc); err != nil || string(a) != string(b) || doc.BomFormat != "CycloneDX" || len(doc.Components) != len(here.Components) {
		t.Errorf("%v %+v", err, doc.BomFormat)
	}
	refs := map[string]bool{}
	for _, c := range doc.Components {
		if c.Purl == "" || refs[c.Purl] {
			t.Errorf("%s has the address %q, or another has it too", c.Name, c.Purl)
		}
		refs[c.Purl] = true
	}
}

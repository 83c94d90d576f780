// Package bill lists what the program is made from.
package bill

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"millwright/static/licences"
)

// Licences lists what the program is made from.
func Licences(out io.Writer, texts bool) error {
	t, err := licences.Here()
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	used := map[string]string{}
	for _, c := range t.Components {
		if _, err := fmt.Fprintf(w, "%s\t%s\t%s\n", c.Name, c.Version, c.Licence); err != nil {
			return err
		}
		for _, key := range c.Texts {
			used[key] += c.Name + "\n"
		}
	}
	if err := w.Flush(); err != nil || !texts {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(used)) {
		if _, err := fmt.Fprintf(out, "\n----\n%s\n%s\n", used[key], t.Texts[key]); err != nil {
			return err
		}
	}
	return nil
}

// SBOM writes the same for programs.
func SBOM(out io.Writer, version string) error {
	t, err := licences.Here()
	if err != nil {
		return err
	}
	text, err := t.SBOM(version)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\n", text)
	return err
}

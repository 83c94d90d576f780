// Command gather writes licences.json: the modules of the program on every system it is built for, with their licences.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"millwright/static/licences"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "gather:", err)
		os.Exit(1)
	}
}

func run() error {
	t := licences.Table{Texts: map[string]string{}}
	root, err := exec.CommandContext(context.Background(), "go", "env", "GOROOT").Output()
	if err != nil {
		return err
	}
	if err := add(&t, licences.Component{Name: "go", Kind: "generic"}, strings.TrimSpace(string(root))); err != nil {
		return err
	}
	mods, err := modules()
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(mods)) {
		if err := add(&t, licences.Component{Name: name, Version: mods[name].version, Kind: "golang"}, mods[name].dir); err != nil {
			return err
		}
	}
	if err := vendored(&t); err != nil {
		return err
	}
	text, err := json.MarshalIndent(t, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join("static", "licences", "licences.json"), append(text, '\n'), 0o644)
}

type module struct{ version, dir string }

// modules are those that are linked into the program on any system.
func modules() (map[string]module, error) {
	all := map[string]module{}
	for _, system := range []string{"linux", "windows", "darwin"} {
		c := exec.CommandContext(context.Background(), "go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{with .Replace}}{{.Version}}{{else}}{{.Version}}{{end}}\t{{.Dir}}{{end}}{{end}}", "./cmd/millwright")
		c.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
		out, err := c.Output()
		if err != nil {
			return nil, fmt.Errorf("list the modules on %s: %w", system, err)
		}
		for line := range strings.Lines(string(out)) {
			if p := strings.Split(strings.TrimSpace(line), "\t"); len(p) == 3 && p[1] != "" { // without a version it stands in our own tree
				all[p[0]] = module{p[1], p[2]}
			}
		}
	}
	return all, nil
}

var legal = regexp.MustCompile(`(?i)^(licen[sc]e|copying|notice|unlicense)`)

// add takes a component with the texts in its folder.
func add(t *licences.Table, c licences.Component, dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var ids []string
	for _, e := range entries {
		if !e.Type().IsRegular() || !legal.MatchString(e.Name()) || strings.Contains(e.Name(), "LOGO") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return err
		}
		c.Texts = append(c.Texts, keep(t, string(text)))
		ids = append(ids, identify(string(text))...)
	}
	if len(ids) == 0 {
		return fmt.Errorf("%s: no licence is known in %s", c.Name, dir)
	}
	slices.Sort(ids)
	c.Licence = strings.Join(slices.Compact(ids), " AND ")
	t.Components = append(t.Components, c)
	return nil
}

var vendor = regexp.MustCompile(`^([a-z]+)-([0-9.]+[0-9])`)

// vendored are the files of others that pages and reports use.
func vendored(t *licences.Table) error {
	for _, dir := range []string{filepath.Join("static", "vendor"), filepath.Join("internal", "report", "paper")} {
		if err := folder(t, dir); err != nil {
			return err
		}
	}
	return nil
}

func folder(t *licences.Table, dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, e := range entries {
		m := vendor.FindStringSubmatch(e.Name())
		if m == nil || seen[m[1]] {
			continue
		}
		seen[m[1]] = true
		text, err := os.ReadFile(filepath.Join(dir, m[1]+"-LICENSE.txt"))
		if err != nil {
			return err
		}
		ids := identify(string(text))
		if len(ids) == 0 {
			return fmt.Errorf("%s: its licence is not known", e.Name())
		}
		t.Components = append(t.Components, licences.Component{Name: m[1], Version: m[2], Licence: strings.Join(ids, " AND "), Texts: []string{keep(t, string(text))}, Kind: "npm"})
	}
	return nil
}

// keep keeps a text once.
func keep(t *licences.Table, text string) string {
	text = strings.ReplaceAll(strings.TrimSpace(text), "\r\n", "\n")
	sum := sha256.Sum256([]byte(text))
	key := hex.EncodeToString(sum[:6])
	t.Texts[key] = text
	return key
}

// marks are sentences that only one licence has.
var marks = []struct{ id, has string }{
	{"AGPL-3.0-only", "gnu affero general public license version 3, 19 november 2007"},
	{"LGPL-3.0-only", "gnu lesser general public license version 3, 29 june 2007"},
	{"GPL-3.0-only", "gnu general public license version 3, 29 june 2007"},
	{"GPL-2.0-only", "gnu general public license version 2, june 1991"},
	{"MPL-2.0", "mozilla public license version 2.0"},
	{"MPL-2.0", "mozilla public license, version 2.0"},
	{"OFL-1.1", "sil open font license"},
	{"Apache-2.0", "apache license version 2.0, january 2004"},
	{"Apache-2.0", "licensed under the apache license, version 2.0"},
	{"MIT", "without restriction, including without limitation the rights to use, copy, modify"},
	{"BSD-3-Clause", "neither the name"},
	{"BSD-2-Clause", "redistribution and use in source and binary forms"},
	{"ISC", "provided that the above copyright notice and this permission notice appear in all copies"},
	{"0BSD", "with or without fee is hereby granted. the software is provided"},
	{"blessing", "dedicated to the public domain by the authors"},
	{"Unlicense", "this is free and unencumbered software released into the public domain"},
}

// identify names the licences in a text. Of the two of BSD the longer has the words of the shorter too.
func identify(text string) (ids []string) {
	plain := strings.Join(strings.Fields(strings.ToLower(text)), " ")
	for _, m := range marks {
		if strings.Contains(plain, m.has) && !slices.Contains(ids, m.id) && (m.id != "BSD-2-Clause" || !slices.Contains(ids, "BSD-3-Clause")) {
			ids = append(ids, m.id)
		}
	}
	return ids
}

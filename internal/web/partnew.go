// The form of a new site, area, line or work unit.

package web

import (
	"millwright/config"
	"millwright/views/admin/equipment"
	"millwright/views/ui"
)

// sole is what all of some things say; false where there are none, or they differ.
func sole[T any](all []T, said func(T) string) (one string, ok bool) {
	for i, x := range all {
		s := said(x)
		if i > 0 && s != one {
			return "", false
		}
		one = s
	}
	return one, len(all) > 0
}

// machineFields ask which machine a new work unit is; what there is one of alone is chosen.
func machineFields(p place) []equipment.Field {
	connections, kinds := machineChoices(p)
	only := func(all []ui.Choice) string {
		if len(all) == 2 { // none, and one
			return all[1].Value
		}
		return ""
	}
	return []equipment.Field{
		choose("connection", "Connection", "Where its tags are read.", only(connections), connections...),
		choose("machine", "Machine type", "Says which tags it has and what they mean.", only(kinds), kinds...),
	}
}

func addForm(p place, kind string) equipment.Form {
	f := equipment.Form{ID: "add", Title: "New " + kindName(kind), Action: "/admin/equipment/add", At: p.at, Button: "Add to the draft", Seal: seal(nil)}
	if p.kind != "" {
		f.Lead = "It becomes part of " + p.name() + "."
	}
	fields := []equipment.Field{
		text("name", "Name", "As people call it: "+map[string]string{"site": "Ulm works", "area": "Filling", "line": "Filling 1", "unit": "Capper"}[kind]+".", ""),
		text("id", "Identity", "Short and for ever: it stands in addresses, tags and ledgers. Small letters, digits, - and _.", ""),
	}
	switch kind {
	case "site":
		zone, _ := sole(p.doc.Sites, func(s config.SiteEntry) string { return s.Zone })
		currency, _ := sole(p.doc.Sites, func(s config.SiteEntry) string { return s.Currency })
		fields = append(fields, text("zone", "Time zone", "Like Europe/Berlin: shifts and clocks follow it.", zone), optional(text("currency", "Currency", "The three letters of ISO 4217, like EUR.", currency)))
	case "line":
		fields = append(fields, text("unit", "Identity of its first work unit", "A line has at least one machine; others can be added after it.", ""))
	}
	if kind == "line" || kind == "unit" {
		fields = append(fields, machineFields(p)...)
	}
	f.Groups = []equipment.Group{{Fields: fields}}
	return f
}

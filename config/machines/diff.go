package machines

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"millwright/config"
)

// Difference is one setting in which two machine types differ, in the words of a plant file.
type Difference struct {
	Tag      string // "" for what is no tag's
	Key      string // "address", "signals.good.tag"; "" for a tag as a whole
	Old, New string // "" where it is not said
}

// Diff tells what leads from one version to another: tags by their names, then signals and whatever else is said.
func Diff(from, to config.MachineType) []Difference {
	from, to = meant(from), meant(to)
	var all []Difference
	var names []string // few of many tags differ
	for name, a := range from.Tags {
		if b, both := to.Tags[name]; !both || !alike(a, b) {
			names = append(names, name)
		}
	}
	for name := range to.Tags {
		if _, both := from.Tags[name]; !both {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		a, was := from.Tags[name]
		b, is := to.Tags[name]
		switch {
		case !was:
			all = append(all, Difference{Tag: name, New: about(b)})
		case !is:
			all = append(all, Difference{Tag: name, Old: about(a)})
		default:
			all = append(all, differ(name, a, b)...)
		}
	}
	from.Tags, to.Tags = nil, nil
	if reflect.DeepEqual(from, to) {
		return all
	}
	return append(all, differ("", from, to)...)
}

// about is what tells most about a tag.
func about(e config.TagEntry) string {
	said := settings(e)
	for _, key := range []string{"address", "expr", "label"} {
		if said[key] != "" {
			return said[key]
		}
	}
	return "no address"
}

func differ(tag string, a, b any) (all []Difference) {
	old, now := settings(a), settings(b)
	keys := slices.Collect(maps.Keys(old))
	for key := range now {
		if _, both := old[key]; !both {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for _, key := range keys {
		if old[key] != now[key] {
			all = append(all, Difference{Tag: tag, Key: key, Old: old[key], New: now[key]})
		}
	}
	return all
}

// settings are all that stands in a part of a plant file, by the way to it: whatever fields it has.
func settings(part any) map[string]string {
	all := map[string]string{}
	text, err := config.Marshal(part)
	if err != nil {
		return all
	}
	var root yaml.Node
	if yaml.Unmarshal(text, &root) == nil && len(root.Content) > 0 {
		gather(all, "", root.Content[0])
	}
	return all
}

func gather(all map[string]string, at string, n *yaml.Node) {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			gather(all, strings.TrimPrefix(at+"."+n.Content[i].Value, "."), n.Content[i+1])
		}
	case yaml.SequenceNode:
		parts := make([]string, len(n.Content))
		for i, c := range n.Content {
			inner := map[string]string{}
			gather(inner, "", c)
			said := make([]string, 0, len(inner))
			for _, key := range slices.Sorted(maps.Keys(inner)) {
				said = append(said, strings.TrimPrefix(key+" "+inner[key], " "))
			}
			parts[i] = strings.Join(said, " ")
		}
		all[at] = strings.Join(parts, ", ")
	case yaml.ScalarNode:
		all[at] = n.Value
	}
}

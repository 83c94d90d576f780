// Package spoken tells a part of a plant in words, for people who compare it with their own.
package spoken

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"millwright/config"
)

const nothing = "nothing"

// Of tells a part of a plant, one setting a line and two spaces deeper at each level: lists of words stand on one line,
// those of things are numbered, and what is empty or absent reads "nothing".
func Of(part any) (string, error) {
	text, err := config.Marshal(part)
	if err != nil {
		return "", err
	}
	var n yaml.Node
	if err := yaml.Unmarshal(text, &n); err != nil {
		return "", err
	}
	if len(n.Content) == 0 || empty(n.Content[0]) {
		return "Nothing: it was emptied or taken away.", nil
	}
	var b strings.Builder
	write(&b, n.Content[0], "")
	return b.String(), nil
}

func empty(n *yaml.Node) bool {
	if n.Kind == yaml.ScalarNode {
		return n.Value == "" || n.Tag == "!!null"
	}
	return len(n.Content) == 0
}

// write writes a thing whose lines begin at an indent.
func write(b *strings.Builder, n *yaml.Node, indent string) {
	switch {
	case n.Kind == yaml.MappingNode && len(n.Content) > 0:
		for i := 0; i+1 < len(n.Content); i += 2 {
			entry(b, n.Content[i].Value, n.Content[i+1], indent)
		}
	case n.Kind == yaml.SequenceNode && !plain(n):
		for i, one := range n.Content {
			entry(b, strconv.Itoa(i+1), one, indent)
		}
	default:
		b.WriteString(indent + line(n) + "\n")
	}
}

// entry writes what has a name: behind it, or below it when it is more than a line.
func entry(b *strings.Builder, name string, n *yaml.Node, indent string) {
	if n.Kind == yaml.ScalarNode || plain(n) || empty(n) {
		b.WriteString(indent + name + ": " + line(n) + "\n")
		return
	}
	b.WriteString(indent + name + ":\n")
	write(b, n, indent+"  ")
}

// plain tells of a list of words alone.
func plain(n *yaml.Node) bool {
	for _, one := range n.Content {
		if one.Kind != yaml.ScalarNode {
			return false
		}
	}
	return n.Kind == yaml.SequenceNode
}

// line is what is told in one line.
func line(n *yaml.Node) string {
	switch {
	case empty(n):
		return nothing
	case n.Kind == yaml.SequenceNode:
		words := make([]string, len(n.Content))
		for i, one := range n.Content {
			words[i] = line(one)
		}
		return strings.Join(words, ", ")
	case n.Tag == "!!bool" && n.Value == "true":
		return "yes"
	case n.Tag == "!!bool":
		return "no"
	}
	return n.Value
}

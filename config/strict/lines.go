package strict

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"millwright/internal/errs"
)

// Lined tells of all that is wrong with a text, by its place in it (machines.filler.tags.level.scale), on which line
// that is. What is no such error, or has a line already, stays as it is.
func Lined(text []byte, err error) error {
	var told *errs.Error
	if !errors.As(err, &told) || len(told.Fields) == 0 {
		return err
	}
	var root yaml.Node
	if yaml.Unmarshal(text, &root) != nil || len(root.Content) == 0 {
		return err
	}
	lined := *told
	lined.Fields = slices.Clone(told.Fields)
	for i, f := range lined.Fields {
		if line := lineOf(root.Content[0], f.Path); line > 0 {
			lined.Fields[i].Message += fmt.Sprintf(" (line %d)", line)
		}
	}
	return &lined
}

// lineOf is where a place stands, or what is nearest to it of all that leads there; 0 when nothing does.
func lineOf(n *yaml.Node, path string) (line int) {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	switch n.Kind {
	case yaml.MappingNode:
		longest := -1
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i].Value // which may have points in it
			rest, found := strings.CutPrefix(path, key)
			if !found || key == "" || rest != "" && rest[0] != '.' && rest[0] != '[' || len(key) <= longest {
				continue
			}
			longest, line = len(key), n.Content[i].Line
			if deeper := lineOf(n.Content[i+1], strings.TrimPrefix(rest, ".")); deeper > 0 {
				line = deeper
			}
		}
	case yaml.SequenceNode:
		var at int
		if _, err := fmt.Sscanf(path, "[%d]", &at); err != nil || at < 0 || at >= len(n.Content) {
			return 0
		}
		_, rest, _ := strings.Cut(path, "]")
		if line = lineOf(n.Content[at], strings.TrimPrefix(rest, ".")); line == 0 {
			line = n.Content[at].Line
		}
	}
	return line
}

package touch

import (
	"fmt"
	"strings"

	"millwright/internal/plant/reason"
	"millwright/internal/revision/consent"
)

// common is what belongs to no line: how machines are reached, and why lines stand.
func (h half) common() setting {
	s := setting{parts: map[consent.Kind]map[string]string{}}
	for _, c := range h.Connections {
		name := c.ID
		c.ID, c.User, c.Password, c.Plain, c.UserCertificate, c.UserKey, c.Disabled = "", "", "", false, "", "", false // who signs in there, and when, changes no value
		s.put(consent.Connections, name, fmt.Sprintf("%+v", c))
	}
	reasons(s, h.Plant.Reasons.Stops, "")
	reasons(s, h.Plant.Reasons.Scrap, "scrap: ")
	return s
}

// reasons adds all that a tree says of each of its reasons, its place among them included.
func reasons(s setting, t reason.Tree, of string) {
	var above []string
	t.Walk(func(r reason.Reason, depth int) {
		above = append(above[:depth], string(r.ID))
		place := strings.Join(above, "/")
		r.Parts = nil
		s.put(consent.Reasons, of+string(r.ID), fmt.Sprintf("%s %+v", place, r))
	})
}

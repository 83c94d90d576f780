package session

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/gopcua/opcua/ua"
)

// Address is where a value stands: a node, found by the URI of its namespace because the index of a
// namespace may be another one after the server's next start, and which element of an array, if any.
//
//	nsu=urn:press;s=Temperature    nsu=urn:press;i=1001    ns=2;s=Temperature    i=2258
//	nsu=urn:press;s=Zones[3]       nsu=urn:press;s=Map[0,2]
type Address struct {
	URI     string // "" when the index is given
	Index   uint16
	ID      string // "s=Temperature"
	Element string // "3" or "0,2"; "" for the whole value
}

// forms are the letters of the kinds of node ids: number, string, GUID, opaque.
const forms = "isgb"

var (
	suffix     = regexp.MustCompile(`^(.{3,})\[(\d+(?:,\d+)*)\]$`)
	unescapeNS = strings.NewReplacer("%3B", ";", "%3b", ";", "%25", "%")
	escapeNS   = strings.NewReplacer("%", "%25", ";", "%3B")
)

// ParseAddress reads an address.
func ParseAddress(text string) (Address, error) {
	var a Address
	space, id := "ns=0", text
	if strings.HasPrefix(text, "ns") {
		space, id, _ = strings.Cut(text, ";")
	}
	if uri, named := strings.CutPrefix(space, "nsu="); named && uri != "" {
		a.URI = unescapeNS.Replace(uri)
	} else {
		n, err := strconv.ParseUint(strings.TrimPrefix(space, "ns="), 10, 16)
		if err != nil || !strings.HasPrefix(space, "ns=") {
			return a, malformed(text)
		}
		a.Index = uint16(n)
	}
	a.ID = id
	if m := suffix.FindStringSubmatch(id); m != nil {
		a.ID, a.Element = m[1], m[2]
	}
	if len(a.ID) < 3 || a.ID[1] != '=' || !strings.Contains(forms, a.ID[:1]) {
		return a, malformed(text)
	}
	if _, err := ua.ParseNodeID("ns=0;" + a.ID); err != nil {
		return a, malformed(text)
	}
	return a, nil
}

func malformed(text string) error {
	return fmt.Errorf("%.100q is no OPC UA address: write nsu=urn:machine;s=Name, ns=2;i=1001, or one of these with [3] for an element", text)
}

// Literal is the address of a node whose own name ends in brackets; false when it cannot be one.
// Some controllers name the elements of arrays like that.
func (a Address) Literal() (Address, bool) {
	if a.Element == "" || !strings.HasPrefix(a.ID, "s=") {
		return a, false
	}
	a.ID, a.Element = a.ID+"["+a.Element+"]", ""
	return a, true
}

// Node finds the node id in this session; false when the server has no such namespace.
func (a Address) Node(namespaces []string) (*ua.NodeID, bool) {
	index := a.Index
	if a.URI != "" {
		found := false
		for i, uri := range namespaces {
			if uri == a.URI {
				index, found = uint16(i), true
				break
			}
		}
		if !found {
			return nil, false
		}
	}
	n, err := ua.ParseNodeID(fmt.Sprintf("ns=%d;%s", index, a.ID))
	return n, err == nil
}

// Durable writes a node id so that it is found again after the namespaces were renumbered.
func Durable(n *ua.NodeID, namespaces []string) string {
	text := n.String()
	if n.Namespace() == 0 || int(n.Namespace()) >= len(namespaces) {
		return text
	}
	_, id, _ := strings.Cut(text, ";")
	return "nsu=" + escapeNS.Replace(namespaces[n.Namespace()]) + ";" + id
}

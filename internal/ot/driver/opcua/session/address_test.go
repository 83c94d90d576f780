package session

import (
	"strings"
	"testing"

	"github.com/gopcua/opcua/ua"
	"pgregory.net/rapid"
)

var namespaces = []string{"http://opcfoundation.org/UA/", "urn:server", "urn:press", "urn:odd;100%"}

func TestAddressesFindTheirNode(t *testing.T) {
	for _, c := range []struct{ text, node, element string }{
		{"i=2258", "i=2258", ""},
		{"s=x", "s=x", ""},
		{"ns=2;s=filler.state", "ns=2;s=filler.state", ""},
		{"nsu=urn:press;s=filler.state", "ns=2;s=filler.state", ""},
		{"nsu=urn:press;i=5", "ns=2;i=5", ""},
		{"nsu=urn:press;i=4000000000", "ns=2;i=4000000000", ""},
		{"nsu=urn:press;g=72962B91-FA75-4AE6-8D28-B404DC7DAF63", "ns=2;g=72962B91-FA75-4AE6-8D28-B404DC7DAF63", ""},
		{"nsu=urn:press;b=aGVsbG8=", "ns=2;b=aGVsbG8=", ""},
		{"nsu=urn:odd%3B100%25;s=x", "ns=3;s=x", ""},
		{"nsu=urn:press;s=zones[3]", "ns=2;s=zones", "3"},
		{"nsu=urn:press;i=7[0,2]", "ns=2;i=7", "0,2"},
		{`ns=3;s="DB"."a;b"[10]`, `ns=3;s="DB"."a;b"`, "10"},
		{"ns=2;s=odd[x]", "ns=2;s=odd[x]", ""},
		{"ns=2;s=[1]", "ns=2;s=[1]", ""},
	} {
		a, err := ParseAddress(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		node, known := a.Node(namespaces)
		if !known || node.String() != c.node || a.Element != c.element {
			t.Errorf("%s is %v[%s]", c.text, node, a.Element)
		}
	}
	for _, text := range []string{"", "x", "s=", "i=", "i=x", "i=-1", "i=99999999999", "ns=2", "ns=x;i=1", "ns=70000;i=1", "nsu=;i=1", "g=1", "b=?", "x=1", "nsu=urn:press;x", "ns=1;ns=2;i=1"} {
		if a, err := ParseAddress(text); err == nil {
			t.Errorf("%q is taken as %+v", text, a)
		} else if !strings.Contains(err.Error(), "write nsu=") {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, known := (Address{URI: "urn:gone", ID: "i=1"}).Node(namespaces); known {
		t.Error("a namespace that is not there is found")
	}
}

func TestLiteral(t *testing.T) {
	for text, want := range map[string]string{"ns=2;s=a[3]": "ns=2;s=a[3]", "ns=2;s=a": "", "ns=2;i=5[3]": ""} {
		a, err := ParseAddress(text)
		if err != nil {
			t.Fatal(err)
		}
		literal, can := a.Literal()
		if can != (want != "") {
			t.Errorf("%s: %v", text, can)
		}
		if node, _ := literal.Node(namespaces); can && (node.String() != want || literal.Element != "") {
			t.Errorf("%s is %v", text, node)
		}
	}
}

// TestDurableAddressesSurviveRenumbering writes nodes of one session and finds them in another.
func TestDurableAddressesSurviveRenumbering(t *testing.T) {
	renumbered := []string{namespaces[0], namespaces[3], namespaces[1], namespaces[2]}
	rapid.Check(t, func(t *rapid.T) {
		space := rapid.Uint16Range(0, 3).Draw(t, "namespace")
		name := rapid.StringMatching(`[ -~]{1,20}`).Draw(t, "name")
		node := rapid.SampledFrom([]*ua.NodeID{
			ua.NewStringNodeID(space, name), ua.NewNumericNodeID(space, 77), ua.NewByteStringNodeID(space, []byte(name)),
		}).Draw(t, "node")
		a, err := ParseAddress(Durable(node, namespaces))
		if err != nil {
			t.Fatal(err)
		}
		if literal, can := a.Literal(); can {
			a = literal
		}
		found, known := a.Node(renumbered)
		if !known || renumbered[found.Namespace()] != namespaces[space] {
			t.Fatalf("%v is found as %v", node, found)
		}
		if err := found.SetNamespace(space); err != nil || found.String() != node.String() {
			t.Fatalf("%v is found as %v", node, found)
		}
	})
}

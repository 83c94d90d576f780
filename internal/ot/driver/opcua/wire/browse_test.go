package wire

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gopcua/opcua/ua"
)

// browsed is the answer to a request to browse, as the library writes it, without its header.
func browsed(t testing.TB, results ...*ua.BrowseResult) []byte {
	t.Helper()
	buf := ua.NewBuffer(nil)
	buf.WriteUint32(uint32(len(results)))
	for _, r := range results {
		b, err := ua.Encode(r)
		if err != nil {
			t.Fatal(err)
		}
		buf.Write(b)
	}
	buf.WriteUint32(0)
	return buf.Bytes()
}

func everyReference() *ua.BrowseResult {
	all := &ua.BrowseResult{StatusCode: ua.StatusGoodCallAgain, ContinuationPoint: []byte{1, 2}}
	for _, n := range []*ua.ExpandedNodeID{
		ua.NewTwoByteExpandedNodeID(85), ua.NewFourByteExpandedNodeID(2, 1001), ua.NewNumericExpandedNodeID(300, 1<<20), ua.NewStringExpandedNodeID(3, "Störung"),
		ua.NewGUIDExpandedNodeID(4, "72962B91-FA75-4AE6-8D28-B404DC7DAF63"), ua.NewByteStringExpandedNodeID(5, []byte("x")),
		ua.NewExpandedNodeID(ua.NewStringNodeID(0, "y"), "urn:press", 7),
	} {
		all.References = append(all.References, &ua.ReferenceDescription{
			ReferenceTypeID: ua.NewTwoByteNodeID(35), IsForward: true, NodeID: n, BrowseName: &ua.QualifiedName{NamespaceIndex: 3, Name: "b"},
			DisplayName: ua.NewLocalizedText("d"), NodeClass: ua.NodeClassVariable, TypeDefinition: ua.NewFourByteExpandedNodeID(0, 63),
		})
	}
	return all
}

// TestReferencesAreReadAsTheLibraryWritesThem compares what is read with what was written.
func TestReferencesAreReadAsTheLibraryWritesThem(t *testing.T) {
	want := everyReference()
	refused := &ua.BrowseResult{StatusCode: ua.StatusBadNodeIDUnknown}
	got, err := NewReader(browsed(t, refused, want)).Browsed()
	if err != nil || len(got) != 2 || got[0].StatusCode != refused.StatusCode || len(got[0].References) != 0 {
		t.Fatalf("%+v, %v", got, err)
	}
	for i, r := range got[1].References {
		w := want.References[i]
		if r.NodeID.String() != w.NodeID.String() || r.TypeDefinition.String() != w.TypeDefinition.String() || r.ReferenceTypeID.String() != "i=35" ||
			*r.BrowseName != *w.BrowseName || r.DisplayName.Text != "d" || !r.IsForward || r.NodeClass != w.NodeClass {
			t.Errorf("%v is read as %v: %+v", w.NodeID, r.NodeID, r)
		}
	}
	if diff := cmp.Diff(want.ContinuationPoint, got[1].ContinuationPoint); diff != "" || len(got[1].References) != len(want.References) {
		t.Errorf("%s, %d references", diff, len(got[1].References))
	}
}

// TestEveryCutOfReferencesIsNoticed cuts an answer everywhere.
func TestEveryCutOfReferencesIsNoticed(t *testing.T) {
	whole := browsed(t, everyReference())
	for n := range len(whole) - 4 { // without what the server says besides, which nobody reads
		if _, err := NewReader(whole[:n]).Browsed(); err == nil {
			t.Fatalf("an answer of %d of %d bytes is taken", n, len(whole))
		}
	}
}

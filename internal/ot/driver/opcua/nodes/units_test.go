package nodes

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/gopcua/opcua/ua"
)

func TestWhatAMachineSaysOfItsUnit(t *testing.T) {
	const unece = "http://www.opcfoundation.org/UA/units/un/cefact"
	for _, c := range []struct {
		says *ua.EUInformation
		want string
	}{
		{nil, ""},
		{&ua.EUInformation{}, ""},
		{&ua.EUInformation{NamespaceURI: unece, UnitID: 4408652, DisplayName: ua.NewLocalizedText("°C")}, "CEL"},
		{&ua.EUInformation{NamespaceURI: unece, UnitID: 1 << 30, DisplayName: ua.NewLocalizedText("widgets")}, "widgets"},
		{&ua.EUInformation{NamespaceURI: unece, UnitID: -1}, ""},
		{&ua.EUInformation{NamespaceURI: "urn:own", UnitID: 4408652, DisplayName: ua.NewLocalizedText("Grad")}, "Grad"},
		{&ua.EUInformation{DisplayName: ua.NewLocalizedText(strings.Repeat("€", 100))}, strings.Repeat("€", 13)},
	} {
		if got := unitIn(c.says); got != c.want || !utf8.ValidString(got) {
			t.Errorf("%+v is %q, want %q", c.says, got, c.want)
		}
	}
}

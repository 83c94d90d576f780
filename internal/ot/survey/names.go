package survey

import (
	"strings"
	"unicode"
)

// maxName is the longest name of a tag that is made of a node's.
const maxName = 60

// Name makes the name of a tag of a template in which {name} and {parent} stand for those of the node: small letters,
// digits and _; "" when nothing of it can stand in a name.
func Name(template string, f Found) string {
	full := strings.NewReplacer("{name}", f.Name, "{parent}", f.Parent).Replace(template)
	var b strings.Builder
	gap, before := false, rune(0)
	for _, r := range full {
		if r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			gap, before = b.Len() > 0, 0
			continue
		}
		if gap || unicode.IsUpper(r) && unicode.IsLower(before) {
			b.WriteByte('_')
		}
		gap, before = false, r
		b.WriteRune(unicode.ToLower(r))
		if b.Len() >= maxName {
			break
		}
	}
	return b.String()
}

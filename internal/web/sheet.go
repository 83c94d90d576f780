package web

import (
	"regexp"
	"strings"
)

// plainNumber is what a spreadsheet reads as a number and nothing else.
var plainNumber = regexp.MustCompile(`^[+-]?[0-9]+([.,][0-9]+)?([eE][+-]?[0-9]+)?$`)

// cell makes words safe to open in a spreadsheet: what would be run as a formula becomes text. Numbers stay numbers,
// negative ones too.
func cell(s string) string {
	first := strings.TrimLeft(s, " \t\r\n\u00a0")
	if first == "" || plainNumber.MatchString(s) {
		return s
	}
	if strings.ContainsAny(first[:1], "=+-@") || strings.HasPrefix(s, "\t") || strings.HasPrefix(s, "\r") || startsWide(first) {
		return "'" + s
	}
	return s
}

// startsWide tells of the full-width forms of the same signs, which some spreadsheets take for them.
func startsWide(s string) bool {
	for _, sign := range []string{"＝", "＋", "－", "＠"} {
		if strings.HasPrefix(s, sign) {
			return true
		}
	}
	return false
}

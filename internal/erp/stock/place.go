package stock

import (
	"strings"

	"millwright/internal/errs"
)

// Place is where material can be: a warehouse, an area or bin in it, the side of a line, or somewhere that is not ours.
type Place struct {
	ID         int64
	Code       string // as it stands on its label: "A-01-3"
	Name       string
	Parent     int64  // 0 is none
	Line       string // the line that it lies beside, for what it uses; "" is none
	Quarantine bool
	Virtual    bool
	Counting   int64 // the count that lets nothing move here; 0 is none
	Version    int64
	Retired    bool
}

// Check tells what is wrong with a place.
func (p Place) Check() error {
	var wrong []errs.Field
	if code := strings.TrimSpace(p.Code); code == "" || code != p.Code || len(p.Code) > 40 {
		wrong = append(wrong, errs.Field{Path: "code", Message: "a place needs a code of 1 to 40 letters, without blanks around it"})
	}
	if len(p.Name) > 200 {
		wrong = append(wrong, errs.Field{Path: "name", Message: "keep the name under 200 letters"})
	}
	if p.Parent < 0 || p.Parent == p.ID && p.ID != 0 {
		wrong = append(wrong, errs.Field{Path: "parent", Message: "a place lies in another, or in none"})
	}
	if len(wrong) > 0 {
		return &errs.Error{Kind: errs.Invalid, Words: "keep a place: " + wrong[0].Message, Fields: wrong}
	}
	return nil
}

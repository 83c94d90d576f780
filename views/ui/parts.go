package ui

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// Input is one field of a form.
type Input struct {
	ID       string // also its name
	Label    string
	Help     string   // under the label; may be ""
	Type     string   // "text", "password"
	Value    string   // never for passwords
	Complete string   // autocomplete token: "username", "current-password", "new-password"
	Focus    bool     // the first field to fill in
	Least    int      // least length; 0 for none
	Optional bool     // may be left empty
	Rows     int      // of an Area
	Unit     string   // what a number is in, shown inside the field: "ms"
	Fault    string   // what is wrong with it; "" when nothing
	Offers   []Choice // of a Field: what a browser offers while it is typed; anything may be
	List     string   // of a Field: the id of offers that fields share, see Offered; "" for none
}

// said tells whether the label says itself that the field must be filled in.
func (in Input) said() bool { return strings.HasSuffix(in.Label, "(required)") }

// WhyField is the name of the field in which Why is answered.
const WhyField = "why"

// whyID tells the fields of several forms apart; what is wrong is linked to by its name alone.
func whyID(of string, faults []Fault) string {
	if FaultOf(faults, WhyField) != "" {
		return WhyField
	}
	return of + "-" + WhyField
}

func attributes(in Input) templ.Attributes {
	a := described(in)
	if !in.Optional {
		a["required"] = true
	}
	if in.Value != "" && in.Type != "password" {
		a["value"] = in.Value
	}
	if in.Complete != "" {
		a["autocomplete"] = in.Complete
	}
	if in.Type != "password" {
		a["autocapitalize"], a["spellcheck"] = "none", "false"
	}
	if in.Focus {
		a["autofocus"] = true
	}
	if len(in.Offers) > 0 {
		a["list"] = in.ID + "-offers"
	}
	if in.List != "" {
		a["list"] = in.List
	}
	if in.Type == "datetime-local" {
		a["step"] = "any" // seconds too, for who writes them
	}
	if in.Least > 0 {
		a["minlength"] = strconv.Itoa(in.Least)
	}
	return a
}

// described ties a field to its help and to what is wrong with it.
func described(in Input) templ.Attributes {
	a := templ.Attributes{}
	by := ""
	if in.Help != "" {
		by = in.ID + "-help"
	}
	if in.Fault != "" {
		a["aria-invalid"] = "true"
		by += " " + in.ID + "-fault"
	}
	if by != "" {
		a["aria-describedby"] = by
	}
	return a
}

func areaAttributes(in Input) templ.Attributes {
	a := described(in)
	if !in.Optional {
		a["required"] = true
	}
	a["spellcheck"], a["rows"] = "false", strconv.Itoa(max(in.Rows, 3))
	return a
}

func selectAttributes(in Input) templ.Attributes { return described(in) }

// Choice is one option of a Select.
type Choice struct {
	Value string
	Name  string
}

// Way is one of several addresses of the same page.
type Way struct {
	Link
	Current bool
}

func (w Way) page() templ.Attributes {
	if w.Current {
		return templ.Attributes{"aria-current": "page"}
	}
	return nil
}

func (w Way) current() templ.Attributes {
	if w.Current {
		return templ.Attributes{"aria-current": "true"}
	}
	return nil
}

// FaultOf finds what is wrong with one field.
func FaultOf(faults []Fault, field string) string {
	for _, f := range faults {
		if f.Field == field {
			return f.Text
		}
	}
	return ""
}

func faultsTitle(faults []Fault) string {
	if len(faults) == 1 {
		return "This needs your attention"
	}
	return fmt.Sprintf("%d things need your attention", len(faults))
}

func tone(t Tone) string { return "tone-" + string(t) }

// Class is the class of what stands so.
func (m Mood) Class() string {
	if m == Plain {
		return "mood-plain"
	}
	return "mood-" + string(m)
}

// Depth is the class that sets a cell in; what lies deeper than can be told apart is all set in alike.
func Depth(n int) string {
	if n <= 0 {
		return ""
	}
	return "depth-" + strconv.Itoa(min(n, 12))
}

func timer(attribute string, t Timer) templ.Attributes {
	if t.Unix == 0 {
		return nil
	}
	return templ.Attributes{attribute: strconv.FormatInt(t.Unix, 10)}
}

// thousandth writes a share in 1/1000 of a percent as an SVG length: 12345 is "12.345%".
func thousandth(n int64) string {
	return strconv.FormatFloat(float64(n)/1000, 'f', -1, 64) + "%"
}

func clamp(permille int) int64 { return int64(min(max(permille, 0), 1000)) }

// width is a share as an SVG length, within the whole.
func width(s Share) string {
	if !s.OK {
		return "0%"
	}
	return thousandth(clamp(s.Permille) * 100)
}

// fromTop is where a bar of a share begins that stands on the ground.
func fromTop(s Share) string {
	if !s.OK {
		return "100%"
	}
	return thousandth(100_000 - clamp(s.Permille)*100)
}

// overMark is where the whole ends within a bar that exceeds it.
func overMark(s Share) string {
	if s.Permille <= 0 {
		return "0%"
	}
	return thousandth(1000 * 100_000 / int64(s.Permille))
}

// Panel gives the attributes by which a live panel is found.
func Panel(name string) templ.Attributes {
	return templ.Attributes{"id": "panel:" + name, "data-panel": name}
}

// Live is Panel, and nothing where there is no panel.
func Live(name string) templ.Attributes {
	if name == "" {
		return nil
	}
	return Panel(name)
}

// Due says when a job is wanted and when it will be ready; either may be "".
func Due(due, promise string) string {
	if due == "" {
		return promise
	}
	if promise == "" {
		return "due " + due
	}
	return "due " + due + ", " + promise
}

package tool

import (
	"fmt"
	"regexp"
	"strings"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Take is so many of a tool, or so many of its crew with a skill, that an operation takes.
type Take struct {
	Tool, Skill int64 // one of them
	Amount      plant.Quantity
}

// Takes is what an operation takes besides the first tool and the first skill; it ends with the first empty one.
type Takes [6]Take

// All are those that there are.
func (t Takes) All() []Take {
	for i, one := range t {
		if one == (Take{}) {
			return t[:i]
		}
	}
	return t[:]
}

// Check tells what is wrong with what an operation of so large a crew takes besides a tool and a skill; "" when nothing is.
func (t Takes) Check(crew plant.Quantity, tool, skill int64) string {
	seen := map[Take]bool{{Tool: tool}: tool != 0, {Skill: skill}: skill != 0}
	for _, one := range t.All() {
		of := Take{Tool: one.Tool, Skill: one.Skill}
		switch {
		case seen[of]:
			return "it takes the same tool or skill twice: write once how many"
		case one.Tool != 0 && (one.Amount < plant.One || one.Amount > Most*plant.One || one.Amount%plant.One != 0):
			return fmt.Sprintf("write how many of a tool it takes: whole ones, between 1 and %d", Most)
		case one.Skill != 0 && (one.Amount <= 0 || one.Amount > crew):
			return "of its crew some have a skill: no more than there are in the crew"
		}
		seen[of] = true
	}
	return ""
}

// name is how a take is written: its number or name, with its kind where the other has one like it.
func (k Kit) name(t Take) string {
	number, skill := k.Tools[t.Tool].Number, k.Skills[t.Skill]
	if t.Tool != 0 {
		if k.Skill(number) != 0 {
			return "tool " + number
		}
		return number
	}
	if _, is := k.Numbered(skill); is {
		return "skill " + skill
	}
	return skill
}

// Write writes what an operation takes, as Read reads it: "GAUGE-1; 2 × DIE-L; Welding".
func (k Kit) Write(t Takes) string {
	all := make([]string, 0, len(t))
	for _, one := range t.All() {
		words := k.name(one)
		if one.Amount != plant.One {
			words = one.Amount.String() + " × " + words
		}
		all = append(all, words)
	}
	return strings.Join(all, "; ")
}

var times = regexp.MustCompile(`^([0-9]+(?:[.,][0-9]+)?)\s*[×xX*]\s*(.+)$`)

// Read reads what an operation takes: numbers of tools and names of skills with semicolons between, each with how many
// before it where it is not one. It gives what cannot be read; "" when all can.
func (k Kit) Read(text string) (t Takes, wrong string) {
	n := 0
	for part := range strings.SplitSeq(text, ";") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		if n == len(t) {
			return Takes{}, fmt.Sprintf("it takes %d tools and skills besides at most", len(t))
		}
		one, known := k.find(part)
		one.Amount = plant.One
		if m := times.FindStringSubmatch(part); !known && m != nil {
			one, known = k.find(m[2])
			q, err := plant.ParseQuantity(strings.Replace(m[1], ",", ".", 1))
			if err != nil || q <= 0 {
				return Takes{}, fmt.Sprintf("%s is no number of pieces or people", errs.Clip(m[1]))
			}
			one.Amount = q
		}
		if !known {
			return Takes{}, fmt.Sprintf("there is no tool and no skill %s; write them like 2 × M-7; Welding", errs.Clip(part))
		}
		if have := k.Tools[one.Tool]; one.Tool != 0 && one.Amount > plant.Quantity(have.Count)*plant.One {
			return Takes{}, fmt.Sprintf("there are only %d of %s", have.Count, have.Number)
		}
		t[n] = one
		n++
	}
	return t, ""
}

// find finds a tool by its number, else a skill by its name.
func (k Kit) find(name string) (Take, bool) {
	name = strings.TrimSpace(name)
	if t, is := k.Numbered(name); is {
		return Take{Tool: t.ID}, true
	}
	if id := k.Skill(name); id != 0 {
		return Take{Skill: id}, true
	}
	kind, rest, _ := strings.Cut(name, " ")
	switch strings.ToLower(kind) {
	case "tool":
		t, is := k.Numbered(rest)
		return Take{Tool: t.ID}, is
	case "skill":
		id := k.Skill(rest)
		return Take{Skill: id}, id != 0
	}
	return Take{}, false
}

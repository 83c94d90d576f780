// Package share is what operations of the schedule share, tools and people, as pools of the solver.
package share

import (
	"fmt"
	"strings"
	"time"

	"millwright/internal/erp/schedule"
	"millwright/internal/erp/schedule/hours"
	"millwright/internal/erp/schedule/pool"
	"millwright/internal/erp/tool"
	"millwright/internal/erp/workorder"
	"millwright/internal/mes/skill"
	"millwright/internal/plant"
)

// Facts are what pools are made of.
type Facts struct {
	Kit       tool.Kit
	People    skill.Matrix
	Calendars []plant.Calendar // of all machines
	Now       time.Time
	Ahead     time.Duration // how far calendars are looked at; then everybody is there
}

// Pools are those that operations take of. Each is added when it is taken of first.
type Pools struct {
	facts  Facts
	all    []shared
	at     map[key]int // -1 where nobody knows how much there is
	shifts []plant.Shift
}

// key tells pools apart.
type key struct{ tool, skill int64 }

// shared is a pool, and what it stands for.
type shared struct {
	schedule.Pool
	tool   tool.Tool // of number "" where it is people
	people string    // the skill that they have
}

// New makes pools of which nobody has taken yet.
func New(f Facts) *Pools { return &Pools{facts: f, at: map[key]int{}} }

// Taken is what an operation takes.
type Taken struct {
	Uses    []schedule.Use
	Words   string // "tool M-7; 2 people with Welding"; "" for nothing
	Assumed string // what is assumed of it; "" for nothing
	Never   string // why there is never so much; "" where there is
}

// Take gives what an operation takes. What runs already has what there is.
func (p *Pools) Take(op workorder.Operation, runs bool) (t Taken) {
	type use struct {
		key    key
		amount int64
	}
	all := []use{{key{tool: op.Tool}, op.Tools * int64(plant.One)}, {key{skill: op.Skill}, int64(op.Crew)}}
	for _, t := range op.Also.All() {
		all = append(all, use{key{t.Tool, t.Skill}, int64(t.Amount)})
	}
	for _, u := range all {
		if u.key == (key{}) || u.amount <= 0 {
			continue
		}
		at, known := p.pool(u.key)
		if !known {
			t.Assumed = join(t.Assumed, "nothing says how many have "+p.facts.Kit.Skills[u.key.skill]+": enough is assumed")
			continue
		}
		s := &p.all[at]
		t.Words = join(t.Words, s.words(u.amount))
		if u.amount > s.Size && !runs {
			t.Never = s.never(u.amount, p.facts.Now)
			return t
		}
		t.Uses = append(t.Uses, schedule.Use{Pool: at, Amount: min(u.amount, s.Size)})
	}
	return t
}

func join(was, more string) string { return strings.TrimPrefix(was+"; "+more, "; ") }

// All are the pools, as the solver has them.
func (p *Pools) All() (all []schedule.Pool) {
	for i := range p.all {
		all = append(all, p.all[i].Pool)
	}
	return all
}

// Shape is what the pools are made of, but for the time of day.
func (p *Pools) Shape() string {
	var w strings.Builder
	for i := range p.all {
		fmt.Fprintf(&w, "%s %d %d;", p.all[i].Name, p.all[i].Size, p.all[i].tool.Away)
	}
	return w.String()
}

func (p *Pools) pool(k key) (at int, known bool) {
	if at, is := p.at[k]; is {
		return at, at >= 0
	}
	s := ofTool(p.facts.Kit.Tools[k.tool], p.facts.Now)
	if k.tool == 0 {
		if s, known = p.ofPeople(k.skill); !known {
			p.at[k] = -1
			return -1, false
		}
	}
	at = len(p.all)
	p.all, p.at[k] = append(p.all, s), at
	return at, true
}

// ofTool is how many there are of a tool: fewer until what is in maintenance is back, for good where nobody knows when.
func ofTool(t tool.Tool, now time.Time) shared {
	s := shared{tool: t, Pool: schedule.Pool{Name: t.Number, Size: t.Count * int64(plant.One)}}
	switch out := t.Out(now) * int64(plant.One); {
	case out == 0:
	case t.Back.IsZero():
		s.Size -= out
	default:
		s.Less = []pool.Less{{Span: hours.Span{From: now.Unix() - 1, To: t.Back.Unix()}, Amount: out}}
	}
	return s
}

// ofPeople is how many people with a skill are there, shift by shift.
func (p *Pools) ofPeople(id int64) (shared, bool) {
	turns := p.turns(id)
	there := make([]int64, len(turns))
	s := shared{people: p.facts.Kit.Skills[id]}
	s.Name = s.people
	for i, t := range turns {
		n, known := p.facts.People.Present(id, t.shifts, t.at)
		if !known {
			return s, false
		}
		there[i] = n * int64(plant.One)
		s.Size = max(s.Size, there[i])
	}
	for i, t := range turns[:len(turns)-1] {
		if less := s.Size - there[i]; less > 0 {
			s.Less = append(s.Less, pool.Less{Span: hours.Span{From: t.at.Unix(), To: turns[i+1].at.Unix()}, Amount: less})
		}
	}
	return s, true
}

package config

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"millwright/internal/errs"
	"millwright/internal/ot/derive"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// longestSilence bounds heartbeats: what is held back by a swinging door for longer is no history.
const longestSilence = 24 * time.Hour

// longestQueue bounds what one tag may ask a machine to remember.
const longestQueue = 10_000

// entries checks what stands in the tags of a machine type, as far as it can be told without a unit.
func (b *builder) entries(at string, tags map[string]TagEntry) {
	for _, name := range slices.Sorted(maps.Keys(tags)) {
		for _, w := range tags[name].Misfits() {
			b.add(at+name+"."+w.Path, "%s", w.Message)
		}
	}
}

// Misfits are settings of thinning and deriving that cannot be, by key.
func (e TagEntry) Misfits() (wrong []errs.Field) {
	add := func(key, format string, args ...any) {
		wrong = append(wrong, errs.Field{Path: key, Message: fmt.Sprintf(format, args...)})
	}
	for _, n := range []struct {
		key   string
		value float64
	}{{"deadband", e.Deadband}, {"deadband_percent", e.Percent}, {"swing", e.Swing}} {
		if !(n.value >= 0) || math.IsInf(n.value, 0) {
			add(n.key, "is %v; write a number of 0 or more", n.value)
		}
	}
	if e.Queue < 0 || e.Queue > longestQueue {
		add("queue", "is %d; write 1 to %d readings, or none", e.Queue, longestQueue)
	}
	if e.Heartbeat < 0 || e.Heartbeat > 0 && e.Heartbeat < time.Second || e.Heartbeat > longestSilence {
		add("heartbeat", "is %s; write 1s to 24h", e.Heartbeat)
	}
	if e.Percent > 0 && (e.Deadband > 0 || e.Low == nil || e.High == nil || !(*e.High > *e.Low)) {
		add("deadband_percent", "is of the way from low to high; say both, and no other deadband")
	}
	if _, known := tag.KindOf(e.Type); !known {
		add("type", "is %q; write bool, int, float or text", errs.Clip(e.Type))
	}
	if e.Expr == "" {
		return wrong
	}
	for _, f := range []struct {
		key  string
		said bool
	}{{"address", e.Address != ""}, {"type", e.Type != ""}, {"interval", e.Interval != 0}, {"queue", e.Queue != 0}, {"scale", e.Scale != 0}, {"offset", e.Offset != 0}, {"writable", e.Writable}} {
		if f.said {
			add(f.key, "does not go with a formula (expr): a derived tag is not read from a machine")
		}
	}
	return wrong
}

// Understood tells what is wrong with the formula of a derived tag, as far as it can be told without its tags.
func (e TagEntry) Understood() error {
	if e.Expr == "" {
		return nil
	}
	_, err := derive.Compile(e.Expr)
	return err
}

// band is the deadband in raw units.
func (t TagEntry) band() float64 {
	if t.Percent == 0 || t.Low == nil || t.High == nil {
		return t.Deadband
	}
	scale := math.Abs(t.Scale)
	if scale == 0 {
		scale = 1
	}
	return t.Percent / 100 * (*t.High - *t.Low) / scale
}

// pendingFormula waits for the tags to be numbered.
type pendingFormula struct {
	at   string // of the entry
	unit plant.UnitID
	tag  string
	own  map[string]bool
}

// formulas understands what derived tags are reckoned from.
func (b *builder) formulas(r *tag.Registry) []derive.Formula {
	var all []derive.Formula
	at := map[tag.ID]string{}
	compiled := map[string]*derive.Expression{} // one machine type stands in many units
	for _, p := range b.derived {
		id, _ := r.Find(p.tag)
		at[id] = p.at + ".expr"
		f := derive.Formula{Tag: r.Tag(id), Expression: compiled[r.Tag(id).Expr]}
		if f.Expression == nil {
			var err error
			if f.Expression, err = derive.Compile(f.Tag.Expr); err != nil {
				b.once(at[id], err.Error())
				continue
			}
			compiled[f.Tag.Expr] = f.Expression
		}
		if f.Inputs = b.inputs(p, f.Expression, r); f.Inputs != nil {
			all = append(all, f)
		}
	}
	ordered, knots := derive.Arrange(all)
	for _, k := range knots {
		b.once(at[k.Tag], r.Tag(k.Tag).Name+": "+k.Words)
	}
	return ordered
}

// inputs finds the tags of an expression: those of its own unit by their names, others by their whole names.
func (b *builder) inputs(p pendingFormula, x *derive.Expression, r *tag.Registry) []tag.ID {
	ids := make([]tag.ID, len(x.Names))
	for i, name := range x.Names {
		whole := name
		if p.own[name] {
			whole = string(p.unit) + "/" + name
		}
		id, known := r.Find(whole)
		if !known {
			b.once(p.at+".expr", "unit "+string(p.unit)+" has no tag \""+name+"\"; that of another unit is named tag(\"line/unit/name\")")
			return nil
		}
		ids[i] = id
	}
	return ids
}

// once tells a mistake of a machine type once, however many units are of that type.
func (b *builder) once(path, words string) {
	if !slices.ContainsFunc(b.wrong, func(f errs.Field) bool { return f.Path == path }) {
		b.wrong = append(b.wrong, errs.Field{Path: path, Message: words})
	}
}

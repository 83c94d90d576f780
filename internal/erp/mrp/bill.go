package mrp

import "slices"

// bill is the parts of all items, in reach by their parent.
type bill struct {
	parts []int32 // indices of Input.Parts, by parent
	first []int32 // where an item's begin; one more than there are items
}

func newBill(in *Input) bill {
	b := bill{parts: make([]int32, len(in.Parts)), first: make([]int32, len(in.Items)+1)}
	for i := range in.Parts {
		b.first[in.Parts[i].Parent+1]++
	}
	for i := range in.Items {
		b.first[i+1] += b.first[i]
	}
	next := append([]int32(nil), b.first...)
	for i := range in.Parts {
		p := in.Parts[i].Parent
		b.parts[next[p]] = int32(i)
		next[p]++
	}
	return b
}

func (b *bill) of(item int32) []int32 { return b.parts[b.first[item]:b.first[item+1]] }

// drop takes a part out.
func (b *bill) drop(item int32, n int32) { b.parts[b.first[item]+n] = gone }

const gone = int32(-1)

// sequence gives the items with every parent before its parts, and before what comes besides it: what low-level codes
// are for. A part that closes a circle is dropped from the bill, with a warning; everything else is planned.
func (b *bill) sequence(in *Input) (order []int32, warnings []Warning) {
	w := newWalk(in, b)
	order = w.all()
	if !slices.ContainsFunc(in.Parts, func(p Part) bool { return p.Output }) {
		return order, w.warnings
	}
	warnings = slices.Concat(w.warnings, b.outputs(in))
	w = newWalk(in, b)
	w.outputs = true
	return w.all(), warnings
}

// walk goes through bills depth first; an item is placed, from the end, when all beneath it are.
type walk struct {
	in       *Input
	bill     *bill
	outputs  bool // what comes besides an item counts as beneath it
	state    []uint8
	path     []step
	order    []int32
	free     int // places of order that are not taken
	warnings []Warning
}

func newWalk(in *Input, b *bill) walk {
	return walk{in: in, bill: b, state: make([]uint8, len(in.Items)), order: make([]int32, len(in.Items)), free: len(in.Items)}
}

func (w *walk) all() []int32 {
	for root := range w.in.Items {
		if w.state[root] == fresh {
			w.down(int32(root))
		}
	}
	return w.order
}

// step is an item on the path, and the next of its parts to go down.
type step struct{ item, next int32 }

// states of an item in a walk.
const (
	fresh uint8 = iota
	open        // on the path
	placed
)

// down walks all that is beneath an item.
func (w *walk) down(root int32) {
	w.enter(root)
	for len(w.path) > 0 {
		top := &w.path[len(w.path)-1]
		parts := w.bill.of(top.item)
		if int(top.next) == len(parts) {
			w.leave(top.item)
			continue
		}
		n := top.next
		top.next++
		if parts[n] == gone || w.in.Parts[parts[n]].Output && !w.outputs {
			continue
		}
		switch child := w.in.Parts[parts[n]].Child; w.state[child] {
		case fresh:
			w.enter(child)
		case open:
			w.warn(parts[n], child)
			w.bill.drop(top.item, n)
		}
	}
}

func (w *walk) enter(item int32) {
	w.state[item] = open
	w.path = append(w.path, step{item: item})
}

func (w *walk) leave(item int32) {
	w.state[item] = placed
	w.free--
	w.order[w.free] = item
	w.path = w.path[:len(w.path)-1]
}

// warn tells of the circle from an item on the path round to it.
func (w *walk) warn(part, child int32) {
	at := slices.IndexFunc(w.path, func(s step) bool { return s.item == child })
	warning := Warning{Part: part}
	for _, s := range w.path[at:] {
		warning.Items = append(warning.Items, s.item)
	}
	w.warnings = append(w.warnings, warning)
}

// Circle finds whether a part would put an item into itself, for the door at which bills are written.
func Circle(in *Input) (Warning, bool) {
	b := newBill(in)
	_, warnings := b.sequence(in)
	if len(warnings) == 0 {
		return Warning{}, false
	}
	return warnings[0], true
}

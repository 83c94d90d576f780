package revision

import "strings"

// Merge makes in theirs the change that leads from base to mine. ok is false when both change the same lines, or
// lines that touch: then people have to look.
func Merge(base, mine, theirs string) (merged string, ok bool) {
	edits := editsOf(Diff(base, mine))
	others := editsOf(Diff(base, theirs))
	for _, e := range edits {
		for _, o := range others {
			if e.from <= o.to && o.from <= e.to {
				return "", false
			}
		}
	}
	all := lines(base)
	var out []string
	at := 0
	for _, e := range inOrder(edits, others) {
		out = append(out, all[at:e.from]...)
		out = append(out, e.lines...)
		at = e.to
	}
	out = append(out, all[at:]...)
	return strings.Join(out, "\n") + "\n", true
}

// edit puts lines in the place of those in [from, to) of the text before, counted from 0.
type edit struct {
	from, to int
	lines    []string
}

func editsOf(diff []Line) (all []edit) {
	at, open := 0, false
	for _, l := range diff {
		if l.Kept() {
			at, open = l.Old, false
			continue
		}
		if !open {
			all, open = append(all, edit{from: at, to: at}), true
		}
		e := &all[len(all)-1]
		if l.New == 0 {
			at, e.to = l.Old, l.Old
		} else {
			e.lines = append(e.lines, l.Text)
		}
	}
	return all
}

// inOrder lays two lists that never overlap into one.
func inOrder(a, b []edit) []edit {
	out := make([]edit, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if a[0].from < b[0].from {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}

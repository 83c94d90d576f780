package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
	"millwright/views/figure"
	"millwright/views/ui"
)

// strip draws a line's shift to scale.
func (p *painter) strip(m moment, l lineInfo, s oee.Snapshot, axis plant.Span) ui.Strip {
	strip := ui.Strip{
		ID:     string(l.ID),
		Title:  l.Name + ", shift so far",
		From:   axis.From,
		To:     axis.To,
		Now:    m.clock(),
		Locale: l.locale,
	}
	shown := joined(s.Segments)
	strip.Segments = make([]ui.Segment, 0, len(shown))
	for _, seg := range shown {
		to := seg.To
		if m.pushed && to.Equal(s.Window.To) && to.After(m.clock()) && m.clock().After(seg.From) {
			to = m.clock() // the end that moves
		}
		strip.Segments = append(strip.Segments, ui.Segment{From: seg.From, To: to, Tone: tones[seg.Category], Title: l.title(seg, to)})
	}
	for _, j := range p.Jobs.Jobs(l.ID) {
		if j.Started.IsZero() {
			continue
		}
		end := j.Ended
		if end.IsZero() {
			end = m.clock()
		}
		strip.Jobs = append(strip.Jobs, ui.Segment{From: j.Started, To: end, Title: j.ID + " " + j.Product})
	}
	return strip
}

// title says what a segment was, in words.
func (l lineInfo) title(s oee.Segment, to time.Time) string {
	words := stateOf(s.Category, cmp.Or(s.Fault, s.Reason)).Word
	if s.Category != oee.Running {
		if cause := l.because(s); cause != "" {
			words += ", " + cause
		}
	}
	return fmt.Sprintf("%s %s–%s, %s", words, l.locale.Time(s.From), l.locale.Time(to), figure.Span(to.Sub(s.From)))
}

// joined puts segments together that touch and tell the same to an eye: a ledger is cut more often than a strip.
func joined(segments []oee.Segment) []oee.Segment {
	all := make([]oee.Segment, 0, len(segments))
	for i := range segments {
		s := &segments[i]
		if n := len(all); n > 0 && sameStretch(&all[n-1], s) {
			last := &all[n-1]
			last.To, last.Good, last.Reject, last.Ideal, last.Unseen = s.To, last.Good+s.Good, last.Reject+s.Reject, last.Ideal+s.Ideal, last.Unseen+s.Unseen
			continue
		}
		all = append(all, *s)
	}
	return all
}

func sameStretch(a, b *oee.Segment) bool {
	return a.Category == b.Category && a.To.Equal(b.From) && (a.Category == oee.Running || a.Unit == b.Unit && a.Fault == b.Fault && a.Stop.Equal(b.Stop))
}

// hours gives the pieces of each hour of a shift against what an ideal line makes in its planned time, and by how much
// they missed that where it is asked for.
func hours(m moment, l lineInfo, s oee.Snapshot, deltas bool) []ui.Hour {
	if s.Shift.From.IsZero() {
		return nil
	}
	type hour struct {
		from, to     time.Time
		good, target float64
	}
	var all []hour
	most := 0.0
	for _, w := range begunSlots(s) {
		h := hour{from: w.From, to: w.To}
		h.good, h.target = piecesWithin(l, s, w)
		most = max(most, h.good, h.target)
		all = append(all, h)
	}
	bars := make([]ui.Hour, 0, len(all))
	for _, h := range all {
		bar := ui.Hour{
			Label:   l.slotName(h.from),
			Target:  figure.Unknown,
			Fill:    ui.Ratio(h.good/max(most*1.1, 1), true),
			Mark:    ui.Ratio(h.target/max(most*1.1, 1), h.target > 0),
			Current: !m.Before(h.from) && m.Before(h.to),
		}
		if h.target > 0 {
			bar.Target = l.locale.Whole(int64(h.target + 0.5))
		}
		if !m.Before(h.from) {
			bar.Actual = figure.Unknown
			if heard(s, plant.Span{From: h.from, To: h.to}) {
				bar.Actual = l.locale.Whole(int64(h.good + 0.5))
				if deltas && h.target > 0 && !bar.Current {
					bar.Delta = l.locale.Signed(int64(h.good+0.5) - int64(h.target+0.5))
				}
			}
		}
		if !bar.Current && m.After(h.to) && h.good < h.target*0.9 && h.target-h.good >= 1 {
			bar.Mood = ui.Warning
		}
		bars = append(bars, bar)
	}
	return bars
}

// slots are the hours of a shift, counted from where it begins: the last may be a part of one.
func slots(of plant.Shift) (all []plant.Span) {
	for from := of.From; from.Before(of.To) && len(all) < 48; from = from.Add(time.Hour) {
		all = append(all, plant.Span{From: from, To: plant.Earlier(from.Add(time.Hour), of.To)})
	}
	return all
}

// begunSlots are the hours of the shift of a look at a line: not those before the line's time begins.
func begunSlots(s oee.Snapshot) []plant.Span {
	return slices.DeleteFunc(slots(s.Shift), func(w plant.Span) bool { return !w.To.After(s.Window.From) })
}

// slotName is an hour's time as short as it can be read: "06", or "06:30" where it does not begin on the full hour.
func (l lineInfo) slotName(from time.Time) string {
	return strings.TrimSuffix(l.locale.Time(from), ":00")
}

// heard tells whether the machines said anything in a part of the window: what they made without a word is unknown.
func heard(s oee.Snapshot, w plant.Span) bool {
	return slices.ContainsFunc(s.Segments, func(seg oee.Segment) bool {
		return seg.Category != oee.NoData && overlap(w, seg.From, seg.To) > 0
	})
}

// piecesWithin gives the good pieces of a part of the window, each segment's spread evenly over its time, and the
// target: what an ideal line makes in the planned time. The future is planned by the calendar.
func piecesWithin(l lineInfo, s oee.Snapshot, w plant.Span) (good, target float64) {
	product := s.Product
	for _, seg := range s.Segments {
		inside := overlap(w, seg.From, seg.To)
		if inside <= 0 {
			continue
		}
		good += seg.Good.Float() * float64(inside) / float64(seg.To.Sub(seg.From))
		target += seg.UnseenPieces().Float() * float64(inside) / float64(seg.To.Sub(seg.From))
		if seg.Category.Planned() {
			target += ideal(l, seg.Product, inside)
		}
	}
	if ahead := overlap(w, s.Window.To, s.Shift.To); ahead > 0 {
		planned := ahead
		for _, b := range s.Shift.Breaks {
			if rest := overlap(w, plant.Later(b.From, s.Window.To), b.To); rest > 0 {
				planned -= rest
			}
		}
		target += ideal(l, product, planned)
	}
	return good, target
}

func ideal(l lineInfo, product string, d time.Duration) float64 {
	cycle, ok := l.Ideal(product)
	if !ok || cycle <= 0 {
		return 0
	}
	return float64(d) / float64(cycle)
}

func overlap(w plant.Span, from, to time.Time) time.Duration {
	from = plant.Later(from, w.From)
	if to.After(w.To) {
		to = w.To
	}
	return max(to.Sub(from), 0)
}

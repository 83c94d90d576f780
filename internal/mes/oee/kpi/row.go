package kpi

import (
	"fmt"
	"hash/fnv"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

// Row is the sums of one slot of a line's time and of what was made, by what it was caused and for which order. A slot
// is an hour, counted from where its shift began, and ends with the shift at the latest.
type Row struct {
	plant.Span
	Key
	Sums
}

// Key is what a row is about besides its time.
type Key struct {
	Line    plant.LineID
	Shift   string // name, "" outside shifts
	Date    string // local date on which the shift opened; of time outside shifts its own
	Product string
	Order   string
	Unit    plant.UnitID // that caused the time
	Reason  string       // why it stood, of the plant's reasons
	Crew    string       // who was signed on at the line, by name, a line each; "" when it is not known
}

// Layout says how a line's time is laid out in rows.
type Layout struct {
	Line    plant.LineID
	Zone    *time.Location // of the site; nil means UTC
	Meaning string         // of the line's fault codes: another where they stand for other reasons
	Crew    []Attendance   // who was at the line in the time that is laid out, by the beginning
	Begin   time.Time      // of the line's ledger: what was before is none of its time; zero when nobody says

	each func(*Piece) // is given what would be added to rows; nil for nobody
}

// LayoutOf is how the time of a line of a site is laid out.
func LayoutOf(s plant.Site, l plant.Line) Layout {
	h := fnv.New64a()
	for _, u := range l.Units {
		_, _ = fmt.Fprintf(h, "%q%v", u.ID, l.Codes[u.ID]) // a hash takes everything
	}
	return Layout{Line: l.ID, Zone: s.Zone, Meaning: fmt.Sprintf("crew %s %x", s.Zone, h.Sum64())}
}

// Layouts are those of all lines of a plant.
func Layouts(p *plant.Plant) (all []Layout) {
	for _, s := range p.Sites {
		for _, area := range s.Areas {
			for _, l := range area.Lines {
				all = append(all, LayoutOf(s, l))
			}
		}
	}
	return all
}

// Rows lays out the part of a ledger that lies in a window. Hours are counted right if the segments reach back to where
// the shift began, and stops if they reach back to the one before the window. What no segment covers since the ledger
// began is NoData.
func (l Layout) Rows(window plant.Span, segments []oee.Segment) []Row {
	rows, _ := l.Closed(window, segments)
	return rows
}

// Closed is Rows, and up to where these are whole slots of the line: what comes after the window may belong to the last one.
func (l Layout) Closed(window plant.Span, segments []oee.Segment) (rows []Row, upTo time.Time) {
	if l.Zone == nil {
		l.Zone = time.UTC
	}
	window.From = plant.Later(window.From, l.Begin)
	d := desk{Layout: l, window: window}
	for i := range segments {
		s := &segments[i]
		if !s.From.Before(window.To) {
			break
		}
		if d.nothing(s.From); i == 0 {
			d.run = run{} // the hours of what is known do not begin in what is not
		}
		d.put(s)
	}
	d.nothing(window.To)
	return d.end()
}

// Piece is the part of a segment that lies in one row, and what it adds to that.
type Piece struct {
	plant.Span
	Slot time.Time // where the slot of its row begins
	Key
	Sums
	Segment *oee.Segment // whole; what no segment covers is one of NoData
}

// Pieces gives what Rows adds up, piece by piece. Each is another's afterwards.
func (l Layout) Pieces(window plant.Span, segments []oee.Segment, each func(*Piece)) {
	l.each = each
	l.Rows(window, segments)
}

// desk is where rows are laid out.
type desk struct {
	Layout
	window plant.Span
	rows   []Row
	before *oee.Segment // the last one
	seen   time.Time    // up to where segments came
	run    run
	slot   plant.Span
	first  int   // row of the slot
	piece  Piece // the one that is given
}

// run is a stretch of one shift, or of time outside shifts on one date.
type run struct {
	shift, date string
	from        time.Time
}

// nothing fills what no segment covers, up to a time.
func (d *desk) nothing(to time.Time) {
	from := d.seen
	if from.IsZero() || from.Before(d.window.From) {
		from = d.window.From
	}
	if d.window.To.Before(to) {
		to = d.window.To
	}
	if from.Before(to) {
		d.put(&oee.Segment{Line: d.Line, From: from, To: to, Category: oee.NoData})
	}
}

// put lays out a segment that follows the one before.
func (d *desk) put(s *oee.Segment) {
	if s.Shift != "" {
		d.stretch(s, plant.Span{From: s.From, To: s.To}, s.Date)
	} else {
		for from := s.From; from.Before(s.To); {
			date := plant.DateIn(from, d.Zone)
			to := (date + 1).Begin(d.Zone)
			if s.To.Before(to) {
				to = s.To
			}
			d.stretch(s, plant.Span{From: from, To: to}, date.String())
			from = to
		}
	}
	d.before, d.seen = s, s.To
}

// stretch lays out a part of a segment that is of one date.
func (d *desk) stretch(s *oee.Segment, part plant.Span, date string) {
	if d.run.from.IsZero() || d.run.shift != s.Shift || d.run.date != date {
		d.close(part.From)
		d.run = run{shift: s.Shift, date: date, from: part.From}
	}
	for from := part.From; from.Before(part.To) && from.Before(d.window.To); {
		end := d.run.from.Add(from.Sub(d.run.from).Truncate(time.Hour) + time.Hour)
		if !d.slot.To.Equal(end) {
			d.close(d.slot.To)
			d.slot = plant.Span{From: end.Add(-time.Hour), To: end}
		}
		to := part.To
		if end.Before(to) {
			to = end
		}
		to = d.next(from, to)
		if to.After(d.window.From) {
			d.add(s, plant.Span{From: from, To: to}, date)
		}
		from = to
	}
}

// close ends the slot at a time.
func (d *desk) close(at time.Time) {
	if d.slot.To.After(at) {
		d.slot.To = at
	}
	for i := d.first; i < len(d.rows); i++ {
		d.rows[i].Span = d.slot
	}
	d.first = len(d.rows)
	d.slot = plant.Span{To: at}
}

// end ends the layout: the last slot is whole if it is an hour.
func (d *desk) end() (rows []Row, upTo time.Time) {
	upTo = d.slot.From
	if !d.slot.To.After(d.seen) && !d.slot.To.After(d.window.To) {
		upTo = d.slot.To
	}
	d.close(d.window.To)
	return d.rows, upTo
}

// add adds a piece of a segment to the row that it belongs to.
func (d *desk) add(s *oee.Segment, piece plant.Span, date string) {
	piece = plant.Span{From: plant.Later(piece.From, d.window.From), To: plant.Earlier(piece.To, d.window.To)}
	key := Key{Line: d.Line, Shift: s.Shift, Date: date, Product: s.Product, Order: s.Order, Unit: s.Unit, Reason: s.Reason, Crew: d.crew(piece.From)}
	first := piece.From.Equal(s.From)
	if d.each != nil {
		d.piece = Piece{Span: piece, Slot: d.slot.From, Key: key, Segment: s}
		d.piece.add(s, d.before, piece, first)
		d.each(&d.piece)
		return
	}
	at := d.first
	for at < len(d.rows) && d.rows[at].Key != key {
		at++
	}
	if at == len(d.rows) {
		d.rows = append(d.rows, Row{Key: key})
	}
	d.rows[at].add(s, d.before, piece, first)
}

// add adds a piece of a segment, which may be its first.
func (s *Sums) add(seg, before *oee.Segment, piece plant.Span, first bool) {
	s.count(seg, piece)
	if first {
		s.begin(seg, before)
	}
}

// count adds the time and the pieces of a piece of a segment.
func (s *Sums) count(seg *oee.Segment, piece plant.Span) {
	p := seg.Part(piece)
	lasts := p.To.Sub(p.From)
	s.Times[p.Category] += lasts
	s.Good += p.Good
	s.Rework += p.Rework
	s.Reject += p.Reject
	s.Unrated += p.Unrated
	s.Ideal += p.Ideal
	s.Unseen += p.Unseen
	s.GoodIdeal += seg.GoodIdealIn(piece)
	if seg.Order != "" && p.Category != oee.NotScheduled {
		s.Ordered += lasts
		s.OrderedPieces += p.Good + p.Reject
	}
	if seg.Edit != 0 {
		s.Edited += lasts
	}
	if seg.Category.Unexplained(seg.Reason) {
		s.Unexplained += lasts
	}
}

// begin counts a segment as a stretch where it is not the rest of the one before. What is not known is none.
func (s *Sums) begin(seg, before *oee.Segment) {
	if seg.Category == oee.NoData {
		return
	}
	here := before != nil && before.Shift == seg.Shift && before.Date == seg.Date
	goesOn := before != nil && before.To.Equal(seg.From) && before.Category == seg.Category && before.Unit == seg.Unit
	if here { // people may have made two stops of one
		goesOn = goesOn && before.Stop.Equal(seg.Stop)
	}
	if goesOn && here {
		return
	}
	s.Stops[seg.Category]++
	if seg.Category.Unexplained(seg.Reason) && (seg.Stop.IsZero() || seg.Stop.Equal(seg.From)) { // one stop, whatever units it goes through
		s.Unasked++
	}
	if !goesOn && seg.Category == oee.Breakdown {
		s.Failures++
	}
}

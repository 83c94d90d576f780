// Package lens is one time of a line under every definition of OEE, side by side.
package lens

import (
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/plant"
)

// Bucket is what a definition of OEE takes a piece of time for.
type Bucket uint8

// The buckets.
const (
	Unknown Bucket = iota // no data: part of no factor, in any definition
	Outside               // not part of the time that is measured
	Lost                  // an availability loss
	SetUp                 // counts as available, and not as running
	Run                   // running, at whatever speed
)

var bucketNames = [...]string{"unknown", "not measured", "lost", "set-up", "run"}

// String gives the bucket's word.
func (b Bucket) String() string { return bucketNames[b] }

// Definition is one of the ways in which people reckon OEE: it says what each category is taken for.
type Definition struct {
	ID, Name string
	Says     string // what is particular about it
	Buckets  [oee.ReducedSpeed + 1]Bucket
}

// Definitions are those that are in use, classic OEE first.
func Definitions() []Definition {
	classic := Definition{ID: "classic", Name: "Classic", Says: "Breaks and time outside shifts are not measured; micro-stops are lost speed.", Buckets: [...]Bucket{
		oee.NoData: Unknown, oee.NotScheduled: Outside, oee.PlannedStop: Outside,
		oee.NoOrder: Lost, oee.Changeover: Lost, oee.Breakdown: Lost, oee.Blocked: Lost, oee.Starved: Lost,
		oee.MicroStop: Run, oee.Running: Run, oee.ReducedSpeed: Run,
	}}
	but := func(id, name, says string, b Bucket, categories ...oee.Category) Definition {
		d := classic
		d.ID, d.Name, d.Says = id, name, says
		for _, c := range categories {
			d.Buckets[c] = b
		}
		return d
	}
	return []Definition{
		classic,
		but("iso-22400", "ISO 22400-2", "Actual production time by planned busy time: delays, set-up and down time are lost.", Lost),
		but("nee", "NEE (ISO 22400-2)", "Set-up counts as available: the actual unit processing time by planned busy time.", SetUp, oee.Changeover),
		but("ooe", "OOE", "Breaks and planned stops within shifts are lost too.", Lost, oee.PlannedStop),
		but("teep", "TEEP", "All time is measured, by day and night.", Lost, oee.PlannedStop, oee.NotScheduled),
		but("micro-stops", "Micro-stops as stops", "Micro-stops are lost availability and not lost speed.", Lost, oee.MicroStop),
		but("changeover-planned", "Changeovers as planned", "Changeovers are not measured.", Outside, oee.Changeover),
		but("no-order-planned", "No order as planned", "Time without an order is not measured.", Outside, oee.NoOrder),
		but("own-losses", "Without neighbours", "Waiting for material or for room is not measured: others cause it.", Outside, oee.Starved, oee.Blocked),
	}
}

// Seen is a part of the ledger as one definition sees it.
type Seen struct {
	Definition
	Measured, Available, Run         time.Duration // what availability and performance are measured by
	Availability, Performance        oee.Ratio
	Quality, OEE, OEELow, OEEHigh    oee.Ratio
	Unknown, NotMeasured, LostInStop time.Duration
}

// See measures sums as a definition has it.
func (d Definition) See(s *kpi.Sums) Seen {
	var in [len(bucketNames)]time.Duration
	for c, t := range s.Times {
		in[d.Buckets[c]] += t
	}
	v := Seen{
		Definition: d, Run: in[Run], Available: in[Run] + in[SetUp], Unknown: in[Unknown], NotMeasured: in[Outside], LostInStop: in[Lost],
		Quality: s.Classic().Quality,
	}
	v.Measured = v.Available + in[Lost]
	v.Availability = share(v.Available, v.Measured)
	if s.Unrated == 0 {
		v.Performance = share(s.Ideal-s.Unseen, v.Run)
	}
	v.OEE = times(v.Availability, v.Performance, v.Quality)
	if v.Unknown > 0 {
		low, high := share(v.Available, v.Measured+v.Unknown), share(v.Available+v.Unknown, v.Measured+v.Unknown)
		v.OEELow, v.OEEHigh = oee.Between(low, high, v.Performance, v.Quality, share(s.Ideal, v.Run))
	}
	return v
}

// share is a part of a time; of nothing it is unknown.
func share(of, all time.Duration) oee.Ratio {
	if all <= 0 {
		return oee.Ratio{}
	}
	return oee.Ratio{Value: float64(of) / float64(all), OK: true}
}

// times multiplies; what holds something unknown is unknown.
func times(r oee.Ratio, others ...oee.Ratio) oee.Ratio {
	for _, o := range others {
		r = oee.Ratio{Value: r.Value * o.Value, OK: r.OK && o.OK}
	}
	if !r.OK {
		return oee.Ratio{}
	}
	return r
}

// Move is time that one definition takes for something else than another does.
type Move struct {
	Category oee.Category
	From, To Bucket
	Spans    []plant.Span // in time order; what touches is one
	Sum      time.Duration
}

// Moves gives what moves between two definitions in a window of a ledger.
func Moves(from, to Definition, window plant.Span, segments []oee.Segment) []Move {
	var all []Move
	var at [oee.ReducedSpeed + 1]int // in all, from 1 on
	for i := range segments {
		s := &segments[i]
		a, b := from.Buckets[s.Category], to.Buckets[s.Category]
		if a == b || s.Within(window) <= 0 {
			continue
		}
		if at[s.Category] == 0 {
			all = append(all, Move{Category: s.Category, From: a, To: b})
			at[s.Category] = len(all)
		}
		p := s.Part(window)
		all[at[s.Category]-1].take(plant.Span{From: p.From, To: p.To})
	}
	return all
}

func (m *Move) take(s plant.Span) {
	m.Sum += s.Duration()
	if n := len(m.Spans); n > 0 && m.Spans[n-1].To.Equal(s.From) {
		m.Spans[n-1].To = s.To
		return
	}
	m.Spans = append(m.Spans, s)
}

// Pair is what moves from one definition to another.
type Pair struct {
	From, To string
	Moves    []Move
	Sum      time.Duration
}

// Look shows a window of a ledger under all definitions, with what moves between each two of them.
func Look(window plant.Span, segments []oee.Segment) (seen []Seen, pairs []Pair) {
	sums := kpi.Of(window, segments)
	all := Definitions()
	for i, d := range all {
		seen = append(seen, d.See(&sums))
		for _, other := range all[i+1:] {
			p := Pair{From: d.ID, To: other.ID, Moves: Moves(d, other, window, segments)}
			for _, m := range p.Moves {
				p.Sum += m.Sum
			}
			pairs = append(pairs, p)
		}
	}
	return seen, pairs
}

// Package rolluptest makes up a year of lines, to measure how long one waits for their key figures.
package rolluptest

import (
	"context"
	"fmt"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/rollup"
	"millwright/internal/plant"
)

// Shifts lays out a year of a line in three shifts: 37 stops and runs in each, of two products, caused by four units
// for twelve reasons.
func Shifts(line plant.LineID, from, to time.Time) (all []oee.Segment) {
	const every, stop = 13 * time.Minute, 3 * time.Minute
	for at := from.Truncate(every); at.Before(to); at = at.Add(every) {
		n := int(at.Unix() / int64(every/time.Second))
		opened := at.Add(-6 * time.Hour)
		shift := opened.Hour() / 8
		s := oee.Segment{
			Line: line, From: at, To: at.Add(stop), Category: oee.Category(4 + n%5), Unit: plant.UnitID(fmt.Sprint(line, "/", n%4)), Fault: "E12",
			Product: fmt.Sprint("P-", opened.YearDay()%2), Order: fmt.Sprint("J-", line, opened.YearDay()),
			Shift: [...]string{"Early", "Late", "Night"}[shift], Date: opened.Format(time.DateOnly),
			Reason: fmt.Sprint("reason-", n%12),
		}
		run := s
		run.From, run.To, run.Category, run.Unit, run.Fault, run.Reason = s.To, at.Add(every), oee.Running, plant.UnitID(line)+"/0", "", ""
		run.Good, run.Reject, run.Ideal = plant.Pieces(500), plant.Pieces(3), 503*time.Second
		all = append(all, s, run)
	}
	return all
}

// Year is a book of lines whose ledgers are laid out when they are asked for.
type Year struct {
	rollup.Book
	From, To time.Time
}

// State says that the ledger is all of the year.
func (y Year) State(ctx context.Context, line plant.LineID) (rollup.State, error) {
	s, err := y.Book.State(ctx, line)
	s.Begin, s.End = y.From, y.To
	return s, err
}

// Snapshot knows of no shift that runs.
func (Year) Snapshot(plant.LineID) (oee.Snapshot, bool) { return oee.Snapshot{}, false }

// Begin says that the lines were there before.
func (Year) Begin(plant.LineID) time.Time { return time.Time{} }

// Segments lays out a part of the year.
func (y Year) Segments(_ context.Context, line plant.LineID, from, to time.Time) ([]oee.Segment, error) {
	return Shifts(line, plant.Later(from, y.From), plant.Earlier(to, y.To)), nil
}

// Crew says that eight people take the shifts by turns.
func (Year) Crew(_ context.Context, _ plant.LineID, of plant.Span) (all []kpi.Attendance, err error) {
	const shift = 8 * time.Hour
	for at := of.From.Add(-6 * time.Hour).Truncate(shift).Add(6 * time.Hour); at.Before(of.To); at = at.Add(shift) {
		all = append(all, kpi.Attendance{Who: fmt.Sprint("Operator ", at.Unix()/28800%8), Span: plant.Span{From: at, To: at.Add(shift)}})
	}
	return all, nil
}

// Fill keeps the sums of all lines of a plant.
func (y Year) Fill(ctx context.Context, p *plant.Plant) error {
	keeper := rollup.NewKeeper(rollup.Options{Plant: p, Book: y, Segments: y.Segments})
	for _, l := range kpi.Layouts(p) {
		if err := keeper.Roll(ctx, l); err != nil {
			return err
		}
	}
	return nil
}

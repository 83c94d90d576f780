// Package whatif tells programs what a line's past would have come to under other settings, or with less lost.
package whatif

import (
	"context"
	"math"
	"strconv"
	"strings"
	"time"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/whatif"
	"millwright/internal/plant"
	"millwright/internal/web/api/operation"
	"millwright/internal/web/api/piece"
)

// Deps is what the answers are made from.
type Deps struct {
	Line func(ctx context.Context, id string) (plant.Line, error) // that who asks sees
	Room func(ctx context.Context) whatif.Room
	Now  func() time.Time
}

// Mount adds the operation.
func Mount(b *operation.Book, d Deps) {
	operation.Get(b, access.Read, "/api/v1/whatif", "Reckon what could have been", d.reckon)
}

const (
	longest     = 31 * 24 * time.Hour
	longestAnew = 8 * 24 * time.Hour
)

// Reckoned is one side of the comparison. What is not known is null.
type Reckoned struct {
	OEE          *float64           `json:"oee"`
	Availability *float64           `json:"availability"`
	Performance  *float64           `json:"performance"`
	Quality      *float64           `json:"quality"`
	Good         float64            `json:"good"`
	Reject       float64            `json:"reject"`
	Planned      float64            `json:"planned" doc:"Planned production time, seconds."`
	Run          float64            `json:"run" doc:"Run time, seconds."`
	Seconds      map[string]float64 `json:"seconds" doc:"Of each category; they add up to the window on both sides."`
}

// Taken is what one change takes off.
type Taken struct {
	By      string  `json:"by" enum:"reason,unit,changeover"`
	Of      string  `json:"of,omitempty"`
	Share   float64 `json:"share"`
	Seconds float64 `json:"seconds" doc:"What there was of it when its turn came."`
	Less    float64 `json:"less" doc:"Seconds taken off."`
}

// Lost is what there is to cut.
type Lost struct {
	Key     string  `json:"key" doc:"A reason's id, =breakdown and the like where nobody said why, or a unit." example:"film-jam"`
	Seconds float64 `json:"seconds"`
}

type (
	whatIfIn struct {
		Line       string    `query:"line" required:"true" maxLength:"80"`
		From       time.Time `query:"from" required:"true"`
		To         time.Time `query:"to" required:"true"`
		MinStop    float64   `query:"minStop" minimum:"0" maximum:"86400" doc:"The shortest stop, seconds. With it or microMax both sides are laid out anew from the readings, over 8 days at most."`
		MicroMax   float64   `query:"microMax" minimum:"0" maximum:"86400" doc:"The longest micro-stop, seconds."`
		Own        []string  `query:"own,explode" maxItems:"50" doc:"A product with a shortest stop and a longest micro-stop of its own, seconds; 0 is as it is. It goes before minStop and microMax." example:"COLA-05:5:120"`
		Changeover float64   `query:"changeover" minimum:"0" maximum:"86400" doc:"The longest that a changeover takes, seconds."`
		Scrap      float64   `query:"scrap" minimum:"0" maximum:"1" doc:"Share of the rejects that would have been good."`
		Cut        []string  `query:"cut,explode" maxItems:"50" doc:"A reason and the share of its time that is not lost." example:"film-jam:0.5"`
		Unit       []string  `query:"unit,explode" maxItems:"50" doc:"A unit and the share of its stops that is not lost." example:"filling-1/filler:0.5"`
		Cycle      []string  `query:"cycle,explode" maxItems:"50" doc:"A product and its ideal cycle, seconds." example:"COLA-05:0.55"`
	}
	whatIfOut struct {
		Body struct {
			Line     string    `json:"line"`
			From     time.Time `json:"from"`
			To       time.Time `json:"to"`
			Before   Reckoned  `json:"before"`
			After    Reckoned  `json:"after"`
			Gain     *float64  `json:"gain" doc:"What the good pieces that are more are worth, in the currency of the site; null where nobody says of some of them."`
			Unpaced  float64   `json:"unpaced" doc:"Seconds that cannot be gained, as nothing ran whose pace they could go at."`
			Effects  []Taken   `json:"effects"`
			Reasons  []Lost    `json:"reasons" doc:"What was lost by reason, the most first."`
			ByUnit   []Lost    `json:"units" doc:"What was lost by unit."`
			LaidAnew bool      `json:"laidAnew"`
		}
	}
)

func (d Deps) reckon(ctx context.Context, in *whatIfIn) (*whatIfOut, error) {
	l, err := d.Line(ctx, in.Line)
	if err != nil {
		return nil, err
	}
	c, err := in.change()
	if err != nil {
		return nil, err
	}
	window := plant.Span{From: in.From.UTC().Truncate(time.Microsecond), To: plant.Earlier(in.To, d.Now()).UTC().Truncate(time.Microsecond)}
	switch most := longest; {
	case !window.From.Before(window.To) || window.Duration() > most || window.From.Year() < 1970:
		return nil, errs.New(errs.Invalid, "from must come before to and before now, by 31 days at most")
	case c.Anew() && window.Duration() > longestAnew:
		return nil, errs.New(errs.Invalid, "with other thresholds a time of 8 days at most is laid out anew")
	}
	o, err := d.Room(ctx).Try(ctx, l, window, c)
	if err != nil {
		return nil, err
	}
	out := &whatIfOut{}
	b, before, after := &out.Body, o.Before(), o.After()
	b.Line, b.From, b.To, b.LaidAnew = in.Line, window.From, window.To, o.Relaid
	b.Before, b.After, b.Unpaced = side(&before), side(&after), o.Unpaced.Seconds()
	if o.Unvalued == 0 {
		gain := piece.Told(plant.Quantity(o.Gain))
		b.Gain = &gain
	}
	b.Effects = []Taken{}
	for _, e := range o.Effects {
		one := Taken{By: string(e.By), Of: e.Of, Share: float64(e.Share) / float64(whatif.Whole), Seconds: e.Lasts.Seconds(), Less: e.Less.Seconds()}
		if e.By == "" {
			one.By = "changeover"
		}
		b.Effects = append(b.Effects, one)
	}
	b.Reasons, b.ByUnit = losses(o.Reasons), losses(o.Units)
	return out, nil
}

func (in *whatIfIn) change() (c whatif.Change, err error) {
	lasts := func(s float64) time.Duration {
		return time.Duration(s * float64(time.Second)).Round(time.Microsecond)
	}
	c.MinStop, c.MicroMax, c.SetUp, c.Scrap = lasts(in.MinStop), lasts(in.MicroMax), lasts(in.Changeover), int64(math.Round(in.Scrap*float64(whatif.Whole)))
	if c.Special, err = limitsOf(in.Own); err != nil {
		return c, err
	}
	for _, of := range []struct {
		by    whatif.Side
		words []string
	}{{whatif.Reason, in.Cut}, {whatif.Unit, in.Unit}} {
		for _, word := range of.words {
			key, share, err := pair(word, 1)
			if err != nil {
				return c, err
			}
			c.Cuts = append(c.Cuts, whatif.Cut{By: of.by, Of: key, Share: int64(math.Round(share * float64(whatif.Whole)))})
		}
	}
	for _, word := range in.Cycle {
		product, s, err := pair(word, 86400)
		if err != nil {
			return c, err
		}
		if c.Cycles == nil {
			c.Cycles = map[string]time.Duration{}
		}
		c.Cycles[product] = lasts(s)
	}
	return c, c.Check()
}

// pair reads "film-jam:0.5".
func pair(word string, most float64) (key string, n float64, err error) {
	i := strings.LastIndexByte(word, ':')
	if i >= 0 {
		n, err = strconv.ParseFloat(word[i+1:], 64)
	}
	if i < 0 || err != nil || !(n >= 0 && n <= most) {
		return "", 0, errs.New(errs.Invalid, "%q is no name and number from 0 to %v with a colon between, like film-jam:0.5", errs.Clip(word), most)
	}
	return word[:i], n, nil
}

func side(s *kpi.Sums) Reckoned {
	c := s.Classic()
	out := Reckoned{
		OEE: ratio(c.OEE), Availability: ratio(c.Availability), Performance: ratio(c.Performance), Quality: ratio(c.Quality),
		Good: piece.Told(c.Good), Reject: piece.Told(c.Reject), Planned: c.PPT.Seconds(), Run: c.Run.Seconds(), Seconds: map[string]float64{},
	}
	for k, d := range c.Times {
		if d != 0 {
			out.Seconds[oee.Category(k).String()] = d.Seconds()
		}
	}
	return out
}

func losses(all []whatif.Loss) []Lost {
	out := make([]Lost, 0, len(all))
	for _, l := range all {
		out = append(out, Lost{Key: l.Key, Seconds: l.Lasts.Seconds()})
	}
	return out
}

func ratio(r oee.Ratio) *float64 {
	if !r.OK {
		return nil
	}
	return &r.Value
}

// limitsOf reads limits of single products: a product, a shortest stop and a longest micro-stop.
func limitsOf(words []string) (all map[string]whatif.Limits, err error) {
	for _, word := range words {
		at := strings.LastIndex(word, ":")
		if at <= 0 || word[0] == ':' {
			return nil, errs.New(errs.Invalid, "own must be a product and two times in seconds, like COLA-05:5:120")
		}
		product, least, err := pair(word[:at], 86400)
		if err != nil {
			return nil, err
		}
		_, most, err := pair(word[at:], 86400)
		if err != nil {
			return nil, err
		}
		if all == nil {
			all = map[string]whatif.Limits{}
		}
		all[product] = whatif.Limits{MinStop: time.Duration(least * float64(time.Second)), MicroMax: time.Duration(most * float64(time.Second))}
	}
	return all, nil
}

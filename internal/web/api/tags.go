package api

import (
	"context"
	"slices"
	"strings"
	"time"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
	"millwright/internal/web/api/mend"
	"millwright/internal/web/api/operation"
	"millwright/internal/web/api/reading"
)

// Tag is a signal with its newest reading.
type Tag struct {
	Name       string     `json:"name" example:"filling-1/filler/good"`
	Label      string     `json:"label"`
	Unit       string     `json:"unit,omitempty" doc:"Engineering unit."`
	Line       string     `json:"line,omitempty"`
	WorkUnit   string     `json:"workUnit,omitempty"`
	Connection string     `json:"connection,omitempty"`
	Writable   bool       `json:"writable"`
	Low        *float64   `json:"low,omitempty" doc:"Normal band."`
	High       *float64   `json:"high,omitempty"`
	Value      Value      `json:"value"`
	Kind       string     `json:"kind" doc:"none, bool, int, uint, float or text."`
	Quality    string     `json:"quality" doc:"In words." example:"good"`
	Code       uint32     `json:"code" doc:"OPC UA status code."`
	Time       *time.Time `json:"time" doc:"Of the reading, by the machine's clock."`
}

// Sample is a reading, as it is told.
type Sample = reading.Sample

// Value is what it says.
type Value = reading.Value

// Buckets is a range cut into equal steps, in columns of equal length. Where nothing is known stands null.
type Buckets struct {
	Tag   string     `json:"tag"`
	Step  float64    `json:"step" doc:"Seconds of a step."`
	Start []float64  `json:"start" doc:"Unix seconds at which each step begins."`
	Min   []*float64 `json:"min"`
	Max   []*float64 `json:"max"`
	Mean  []*float64 `json:"mean" doc:"Weighted by time; the last value holds."`
	Last  []*float64 `json:"last"`
	Count []int64    `json:"count" doc:"Good samples."`
	Bad   []float64  `json:"bad" doc:"Seconds of the step that were not good."`
}

type (
	tagsIn struct {
		Line   string `query:"line" maxLength:"80" doc:"Only tags of this line."`
		Prefix string `query:"prefix" maxLength:"200" doc:"Only tags whose name begins so."`
		After  string `query:"after" maxLength:"200" doc:"The name of the last tag of the page before: its next."`
		Limit  int    `query:"limit" default:"500" minimum:"1" maximum:"5000"`
	}
	tagsOut struct {
		Body struct {
			Tags []Tag  `json:"tags"`
			Next string `json:"next,omitempty" doc:"Give it as after to get the rest."`
		}
	}
	// Range is exported because huma looks only into embedded structs that are.
	Range struct {
		Tag  string    `query:"tag" required:"true" maxLength:"200"`
		From time.Time `query:"from" required:"true" doc:"Included."`
		To   time.Time `query:"to" required:"true" doc:"Not included."`
	}
	samplesIn struct {
		Range
		Limit int `query:"limit" default:"1000" minimum:"1" maximum:"10000"`
	}
	lastIn struct {
		Tag   string `query:"tag" required:"true" maxLength:"200"`
		Limit int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
	}
	samplesOut struct {
		Body struct {
			Tag     string     `json:"tag"`
			Samples []Sample   `json:"samples"`
			Next    *time.Time `json:"next" doc:"Give it as from to get the rest; null when this is all."`
		}
	}
	bucketsIn struct {
		Range
		Points int `query:"points" default:"500" minimum:"1" maximum:"2000"`
	}
	bucketsOut struct{ Body Buckets }
)

func (a *API) mountTags(b *operation.Book) {
	operation.Get(b, access.Read, "/api/v1/tags", "List the tags", a.tags)
	operation.Get(b, access.Read, "/api/v1/tags/samples", "Read samples of a tag", a.samples)
	operation.Get(b, access.Read, "/api/v1/tags/last", "Read the last samples of a tag", a.last)
	operation.Get(b, access.Read, "/api/v1/tags/buckets", "Sum up a tag over time", a.buckets)
	mend.Mount(b, a.Corrections, a.named)
}

func (a *API) tags(ctx context.Context, in *tagsIn) (*tagsOut, error) {
	if _, err := a.asked(ctx, in.Line); err != nil {
		return nil, err
	}
	f, begin := a.Floor(ctx), 0
	if in.After != "" {
		id, ok := f.find(in.After)
		if !ok {
			return nil, errs.New(errs.Invalid, "after=%q is no tag; give the next of the page before", errs.Clip(in.After))
		}
		begin = 1 + slices.IndexFunc(f.Tags.All(), func(t tag.Tag) bool { return t.ID == id })
	}
	out := &tagsOut{}
	out.Body.Tags = []Tag{}
	for _, t := range f.Tags.All()[begin:] {
		unit, line := f.UnitOf(t.ID)
		if !f.Sees(t.ID) || !strings.HasPrefix(t.Name, in.Prefix) || (in.Line != "" && string(line) != in.Line) {
			continue
		}
		if len(out.Body.Tags) == in.Limit {
			out.Body.Next = out.Body.Tags[in.Limit-1].Name
			break
		}
		one := a.tag(t)
		one.Line, one.WorkUnit = string(line), string(unit)
		out.Body.Tags = append(out.Body.Tags, one)
	}
	return out, nil
}

func (a *API) tag(t tag.Tag) Tag {
	one := Tag{
		Name: t.Name, Label: t.Label, Unit: t.Unit, Connection: t.Connection, Writable: t.Writable,
		Low: t.Low, High: t.High, Kind: tag.None.String(), Quality: tag.BadWaiting.String(), Code: uint32(tag.BadWaiting),
	}
	if s, ok := a.Latest.Get(t.ID); ok {
		one.Value, one.Kind, one.Time = Value{Value: s.Value}, s.Value.Kind().String(), when(s.Time)
		one.Quality, one.Code = s.Quality.String(), uint32(s.Quality)
	}
	return one
}

// longest is how long a range may be.
const longest = 2 * 366 * 24 * time.Hour

// find finds a tag that may be seen.
func (f Floor) find(name string) (tag.ID, bool) {
	id, ok := f.Tags.Find(name)
	return id, ok && f.Sees(id)
}

// named finds the tag that a request names.
func (a *API) named(ctx context.Context, name string) (tag.ID, error) {
	id, ok := a.Floor(ctx).find(name)
	if !ok {
		return 0, errs.New(errs.NotFound, "there is no tag %q; GET /api/v1/tags lists them", errs.Clip(name))
	}
	return id, nil
}

func (a *API) read(ctx context.Context, in Range) (history.Range, error) {
	id, err := a.named(ctx, in.Tag)
	if err != nil {
		return history.Range{}, err
	}
	if err := between(in.From, in.To); err != nil {
		return history.Range{}, err
	}
	return history.Range{Tag: id, From: in.From.UTC(), To: in.To.UTC()}, nil
}

func between(from, to time.Time) error {
	if !to.After(from) || to.Sub(from) > longest || from.Year() < 1970 {
		return errs.New(errs.Invalid, "from must come before to, by two years at most")
	}
	return nil
}

func (a *API) samples(ctx context.Context, in *samplesIn) (*samplesOut, error) {
	r, err := a.read(ctx, in.Range)
	if err != nil {
		return nil, err
	}
	out := &samplesOut{}
	out.Body.Tag, out.Body.Samples = in.Tag, []Sample{}
	err = a.Archive.Samples(ctx, r, func(s tag.Sample) bool {
		if len(out.Body.Samples) == in.Limit {
			out.Body.Next = when(s.Time)
			return false
		}
		out.Body.Samples = append(out.Body.Samples, reading.Of(s))
		return true
	})
	return out, err
}

// last gives the newest samples of a tag, the oldest of them first.
func (a *API) last(ctx context.Context, in *lastIn) (*samplesOut, error) {
	id, err := a.named(ctx, in.Tag)
	if err != nil {
		return nil, err
	}
	until := a.Now()
	if newest, ok := a.Latest.Get(id); ok {
		until = newest.Time
	}
	all, err := history.Last(ctx, a.Archive, id, until, in.Limit)
	out := &samplesOut{}
	out.Body.Tag, out.Body.Samples = in.Tag, []Sample{}
	for _, s := range all {
		out.Body.Samples = append(out.Body.Samples, reading.Of(s))
	}
	return out, err
}

func (a *API) buckets(ctx context.Context, in *bucketsIn) (*bucketsOut, error) {
	r, err := a.read(ctx, in.Range)
	if err != nil {
		return nil, err
	}
	r.Carry = true
	step := max(r.To.Sub(r.From)/time.Duration(in.Points), time.Millisecond)
	all, err := a.Archive.Buckets(ctx, r, step)
	if err != nil {
		return nil, err
	}
	n := len(all)
	b := Buckets{
		Tag: in.Tag, Step: step.Seconds(), Start: make([]float64, n), Min: make([]*float64, n), Max: make([]*float64, n),
		Mean: make([]*float64, n), Last: make([]*float64, n), Count: make([]int64, n), Bad: make([]float64, n),
	}
	for i, one := range all {
		known := one.Known()
		b.Start[i] = float64(one.Start.UnixMicro()) / 1e6
		b.Min[i], b.Max[i] = number(one.Min, known), number(one.Max, known)
		b.Mean[i], b.Last[i] = number(one.Mean, known), number(one.Last, known)
		b.Count[i], b.Bad[i] = one.Count, seconds(one.BadFor)
	}
	return &bucketsOut{Body: b}, nil
}

package web

import (
	"context"
	"fmt"
	"time"

	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/views/admin/tags"
	"millwright/views/figure"
)

// toldCorrections is how many of a tag its page tells; the API has all.
const toldCorrections = 10

// corrected tells what was corrected of a tag: what stood there stays to be seen.
func (s *Server) corrected(ctx context.Context, name string) (facts []tags.Fact, err error) {
	if s.Corrections == nil {
		return nil, nil
	}
	all, err := s.Corrections.Of(ctx, name, plant.Span{From: time.Unix(0, 0), To: s.Now().Add(time.Hour)}, toldCorrections)
	for _, c := range all {
		facts = append(facts, tags.Fact{Name: "Corrected", Value: fmt.Sprintf("%s: %s, before %s. %s, %s: %s",
			c.New.Time.Format(time.RFC3339Nano), reads(c.New), reads(c.Was), c.By.Name, c.At.Format("2006-01-02 15:04"), c.Why)})
	}
	return facts, err
}

// reads is a sample in words.
func reads(s tag.Sample) string {
	if s.Value.Kind() == tag.None {
		return figure.Unknown
	}
	if s.Quality == tag.Good {
		return s.Value.String()
	}
	return s.Value.String() + " (" + s.Quality.String() + ")"
}

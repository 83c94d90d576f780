package web

import (
	"context"

	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/web/api/learned"
	"millwright/internal/web/api/lineage"
	"millwright/internal/web/api/operation"
)

// traceRoom is the API of traces.
func (s *Server) traceRoom() operation.Room {
	desk, _ := s.tracer()
	return func(b *operation.Book) {
		lineage.Mount(b, lineage.Deps{
			Desk: desk, Store: s.Trade.Material.Store, Items: s.Trade.Items,
			Find: func(_ context.Context, name string) (tag.ID, plant.LineID, bool) {
				p := s.painter()
				id, is := p.find(name)
				if !is {
					return 0, "", false
				}
				return id, p.lineOfTag(id), true
			},
			Tags: func(_ context.Context, unit plant.UnitID) (all []tag.Tag) {
				p := s.painter()
				at, is := p.lineOf[unit]
				if !is {
					return nil
				}
				for _, id := range p.numericTags(makingPlace{line: p.lines[at], unit: plant.Unit{ID: unit}}) {
					all = append(all, p.Tags.Tag(id))
				}
				return all
			},
		})
	}
}

// learnedRoom is the API of what lines really took.
func (s *Server) learnedRoom() operation.Room {
	return func(b *operation.Book) {
		learned.Mount(b, learned.Deps{
			Learn: s.learnedOf,
			Lines: func(context.Context) (all []plant.LineID) {
				for _, l := range s.painter().lines {
					all = append(all, l.ID)
				}
				return all
			},
		})
	}
}

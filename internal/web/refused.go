package web

import (
	"millwright/internal/ot/history/quarantine"
	"millwright/views/admin/system"
	"millwright/views/figure"
)

// refusedRows are samples that were not kept, for readers.
func (s *Server) refusedRows(all []quarantine.Refused) (rows []system.Refused) {
	l := figure.Locale{Zone: s.painter().site().Zone}
	for _, r := range all {
		rows = append(rows, system.Refused{
			Source: r.Source, Tag: s.painter().Tags.Tag(r.Sample.Tag).Name, Value: reading(l, r.Sample), Quality: r.Sample.Quality.String(),
			Time: s.stamp(r.Sample.Time), Why: r.Why, At: s.stamp(r.At),
		})
	}
	return rows
}

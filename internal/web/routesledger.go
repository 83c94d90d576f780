package web

import "millwright/internal/plant"

// ledgerPages are key figures over any part of the lines' time, the segments that each of their numbers is made of, and
// the samples that each segment rests on.
func (s *Server) ledgerPages() []route {
	return []route{
		get("/figures", plant.Viewer, s.figures),
		get("/figures/export.csv", plant.Viewer, s.figuresFile),
		get("/segments", plant.Viewer, s.segments),
		get("/segments/export.csv", plant.Viewer, s.segmentsFile),
		get("/line/:line/segment", plant.Viewer, s.segment),
	}
}

package web

import "millwright/internal/plant"

// draftPages try out what is not kept yet.
func (s *Server) draftPages() []route {
	return []route{
		post("/admin/new-connection/test", plant.Admin, s.testNew),
	}
}

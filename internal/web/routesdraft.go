package web

import (
	"net/http"

	"millwright/internal/plant"
)

// draftPages try out what is not kept yet.
func (s *Server) draftPages() []route {
	const post = http.MethodPost
	return []route{
		{post, "/admin/new-connection/test", plant.Admin, s.testNew, false},
	}
}

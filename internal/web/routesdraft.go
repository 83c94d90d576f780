package web

import "millwright/internal/plant"

// draftPages try out what is not kept yet, and put the text of who may come in into force.
func (s *Server) draftPages() []route {
	return []route{
		post("/admin/new-connection/test", plant.Admin, s.testNew),
		post("/admin/plant/take-back", plant.Admin, s.takeBack),
		get("/admin/access", plant.Admin, s.accessFile),
		post("/admin/access/check", plant.Admin, s.checkAccess),
		post("/admin/access/apply", plant.Admin, s.applyAccess),
		get("/admin/access/file", plant.Admin, s.accessFileNow),
		get("/admin/access/version/:number", plant.Admin, s.accessVersion),
		get("/admin/access/version/:number/file", plant.Admin, s.accessVersionFile),
		post("/admin/tokens/:number/secret", plant.Admin, s.rekeyToken),
	}
}

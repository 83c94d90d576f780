package web

import "millwright/internal/plant"

// certificatePages are about whom machines recognise us by, and which machines we trust.
func (s *Server) certificatePages() []route {
	return []route{
		get("/admin/certificates", plant.Admin, s.certificates),
		get("/admin/certificates/own", plant.Admin, s.ownCertificate),
		post("/admin/certificates/renew", plant.Admin, s.renewCertificate),
		get("/admin/certificates/machine/:thumbprint", plant.Admin, s.machineCertificate),
		post("/admin/certificates/machine/:thumbprint", plant.Admin, s.versioned(s.judgeCertificate)),
	}
}

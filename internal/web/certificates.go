package web

import (
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/ot/driver/opcua/pki"
	"millwright/views/admin/connect"
	"millwright/views/figure"
	"millwright/views/ui"
)

const certificatesHome = "/admin/certificates"

// certificates shows our own certificate and those of machines.
func (s *Server) certificates(c echo.Context) error {
	return s.certificatesPage(c, http.StatusOK, connect.Certificates{})
}

// nearly is how long before its end a certificate is worth a warning.
const nearly = 90 * 24 * time.Hour

// certificatesPage shows them with what of a form was typed, and what is wrong with that.
func (s *Server) certificatesPage(c echo.Context, status int, p connect.Certificates) error {
	page, err := s.admin(c, certificatesHome, "Certificates", "Whom machines recognise us by, and which machines we trust.")
	if err != nil {
		return err
	}
	own, _, err := s.Machines.Own()
	if err != nil {
		s.Log.Warn("our own certificate cannot be used", "err", err)
		p.Faults = append(p.Faults, ui.Fault{Text: "Our own certificate cannot be read: bring both files of certificates/own in the data folder back from a backup, or delete both to get new ones, which every machine must then be told to trust."})
	}
	p.Page, p.Own = page, s.shownCertificate(own)
	if left := own.To.Sub(s.Now()); err == nil && left < nearly {
		p.Soon = "It ends on " + p.Own.To + ": renew it, and have every machine trust the new one."
	}
	for _, shelf := range shelves() {
		kept, err := s.Machines.Certificates(pki.Shelf(shelf.ID))
		if err != nil {
			return err
		}
		for _, k := range kept {
			shelf.All = append(shelf.All, s.shownCertificate(k))
		}
		p.Shelves = append(p.Shelves, shelf)
	}
	return s.showAs(c, status, connect.ShowCertificates(p))
}

func shelves() []connect.Shelf {
	trust, remove := connect.Step{Value: "trust", Name: "Trust"}, connect.Step{Value: "remove", Name: "Remove", Danger: true}
	return []connect.Shelf{
		{
			ID: string(pki.Pending), Title: "Waiting for you", None: "No machine has shown a certificate that is not known.",
			Help:  "Compare the thumbprint with the one that the machine itself shows. What else stands here, the machine says of itself.",
			Steps: []connect.Step{trust, {Value: "refuse", Name: "Refuse", Danger: true}},
		},
		{
			ID: string(pki.Trusted), Title: "Trusted", None: "No machine is trusted yet.",
			Help: "A machine whose certificate is removed here is asked about again when it connects next.", Steps: []connect.Step{remove},
		},
		{
			ID: string(pki.Shunned), Title: "Refused", None: "None was refused.",
			Help: "They are not asked about again.", Steps: []connect.Step{trust, remove},
		},
	}
}

// shownCertificate is a certificate for readers. What a machine says of itself is cut.
func (s *Server) shownCertificate(k pki.Kept) connect.Certificate {
	l := figure.Locale{Zone: s.painter().site().Zone}
	out := connect.Certificate{
		Subject: cut(k.Subject), URI: cut(k.URI), Thumbprint: k.Thumbprint, From: l.Date(k.From), To: l.Date(k.To),
		Href: certificatesHome + "/machine/" + k.Thumbprint,
	}
	if !k.Seen.IsZero() {
		out.Seen = s.stamp(k.Seen)
	}
	return out
}

// cut bounds a text that comes from elsewhere.
func cut(text string) string {
	if r := []rune(text); len(r) > 200 {
		return string(r[:200]) + "…"
	}
	return text
}

// ownCertificate gives our certificate, to be put into a machine.
func (s *Server) ownCertificate(c echo.Context) error {
	_, der, err := s.Machines.Own()
	if err != nil {
		return err
	}
	return giveCertificate(c, "millwright", der)
}

// machineCertificate gives the certificate of a machine, from whichever shelf it stands on.
func (s *Server) machineCertificate(c echo.Context) error {
	for _, shelf := range shelves() {
		kept, err := s.Machines.Certificates(pki.Shelf(shelf.ID))
		if err != nil {
			return err
		}
		i := slices.IndexFunc(kept, func(k pki.Kept) bool { return k.Thumbprint == c.Param("thumbprint") })
		if i < 0 {
			continue
		}
		cert, err := kept[i].Read()
		if err != nil {
			return err
		}
		return giveCertificate(c, "machine-"+kept[i].Thumbprint, cert.Raw)
	}
	return errs.New(errs.NotFound, "this certificate is not there any more; look again")
}

func giveCertificate(c echo.Context, name string, der []byte) error {
	c.Response().Header().Set("Content-Disposition", `attachment; filename="`+name+`.der"`)
	return c.Blob(http.StatusOK, "application/pkix-cert", der)
}

// renewCertificate makes a new certificate of our own.
func (s *Server) renewCertificate(c echo.Context) error {
	why, err := reason(c, "renew-why")
	if err == nil {
		err = s.Machines.Renew(c.Request().Context(), by(c), why)
	}
	if errs.KindOf(err) == errs.Invalid {
		return s.certificatesPage(c, http.StatusUnprocessableEntity, connect.Certificates{Why: why, Faults: faults(err)})
	}
	if err != nil {
		return err
	}
	return done(c, certificatesHome, "renewed")
}

// judgeCertificate does what a person wants with the certificate of a machine.
func (s *Server) judgeCertificate(c echo.Context) error {
	step := pki.Step{Thumbprint: c.Param("thumbprint"), From: pki.Shelf(c.FormValue("shelf"))}
	if step.From != pki.Pending && step.From != pki.Trusted && step.From != pki.Shunned {
		return errs.New(errs.Invalid, "there is no such list of certificates")
	}
	var outcome string
	switch c.FormValue("step") {
	case "trust":
		step.To, outcome = pki.Trusted, "trusted"
	case "refuse":
		step.To, outcome = pki.Shunned, "refused"
	case "remove":
		outcome = "removed"
	default:
		return errs.New(errs.Invalid, "a certificate can be trusted, refused or removed")
	}
	who := authorOf(c)
	if err := who.check(); err != nil {
		return s.certificatesPage(c, http.StatusUnprocessableEntity, connect.Certificates{Judged: step.Thumbprint, Why: who.why, Faults: faults(err)})
	}
	if err := s.Machines.Judge(c.Request().Context(), step, who.Person, who.why); err != nil {
		return err
	}
	return done(c, certificatesHome, outcome)
}

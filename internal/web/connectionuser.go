package web

import (
	"fmt"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/internal/ot/driver/opcua/pki"
	"millwright/views/admin/connect"
)

// signsIn is how a connection signs in, as its form has it.
func signsIn(c config.Connection) string {
	switch {
	case c.UserCertificate != "":
		return connect.ByCertificate
	case c.User != "":
		return connect.ByName
	}
	return connect.Anonymous
}

// userShown is who signs in, in a form.
func (s *Server) userShown(c config.Connection) connect.User {
	u := connect.User{SignIn: signsIn(c), Name: c.User, Plain: c.Plain, HasPassword: c.Password != "", HasKey: c.UserKey != ""}
	certificate, err := pki.GivenCertificate(c.UserCertificate)
	if err != nil {
		return u
	}
	u.Set = s.shownCertificate(pki.About(certificate))
	u.Over = s.Now().After(certificate.NotAfter)
	return u
}

// userAgain is who signs in as it was typed, over what was set. Secrets must be given again.
func (s *Server) userAgain(c echo.Context, was config.Connection) connect.User {
	u := s.userShown(was)
	u.SignIn, u.Name, u.Plain = c.FormValue("sign_in"), c.FormValue("user"), c.FormValue("plain_password") == "on"
	if typed := c.FormValue("user_certificate"); !strings.Contains(typed, "PRIVATE KEY") {
		u.Certificate = typed
	}
	return u
}

// userTyped reads who signs in. A secret that is left empty stays the one that is set, as long as the way to sign in stays.
func (s *Server) userTyped(c echo.Context, one *config.Connection, w *wrong) {
	was := *one
	one.User, one.Password, one.Plain, one.UserCertificate, one.UserKey = "", "", false, "", ""
	switch c.FormValue("sign_in") {
	case connect.Anonymous:
	case connect.ByName:
		one.User, one.Plain = strings.TrimSpace(c.FormValue("user")), c.FormValue("plain_password") == "on"
		if one.User == "" {
			w.add("user", "Write the name of the user, or choose another way to sign in.")
		}
		if c.FormValue("forget") != "on" {
			one.Password = was.Password
		}
		secret(c.FormValue("password"), "password", &one.Password, w)
	case connect.ByCertificate:
		one.UserCertificate, one.UserKey = was.UserCertificate, was.UserKey
		if text := given(c, "user_certificate", w); text != "" {
			one.UserCertificate = text
			s.inTime(text, w)
		}
		secret(given(c, "user_key", w), "user_key", &one.UserKey, w)
		if one.UserCertificate == "" && one.UserKey == "" {
			w.add("user_certificate", "Give the certificate and its key, each as a file or pasted, or choose another way to sign in.")
		}
	default:
		w.add("sign_in", "Choose one of the list.")
	}
}

// inTime refuses a certificate whose time is over: it would sign in nobody.
func (s *Server) inTime(text string, w *wrong) {
	if c, err := pki.GivenCertificate(text); err == nil && s.Now().After(c.NotAfter) {
		w.add("user_certificate", "This certificate was valid only until %s: give one that is valid now.", c.NotAfter.In(s.painter().site().Zone).Format(time.DateOnly))
	}
}

// longestPassword is far longer than machines take.
const longestPassword = 1000

// secret takes a secret that was typed; nothing typed leaves what is set.
func secret(typed, field string, into *string, w *wrong) {
	switch {
	case typed == "":
	case field == "password" && len(typed) > longestPassword:
		w.add(field, "A password has at most 1,000 letters.")
	case strings.HasPrefix(typed, "${sealed:"):
		w.add(field, "This is the mark of a secret that is sealed already; give the secret itself.")
	default:
		*into = typed
	}
}

// given is what was pasted into a field, or the file that was chosen beside it.
func given(c echo.Context, field string, w *wrong) string {
	text := strings.TrimSpace(c.FormValue(field))
	if h, err := c.FormFile(field + "_file"); err == nil && h.Size > 0 {
		if _, file, err := uploaded(c, field+"_file"); err == nil {
			text = string(file)
		}
	}
	if len(text) > pki.MaxGiven {
		w.add(field, "This is over %s long: no certificate or key is.", fmt.Sprintf("%d kB", pki.MaxGiven>>10))
		return ""
	}
	return text
}

package mail

import (
	"fmt"
	"net"
	"regexp"
	"slices"
	"strconv"

	"millwright/internal/errs"
)

// Security is how the way to the mail server is kept secret.
type Security string

// The securities.
const (
	StartTLS Security = "starttls" // it begins in the open and must turn to TLS
	TLS      Security = "tls"      // from the first byte
	Open     Security = "none"     // for a server on this machine or a network of one's own; never with a password
)

// Securities are all of them, in the order in which they are offered.
func Securities() []Security { return []Security{StartTLS, TLS, Open} }

// Server is the mail server that letters go by.
type Server struct {
	Host     string
	Port     int
	Security Security
	User     string // "" signs in as nobody
	Mark     string // by which the password is found in the safe
	From     string // whose letters they are
	Version  int64  // grows with each change; 0 is none
	Why      string // it is changed; it stands in the audit alone
}

// Allowed are the mail servers that the program may speak to, "host" or "host:port"; of none named, any host on the
// ports of mail.
type Allowed []string

// ports are those of mail.
var ports = []int{25, 465, 587, 2525}

var hostname = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*\.?$`)

// Check refuses what is no server, and one that the program may not speak to.
func (s *Server) Check(may Allowed) error {
	var fields []errs.Field
	wrong := func(is bool, path, message string) {
		if is {
			fields = append(fields, errs.Field{Path: path, Message: message})
		}
	}
	host := len(s.Host) <= 253 && (hostname.MatchString(s.Host) || net.ParseIP(s.Host) != nil)
	wrong(!host, "host", "Write the name or the address of the server, like smtp.example.com.")
	wrong(s.Port < 1 || s.Port > 65535, "port", "Write a port, like 587.")
	wrong(!slices.Contains(Securities(), s.Security), "security", "Choose how the way to the server is secured.")
	wrong(len(s.User) > longestAt || controls(s.User), "user", "Write the name that the server knows, or nothing.")
	wrong(s.Security == Open && s.User != "", "security", "A password must not go over an open connection: choose TLS, or leave the user empty.")
	if from, err := Address(s.From); err != nil {
		wrong(true, "from", "Write whose letters they are, like reports@example.com.")
	} else {
		s.From = from
	}
	if host && s.Port > 0 {
		wrong(!may.speak(s.Host, s.Port), "host", may.why(s.Port))
	}
	if len(fields) > 0 {
		return &errs.Error{Kind: errs.Invalid, Words: "letters cannot be sent by this server", Fields: fields}
	}
	return nil
}

func (may Allowed) speak(host string, port int) bool {
	if len(may) == 0 {
		return slices.Contains(ports, port)
	}
	return slices.Contains(may, host) || slices.Contains(may, net.JoinHostPort(host, strconv.Itoa(port)))
}

func (may Allowed) why(port int) string {
	if len(may) == 0 {
		return fmt.Sprintf("Port %d is none of mail (25, 465, 587, 2525): name the server under mail.servers in the settings of the program.", port)
	}
	return "The settings of the program do not name this server under mail.servers."
}

// String tells it for the audit chain: everything but the password, of which it tells whether it changed.
func (s Server) String() string {
	if s.Version == 0 && s.Host == "" {
		return ""
	}
	words := fmt.Sprintf("%s, %s, from %s", net.JoinHostPort(s.Host, strconv.Itoa(s.Port)), s.Security, s.From)
	if s.User != "" {
		words += fmt.Sprintf(", as %s with secret %.8s", s.User, s.Mark)
	}
	return words
}

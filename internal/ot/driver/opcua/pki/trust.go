package pki

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Store is a folder of the certificates of machines: "trusted" holds those that a person has put
// there (or of authorities that signed them), "rejected" those that were refused and wait for one,
// "refused" those that a person does not want to see again.
type Store struct{ Dir string }

// Limits of the folders.
const (
	maxTrusted  = 1000
	maxRejected = 100 // a machine that changes its certificate at every call must not fill the disk
)

// Refused is a server whose certificate is not trusted. It says what to do.
type Refused struct {
	Words string
	Kept  bool // the certificate waits for a person
}

// Error gives the words.
func (r *Refused) Error() string { return r.Words }

func refuse(format string, args ...any) error { return &Refused{Words: fmt.Sprintf(format, args...)} }

// Peer is who presents a certificate.
type Peer struct {
	Host string // as it stands in the endpoint
	URI  string // the application URI it gives itself
}

// Check gives the server's certificate when it is trusted and valid now. One that is not known is
// kept in the folder of rejected ones.
func (s Store) Check(der []byte, peer Peer, now time.Time) (*x509.Certificate, error) {
	if len(der) == 0 {
		return nil, refuse("the server at %s presents no certificate", peer.Host)
	}
	chain, err := x509.ParseCertificates(der)
	if err != nil || len(chain) == 0 {
		return nil, refuse("the certificate of the server at %s cannot be read: %v", peer.Host, err)
	}
	server := chain[0]
	trusted, err := s.trusted()
	if err != nil {
		return nil, err
	}
	pinned := false
	for _, t := range trusted {
		pinned = pinned || bytes.Equal(t.Raw, server.Raw)
	}
	if !pinned {
		if err := vouched(chain, trusted, peer, now); err != nil {
			return nil, s.reject(server, peer, err)
		}
	}
	if now.Before(server.NotBefore) || now.After(server.NotAfter) {
		return nil, refuse("the certificate of the server at %s (%s) is valid only from %s to %s: set the clocks right, or have the machine make a new one and trust that",
			peer.Host, Describe(server), server.NotBefore.Format(time.DateOnly), server.NotAfter.Format(time.DateOnly))
	}
	return server, nil
}

func (s Store) trusted() ([]*x509.Certificate, error) {
	entries, err := os.ReadDir(filepath.Join(s.Dir, "trusted"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the trusted certificates: %w", err)
	}
	var all []*x509.Certificate
	for _, e := range entries[:min(len(entries), maxTrusted)] {
		if e.IsDir() {
			continue
		}
		// What cannot be read is no certificate that could vouch for anybody.
		if chain, err := readCertificates(filepath.Join(s.Dir, "trusted", e.Name())); err == nil {
			all = append(all, chain...)
		}
	}
	return all, nil
}

// vouched tells whether an authority that we trust signed the certificate, for this server.
func vouched(chain, trusted []*x509.Certificate, peer Peer, now time.Time) error {
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	for _, t := range trusted {
		if t.IsCA {
			roots.AddCert(t)
		}
	}
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	server := chain[0]
	_, err := server.Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: between, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err != nil {
		return errors.New("is not trusted")
	}
	if uri := URI(server); uri != peer.URI {
		return fmt.Errorf("was made for application %q, but %q presents it", uri, peer.URI)
	}
	if err := server.VerifyHostname(peer.Host); err != nil {
		return fmt.Errorf("was not made for the host %s", peer.Host)
	}
	return nil
}

// reject keeps the certificate for a person to look at.
func (s Store) reject(server *x509.Certificate, peer Peer, why error) error {
	what := fmt.Sprintf("the certificate of the server at %s (%s) %v", peer.Host, Describe(server), why)
	if s.Dir == "" {
		return refuse("%s, and no folder of trusted certificates is set", what)
	}
	dir, trusted := filepath.Join(s.Dir, "rejected"), filepath.Join(s.Dir, "trusted")
	path := filepath.Join(dir, fileName(server))
	if _, err := os.Stat(filepath.Join(s.Dir, string(Shunned), fileName(server))); err == nil {
		return refuse("%s: a person here has refused it; take it back on the Certificates page if that was wrong", what)
	}
	if err := errors.Join(os.MkdirAll(dir, 0o700), os.MkdirAll(trusted, 0o700)); err != nil {
		return refuse("%s, and it could not be kept: %v", what, err)
	}
	if _, err := os.Stat(path); err != nil {
		entries, _ := os.ReadDir(dir)
		if len(entries) >= maxRejected {
			return refuse("%s, and %s is full: delete what is not needed there and try again", what, dir)
		}
		if err := write(path, server.Raw, 0o644); err != nil {
			return refuse("%s, and it could not be kept: %v", what, err)
		}
	}
	return keep("%s. It was put into %s: compare its thumbprint with the one that the machine shows, and if they are equal move the file into %s", what, path, trusted)
}

// keep is refuse, of a certificate that waits for a person.
func keep(format string, args ...any) error {
	return &Refused{Words: fmt.Sprintf(format, args...), Kept: true}
}

// Describe names a certificate for people. What a server wrote into it is quoted and cut.
func Describe(c *x509.Certificate) string {
	name := c.Subject.CommonName
	if len(name) > 60 {
		name = name[:60]
	}
	return fmt.Sprintf("%q, thumbprint %s", name, Thumbprint(c))
}

// fileName is a name that no server can steer anywhere else.
func fileName(c *x509.Certificate) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return -1
	}, c.Subject.CommonName)
	if len(name) > 40 {
		name = name[:40]
	}
	return strings.TrimLeft(name+"_"+Thumbprint(c)+".der", "_")
}

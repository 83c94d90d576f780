package pki

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"millwright/internal/errs"
)

// Shelf is one folder of certificates of machines.
type Shelf string

// The shelves.
const (
	Trusted Shelf = "trusted"
	Pending Shelf = "rejected" // seen at a connect, and waiting for a person
	Shunned Shelf = "refused"  // a person has refused it
)

// Kept is a certificate on a shelf. What it says of itself comes from a machine, and may be anything.
type Kept struct {
	Thumbprint string
	Subject    string
	URI        string
	From, To   time.Time
	Seen       time.Time
	file       string
}

// Certificates lists a shelf; what is no certificate is left out.
func (s Store) Certificates(shelf Shelf) ([]Kept, error) {
	dir := filepath.Join(s.Dir, string(shelf))
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list certificates: %w", err)
	}
	var all []Kept
	for _, e := range entries[:min(len(entries), maxTrusted)] {
		chain, err := readCertificates(filepath.Join(dir, e.Name()))
		if e.IsDir() || err != nil {
			continue
		}
		k := About(chain[0])
		k.file = filepath.Join(dir, e.Name())
		if info, err := e.Info(); err == nil {
			k.Seen = info.ModTime()
		}
		all = append(all, k)
	}
	return all, nil
}

// About is what a certificate says of itself.
func About(c *x509.Certificate) Kept {
	return Kept{Thumbprint: Thumbprint(c), Subject: c.Subject.String(), URI: URI(c), From: c.NotBefore, To: c.NotAfter}
}

// Find gives a certificate on a shelf by its thumbprint.
func (s Store) Find(shelf Shelf, thumbprint string) (Kept, error) {
	all, err := s.Certificates(shelf)
	if err != nil {
		return Kept{}, err
	}
	for _, k := range all {
		if k.Thumbprint == thumbprint {
			return k, nil
		}
	}
	return Kept{}, errs.New(errs.NotFound, "this certificate is not there any more; look again")
}

// Step is what a person does with the certificate of a machine: it goes onto another shelf or, where none is named, away.
type Step struct {
	Thumbprint string
	From, To   Shelf
}

// Move puts a certificate onto another shelf.
func (s Store) Move(thumbprint string, from, to Shelf) (Kept, error) {
	k, err := s.Find(from, thumbprint)
	if err != nil {
		return k, err
	}
	if err := os.MkdirAll(filepath.Join(s.Dir, string(to)), 0o700); err != nil {
		return k, fmt.Errorf("move a certificate: %w", err)
	}
	if err := os.Rename(k.file, filepath.Join(s.Dir, string(to), filepath.Base(k.file))); err != nil {
		return k, fmt.Errorf("move a certificate: %w", err)
	}
	return k, nil
}

// Remove takes a certificate off a shelf.
func (s Store) Remove(thumbprint string, shelf Shelf) (Kept, error) {
	k, err := s.Find(shelf, thumbprint)
	if err != nil {
		return k, err
	}
	if err := os.Remove(k.file); err != nil {
		return k, fmt.Errorf("remove a certificate: %w", err)
	}
	return k, nil
}

// Own gives our own certificate and its DER; errs.NotFound before the first connection that needs one.
func (s Store) Own() (Kept, []byte, error) {
	path := filepath.Join(s.Dir, "own", "certificate.der")
	there, err := exists(path)
	if err != nil {
		return Kept{}, nil, err
	}
	if !there {
		return Kept{}, nil, errs.New(errs.NotFound, "there is no certificate of our own yet")
	}
	chain, err := readCertificates(path)
	if err != nil {
		return Kept{}, nil, err
	}
	return About(chain[0]), chain[0].Raw, nil
}

// Renew makes a new certificate and key of our own, and keeps the old ones beside them under the old thumbprint.
// Sessions that are open go on; every machine must trust the new certificate before it connects anew.
func (s Store) Renew(uri string, now time.Time) error {
	dir := filepath.Join(s.Dir, "own")
	old, _, err := s.Own()
	if err != nil && errs.KindOf(err) != errs.NotFound {
		return err
	}
	if err == nil {
		aside := filepath.Join(dir, "before-"+old.Thumbprint)
		if err := os.MkdirAll(aside, 0o700); err != nil {
			return fmt.Errorf("put our old certificate aside: %w", err)
		}
		for _, name := range []string{"key.pem", "certificate.der"} {
			if err := os.Rename(filepath.Join(dir, name), filepath.Join(aside, name)); err != nil {
				return fmt.Errorf("put our old certificate aside: %w", err)
			}
		}
	}
	_, _, err = Own(s.Dir, uri, now)
	return err
}

// Read gives the certificate itself.
func (k Kept) Read() (*x509.Certificate, error) {
	chain, err := readCertificates(k.file)
	if err != nil {
		return nil, err
	}
	return chain[0], nil
}

// Put puts a certificate that a person gives onto a shelf; on the others it stands no longer.
func (s Store) Put(c *x509.Certificate, shelf Shelf) error {
	dir := filepath.Join(s.Dir, string(shelf))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("put a certificate on a shelf: %w", err)
	}
	if _, err := s.Find(shelf, Thumbprint(c)); errs.KindOf(err) == errs.NotFound {
		if entries, _ := os.ReadDir(dir); len(entries) >= maxTrusted {
			return errs.New(errs.Conflict, "%s is full: %d certificates are kept at most", dir, maxTrusted)
		}
		if err := write(filepath.Join(dir, fileName(c)), c.Raw, 0o644); err != nil {
			return fmt.Errorf("put a certificate on a shelf: %w", err)
		}
	} else if err != nil {
		return err
	}
	return s.Clear(Thumbprint(c), shelf)
}

// Clear takes a certificate off every shelf but one.
func (s Store) Clear(thumbprint string, but Shelf) error {
	for _, other := range []Shelf{Trusted, Pending, Shunned} {
		if other == but {
			continue
		}
		if _, err := s.Remove(thumbprint, other); err != nil && errs.KindOf(err) != errs.NotFound {
			return err
		}
	}
	return nil
}

package machines

import (
	"context"
	"time"

	"millwright/internal/access"
	"millwright/internal/ot/driver/opcua"
	"millwright/internal/ot/driver/opcua/pki"
	"millwright/internal/plant"
)

func (m *Machines) store() pki.Store { return pki.Store{Dir: m.o.Certificates} }

// Certificates lists the certificates of machines on a shelf.
func (m *Machines) Certificates(shelf pki.Shelf) ([]pki.Kept, error) {
	return m.store().Certificates(shelf)
}

// Own gives our own certificate and its DER. It is made when there is none: machines may be told to trust it before
// they are first called.
func (m *Machines) Own() (pki.Kept, []byte, error) {
	if _, _, err := opcua.Identity(m.o.Certificates, applicationURI); err != nil {
		return pki.Kept{}, nil, err
	}
	return m.store().Own()
}

// Move puts the certificate of a machine onto another shelf.
func (m *Machines) Move(ctx context.Context, thumbprint string, from, to pki.Shelf, by plant.Person) error {
	k, err := m.store().Move(thumbprint, from, to)
	if err != nil {
		return err
	}
	return m.tell(ctx, access.Entry{Who: by, What: "certificate." + string(to), On: "certificate " + thumbprint, Old: string(from), New: string(to) + ": " + k.Subject})
}

// Remove takes the certificate of a machine off a shelf.
func (m *Machines) Remove(ctx context.Context, thumbprint string, from pki.Shelf, by plant.Person) error {
	k, err := m.store().Remove(thumbprint, from)
	if err != nil {
		return err
	}
	return m.tell(ctx, access.Entry{Who: by, What: "certificate.remove", On: "certificate " + thumbprint, Old: string(from) + ": " + k.Subject})
}

// Renew makes a new certificate of our own, and keeps the old one beside it.
func (m *Machines) Renew(ctx context.Context, by plant.Person, why string) error {
	old, _, err := m.Own()
	if err != nil {
		return err
	}
	if err := m.store().Renew(applicationURI, time.Now()); err != nil {
		return err
	}
	fresh, _, err := m.store().Own()
	if err != nil {
		return err
	}
	return m.tell(ctx, access.Entry{Who: by, What: "certificate.renew", On: "certificate own", Old: old.Thumbprint, New: fresh.Thumbprint, Why: why})
}

func (m *Machines) tell(ctx context.Context, e access.Entry) error {
	if m.o.Audit == nil {
		return nil
	}
	_, err := m.o.Audit(ctx, e)
	return err
}

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

// identity gives the files of our own certificate and its key, which are made when there are none. Many connections may ask
// at once.
func (m *Machines) identity() (certificate, key string, err error) {
	m.own.Lock()
	defer m.own.Unlock()
	return opcua.Identity(m.o.Certificates, applicationURI)
}

// Own gives our own certificate and its DER. It is made when there is none: machines may be told to trust it before
// they are first called.
func (m *Machines) Own() (pki.Kept, []byte, error) {
	if _, _, err := m.identity(); err != nil {
		return pki.Kept{}, nil, err
	}
	return m.store().Own()
}

// Judge does what a person wants with the certificate of a machine; why may be "".
func (m *Machines) Judge(ctx context.Context, step pki.Step, by plant.Person, why string) error {
	e := access.Entry{Who: by, On: "certificate " + step.Thumbprint, Why: why}
	if step.To == "" {
		k, err := m.store().Remove(step.Thumbprint, step.From)
		if err != nil {
			return err
		}
		e.What, e.Old = "certificate.remove", string(step.From)+": "+k.Subject
		return m.tell(ctx, e)
	}
	k, err := m.store().Move(step.Thumbprint, step.From, step.To)
	if err != nil {
		return err
	}
	e.What, e.Old, e.New = "certificate."+string(step.To), string(step.From), string(step.To)+": "+k.Subject
	return m.tell(ctx, e)
}

// Renew makes a new certificate of our own, and keeps the old one beside it.
func (m *Machines) Renew(ctx context.Context, by plant.Person, why string) error {
	old, _, err := m.Own()
	if err != nil {
		return err
	}
	m.own.Lock()
	err = m.store().Renew(applicationURI, time.Now())
	m.own.Unlock()
	if err != nil {
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

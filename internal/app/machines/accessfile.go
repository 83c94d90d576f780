package machines

import (
	"context"
	"fmt"

	"millwright/internal/access"
	"millwright/internal/access/accessfile"
	"millwright/internal/errs"
	"millwright/internal/ot/driver/opcua/pki"
	"millwright/internal/plant"
)

// shelves are where certificates stand, by what is thought of them.
func shelves() map[accessfile.Shelf]pki.Shelf {
	return map[accessfile.Shelf]pki.Shelf{accessfile.Trusted: pki.Trusted, accessfile.Refused: pki.Shunned, accessfile.Waiting: pki.Pending}
}

// Shelved gives the certificates of machines on all shelves.
func (m *Machines) Shelved() (all []accessfile.Certificate, err error) {
	for _, state := range []accessfile.Shelf{accessfile.Trusted, accessfile.Refused, accessfile.Waiting} {
		kept, err := m.store().Certificates(shelves()[state])
		if err != nil {
			return nil, err
		}
		for _, k := range kept {
			if c, err := k.Read(); err == nil { // else it was taken away meanwhile
				all = append(all, accessfile.CertificateOf(c, state))
			}
		}
	}
	return all, nil
}

// Enrol puts certificates where a file wants them. What is there already stays, so that it can be done again.
func (m *Machines) Enrol(ctx context.Context, all []accessfile.Certificate, by plant.Person, why string) error {
	for _, one := range all {
		if err := m.enrol(one); err != nil {
			return fmt.Errorf("certificate %s: %w; what was changed before it stays, so apply the file again", one.Thumbprint, err)
		}
		e := access.Entry{Who: by, What: "certificate." + string(one.State), On: "certificate " + one.Thumbprint, New: string(one.State) + ": " + one.Subject, Why: why}
		if one.State == accessfile.Absent {
			e.What, e.Old, e.New = "certificate.remove", one.Subject, ""
		}
		if err := m.tell(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

func (m *Machines) enrol(one accessfile.Certificate) error {
	if one.State == accessfile.Absent {
		return m.store().Clear(one.Thumbprint, "")
	}
	shelf, ok := shelves()[one.State]
	if !ok {
		return errs.New(errs.Invalid, "a certificate is trusted, refused or absent")
	}
	c, err := one.Read()
	if err != nil {
		return err
	}
	return m.store().Put(c, shelf)
}

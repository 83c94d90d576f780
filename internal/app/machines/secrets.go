package machines

import (
	"context"
	"fmt"
	"os"
	"strings"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/internal/ot/driver/opcua"
	"millwright/internal/ot/driver/opcua/pki"
	"millwright/internal/plant"
)

// sealed is how a plant names a secret that lies in the safe.
const sealed = "${sealed:"

// The secrets of a connection, by the names that they have in the safe.
const (
	password = "password"
	userKey  = "user-key"
)

// nameOf is what a secret of a connection is called in the safe.
func nameOf(connection, secret string) string { return "connection/" + connection + "/" + secret }

// Seal moves the passwords and keys of a plant into the safe. The plant keeps a mark of each, that tells nothing. A
// certificate whose key lies there already must belong to it (errs.Invalid).
func (m *Machines) Seal(ctx context.Context, d *config.Document, by plant.Person) error {
	for i := range d.Connections {
		c := &d.Connections[i]
		if err := m.oneLine(ctx, fmt.Sprintf("connections[%d].", i), c); err != nil {
			return err
		}
		for name, secret := range map[string]*string{password: &c.Password, userKey: &c.UserKey} {
			if *secret == "" || config.Named(*secret) {
				continue
			}
			mark, err := m.o.Safe.Keep(ctx, nameOf(c.ID, name), *secret, by)
			if err != nil {
				return err
			}
			*secret = sealed + mark + "}"
		}
	}
	return nil
}

// oneLine writes a certificate and its key as they are kept: the same ones are the same text, however they were given.
func (m *Machines) oneLine(ctx context.Context, place string, c *config.Connection) error {
	if c.UserCertificate == "" {
		return nil
	}
	certificate, err := pki.GivenCertificate(c.UserCertificate)
	if err != nil {
		return unfit(place+"user_certificate", err)
	}
	c.UserCertificate = pki.Text(certificate)
	key, err := m.secret(ctx, c.ID, userKey, c.UserKey)
	if err != nil {
		return nil //nolint:nilerr // a key that is not there today may be tomorrow; the connection says so meanwhile
	}
	pair, err := pki.Given(c.UserCertificate, key)
	if err != nil {
		return unfit(place+"user_key", err)
	}
	if !config.Named(c.UserKey) {
		c.UserKey, err = pki.KeyText(pair.Key)
	}
	return err
}

func unfit(path string, err error) error {
	return &errs.Error{Kind: errs.Invalid, Words: "the certificate of a user cannot be taken", Fields: []errs.Field{{Path: path, Message: err.Error()}}}
}

// user is who signs in.
func (m *Machines) user(ctx context.Context, c config.Connection) (opcua.User, error) {
	u := opcua.User{Name: c.User, Plain: c.Plain}
	var err error
	if u.Password, err = m.secret(ctx, c.ID, password, c.Password); err != nil || c.UserCertificate == "" {
		return u, err
	}
	key, err := m.secret(ctx, c.ID, userKey, c.UserKey)
	if err != nil {
		return u, err
	}
	if u.Pair, err = pki.Given(c.UserCertificate, key); err != nil {
		return u, errs.New(errs.Invalid, "its user cannot sign in: %w", err)
	}
	return u, nil
}

// secret gives a secret of a connection: itself, what lies in the safe, or what an environment variable holds.
func (m *Machines) secret(ctx context.Context, connection, name, given string) (string, error) {
	if !config.Named(given) {
		return given, nil
	}
	if mark, is := strings.CutPrefix(given, sealed); is {
		return m.o.Safe.Open(ctx, nameOf(connection, name), strings.TrimSuffix(mark, "}"))
	}
	variable := strings.TrimSuffix(strings.TrimPrefix(given, "${"), "}")
	value, set := os.LookupEnv(variable)
	if !set {
		return "", errs.New(errs.Invalid, "its password or key is to be taken from the environment variable %s, which is not set; set it and start again", variable)
	}
	return value, nil
}

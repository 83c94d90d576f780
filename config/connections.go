// How connections are read, and what is wrong with them told.

package config

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"millwright/internal/ot/driver/opcua/pki"
	"millwright/internal/ot/tag"
)

// AliveTag is the name of the tag that says whether a connection is up.
func AliveTag(connection string) string { return "connection/" + connection + "/alive" }

func (b *builder) connection(path string, c Connection) Connection {
	b.id(path, "connection", c.ID)
	switch c.Driver {
	case "opcua":
		if !strings.HasPrefix(c.Endpoint, "opc.tcp://") {
			b.add(path+".endpoint", "%q is no OPC UA endpoint; write opc.tcp://host:port", public(c.Endpoint))
		}
		b.secured(path, c)
		b.user(path, c)
	case "replay":
		if len(c.Files) == 0 {
			b.add(path+".files", "names no log to replay")
		}
		if !(c.Speed >= 0) || math.IsInf(c.Speed, 0) || (c.Loop && c.Speed == 0) {
			b.add(path+".speed", "is %v; use 1 for real time, and 0 for as fast as possible only without loop", c.Speed)
		}
		if c.Pause < 0 {
			b.add(path+".pause", "is %s; it cannot be less than nothing", c.Pause)
		}
	default:
		b.add(path+".driver", "%q is no driver; use opcua or replay", c.Driver)
	}
	b.limits(path+".limits", c.Limits)
	if b.devices[c.ID] {
		return c
	}
	b.devices[c.ID] = true
	b.tags = append(b.tags, tag.Tag{Name: AliveTag(c.ID), Label: "Connection " + c.ID})
	return c
}

func (b *builder) limits(path string, l Limits) {
	if l.Values < 0 || l.Values > 1_000_000 {
		b.add(path+".values", "is %d; use 1 to 1000000 values a second, or none", l.Values)
	}
	if l.Interval < 0 || l.Interval > time.Hour {
		b.add(path+".interval", "is %s; use a time up to 1h, like 500ms, or none", l.Interval)
	}
	if l.Batch < 0 || l.Batch > 10_000 {
		b.add(path+".batch", "is %d; use 1 to 10000 nodes, or none", l.Batch)
	}
}

// secured checks that policy and mode are known and go together.
func (b *builder) secured(path string, c Connection) {
	policy, mode := cmp.Or(c.Policy, "None"), c.Mode
	if mode == "" && policy == "None" {
		mode = "None"
	} else if mode == "" {
		mode = "SignAndEncrypt"
	}
	switch {
	case !slices.Contains([]string{"None", "Basic256Sha256", "Aes128_Sha256_RsaOaep", "Aes256_Sha256_RsaPss"}, policy):
		b.add(path+".policy", "%q is no security policy; use None, Basic256Sha256, Aes128_Sha256_RsaOaep or Aes256_Sha256_RsaPss", policy)
	case !slices.Contains([]string{"None", "Sign", "SignAndEncrypt"}, mode):
		b.add(path+".mode", "%q is no security mode; use None, Sign or SignAndEncrypt", mode)
	case (policy == "None") != (mode == "None"):
		b.add(path+".mode", "%s does not go with the policy %s; None goes only with None", mode, policy)
	}
}

// user checks who signs in. The time of a certificate may be over: that stops this connection and no plant.
func (b *builder) user(path string, c Connection) {
	if c.UserCertificate == "" && c.UserKey == "" {
		return
	}
	if c.User != "" || c.Password != "" {
		b.add(path+".user_certificate", "a user or password is set too; sign in by name or by certificate")
	}
	if c.UserCertificate == "" {
		b.add(path+".user_certificate", "the certificate that the key belongs to is missing")
		return
	}
	if c.UserKey == "" {
		b.add(path+".user_key", "the key of the certificate is missing; it is sealed here, and never shown")
	}
	if _, err := pki.GivenCertificate(c.UserCertificate); err != nil {
		b.add(path+".user_certificate", "%v", err)
	} else if c.UserKey != "" && !Named(c.UserKey) {
		if _, err := pki.Given(c.UserCertificate, c.UserKey); err != nil {
			b.add(path+".user_key", "%v", err)
		}
	}
}

// Named tells the name of a secret from a secret itself: ${NAME}, ${sealed:mark}.
func Named(secret string) bool {
	return strings.HasPrefix(secret, "${") && strings.HasSuffix(secret, "}")
}

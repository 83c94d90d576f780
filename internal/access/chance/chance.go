// Package chance makes what nobody can guess: passwords for people, and secrets for programs and displays.
package chance

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// Password makes a password that is shown once and then given to a person: more than 95 random bits in five groups.
func Password() string {
	const letters = "abcdefghjkmnpqrstuvwxyz23456789x" // none looks like another; x stands twice, to make 32
	var b [20]byte
	_, _ = rand.Read(b[:]) // it never fails; see crypto/rand
	var p strings.Builder
	for i, x := range b {
		if i > 0 && i%4 == 0 {
			p.WriteByte('-')
		}
		p.WriteByte(letters[x%32])
	}
	return p.String()
}

// prefix marks our secrets, so that scanners for leaked ones can know them.
const prefix = "mw_"

// Secret makes 256 random bits, and what is kept of them.
func Secret() (secret string, hash [32]byte) {
	var b [32]byte
	_, _ = rand.Read(b[:]) // it never fails; see crypto/rand
	secret = prefix + base64.RawURLEncoding.EncodeToString(b[:])
	return secret, sha256.Sum256([]byte(secret))
}

// IsSecret spares the vault what can be no token.
func IsSecret(s string) bool {
	rest, ok := strings.CutPrefix(s, prefix)
	return ok && len(rest) == base64.RawURLEncoding.EncodedLen(32)
}

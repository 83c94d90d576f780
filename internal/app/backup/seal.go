package backup

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"os"
	"strings"

	"millwright/internal/errs"
)

// rounds make each guess of a passphrase slow (OWASP for PBKDF2 with SHA-256).
const rounds = 600_000

// sealer hides keys under a passphrase: AES-256-GCM, the name bound to what is sealed.
type sealer struct{ aead cipher.AEAD }

// newSealer gives nil without a passphrase.
func newSealer(passphrase string, salt []byte) (*sealer, error) {
	if passphrase == "" {
		return nil, nil //nolint:nilnil // nothing is sealed then
	}
	key, err := pbkdf2.Key(sha256.New, passphrase, salt, rounds, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return &sealer{aead}, err
}

func newSalt() []byte {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // it never fails; see crypto/rand
	return salt
}

func (s *sealer) seal(name string, plain []byte) []byte {
	return s.aead.Seal(nil, nil, plain, []byte(name))
}

func (s *sealer) open(name string, sealed []byte) ([]byte, error) {
	plain, err := s.aead.Open(nil, nil, sealed, []byte(name))
	if err != nil {
		return nil, refuse("the passphrase is not the one that its keys were sealed with")
	}
	return plain, nil
}

// shortest passphrase: who has the file can guess for as long as they like.
const shortest = 12

// Passphrase reads the one that keys are sealed with from a file; "" names none.
func Passphrase(file string) (string, error) {
	if file == "" {
		return "", nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", errs.New(errs.Invalid, "read the passphrase for backups: %w", err)
	}
	p := strings.TrimRight(string(text), "\r\n")
	if len(p) < shortest {
		return "", errs.New(errs.Invalid, "the passphrase for backups in %s is too short: use at least %d letters", file, shortest)
	}
	return p, nil
}

// Package secret keeps what nobody may read: sealed with a key that lies in a file of its own.
package secret

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Drawer is where sealed secrets lie.
type Drawer interface {
	Sealed(ctx context.Context, name string) (string, error) // errs.NotFound when there is none
	Keep(ctx context.Context, name, sealed string, by plant.Person) error
}

// Safe seals secrets and opens them.
type Safe struct {
	path   string
	drawer Drawer
	mu     sync.Mutex // held while the key file is made
}

// New makes a safe whose key lies in the file path; the file is made when the first secret is sealed.
func New(path string, d Drawer) *Safe { return &Safe{path: path, drawer: d} }

const keySize = 32

// Keep seals a secret, and gives a mark by which Open finds it. The same secret under the same name has the same
// mark, which says nothing about it to those who have not the key.
func (s *Safe) Keep(ctx context.Context, name, plain string, by plant.Person) (mark string, err error) {
	key, err := s.key(true)
	if err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, derived(key, "mark"))
	mac.Write([]byte(name + "\x00" + plain))
	mark = hex.EncodeToString(mac.Sum(nil)[:8])
	full := name + "/" + mark
	if _, err := s.drawer.Sealed(ctx, full); err == nil || errs.KindOf(err) != errs.NotFound {
		return mark, err
	}
	sealed, err := seal(key, full, plain)
	if err != nil {
		return "", fmt.Errorf("seal %s: %w", name, err)
	}
	return mark, s.drawer.Keep(ctx, full, sealed, by)
}

// Open gives the secret that was kept under a name with a mark.
func (s *Safe) Open(ctx context.Context, name, mark string) (string, error) {
	full := name + "/" + mark
	sealed, err := s.drawer.Sealed(ctx, full)
	if errs.KindOf(err) == errs.NotFound {
		return "", errs.New(errs.NotFound, "its password or key is not kept in this data folder: give it once more")
	}
	if err != nil {
		return "", err
	}
	key, err := s.key(false)
	if err != nil {
		return "", err
	}
	plain, err := open(key, full, sealed)
	if err != nil {
		return "", errs.New(errs.Invalid, "its password or key was sealed with another key than the one in %s: bring that file back from a backup, or give it once more", s.path)
	}
	return plain, nil
}

// key reads the key, or makes one.
func (s *Safe) key(fresh bool) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	text, err := os.ReadFile(s.path)
	if errors.Is(err, fs.ErrNotExist) && fresh {
		return s.create()
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errs.New(errs.Invalid, "the key that opens what it signs in with, %s, is gone: bring the file back from a backup, or give its password or key once more", s.path)
	}
	if err != nil {
		return nil, errs.New(errs.Invalid, "the key of the passwords cannot be read; mend its permissions: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != keySize {
		return nil, errs.New(errs.Invalid, "the key that opens what it signs in with, %s, is damaged: bring the file back from a backup, or move it away and give the passwords and keys once more", s.path)
	}
	return key, nil
}

// create makes the key file, whole or not at all, and closed to other users of the machine.
func (s *Safe) create() ([]byte, error) {
	key := make([]byte, keySize)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(s.path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("make the key of the passwords: %w", err)
	}
	_, err = f.WriteString(hex.EncodeToString(key) + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(s.path+".new", s.path)
	}
	if err != nil {
		return nil, fmt.Errorf("make the key of the passwords: %w", err)
	}
	return key, nil
}

func derived(key []byte, purpose string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("millwright " + purpose))
	return mac.Sum(nil)
}

func box(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(derived(key, "seal"))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// seal ties the secret to its name, so that nobody can put it under another.
func seal(key []byte, name, plain string) (string, error) {
	b, err := box(key)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, b.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(b.Seal(nonce, nonce, []byte(plain), []byte(name))), nil
}

func open(key []byte, name, sealed string) (string, error) {
	b, err := box(key)
	if err != nil {
		return "", err
	}
	raw, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil || len(raw) < b.NonceSize() {
		return "", errors.New("what was sealed is damaged")
	}
	plain, err := b.Open(nil, raw[:b.NonceSize()], raw[b.NonceSize():], []byte(name))
	return string(plain), err
}

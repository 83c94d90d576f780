package consent

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Hash is the SHA-256 of a text, in hexadecimal.
func Hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// canonical writes fields one after the other, each with its length, so that no two records read alike.
func canonical(kind string, fields ...any) []byte {
	b := []byte("millwright " + kind + " 1\n")
	for _, f := range fields {
		text := fmt.Sprint(f)
		b = binary.BigEndian.AppendUint64(b, uint64(len(text)))
		b = append(b, text...)
	}
	return b
}

// Seal is the hash of all that a request says and that never changes.
func (q Request) Seal() string {
	authors, _ := json.Marshal(q.Authors) // plain structures always can be
	touches, _ := json.Marshal(q.Touches)
	return Hash(string(canonical("request", q.Number, q.Subject, q.Base, q.At.UnixMicro(), q.By.ID, q.By.Name, q.By.Role,
		q.Side, string(authors), q.Why, q.Origin, q.Since, q.Hash, string(touches), q.Needs)))
}

// Bytes are what the signature of an answer covers: the exact request, the document in it, the effect that was looked
// at, and what was said by whom and when. seal is the request's, effect the hash of the effect.
func (a Answer) Bytes(seal, effect string) []byte {
	return canonical("answer", a.Number, a.Request, seal, effect, a.Effect, a.At.UnixMicro(), a.By.ID, a.By.Name, a.By.Role,
		a.Side, a.Verdict, a.Comment, a.Key)
}

// Told is the answer in the audit chain; the hash is of its signature, which covers the rest.
func (a Answer) Told() string {
	return fmt.Sprintf("answer %d for %s, key %d, sha256 %s", a.Number, a.Side, a.Key, Hash(a.Signature))
}

// Key is a key of the plant that answers are signed with. What is secret of it lies in the safe, under its mark.
type Key struct {
	Number int64
	Public string // ed25519, hexadecimal
	Mark   string
}

// Proves tells whether a signature is one of the key over the bytes.
func (k Key) Proves(signed []byte, signature string) bool {
	public, err := hex.DecodeString(k.Public)
	sig, wrong := hex.DecodeString(signature)
	return err == nil && wrong == nil && len(public) == ed25519.PublicKeySize && ed25519.Verify(public, signed, sig)
}

// Signer signs with one key.
type Signer struct {
	Key     int64
	private ed25519.PrivateKey
}

// Sign gives the signature of the bytes, in hexadecimal.
func (s Signer) Sign(b []byte) string { return hex.EncodeToString(ed25519.Sign(s.private, b)) }

// Ring keeps the public halves of keys.
type Ring interface {
	Key(ctx context.Context) (Key, error) // the newest; errs.NotFound when there is none
	AddKey(ctx context.Context, k Key) (Key, error)
}

// Safe keeps the secret halves.
type Safe interface {
	Keep(ctx context.Context, name, plain string, by plant.Person) (mark string, err error)
	Open(ctx context.Context, name, mark string) (string, error)
}

// Notary signs for the plant.
type Notary struct {
	Ring Ring
	Safe Safe
}

const keyName = "approvals/key"

// Signer opens the plant's key; the first time, and after the key of the safe was lost, it makes one.
func (n Notary) Signer(ctx context.Context) (Signer, error) {
	k, err := n.Ring.Key(ctx)
	if errs.KindOf(err) == errs.NotFound {
		return n.fresh(ctx)
	}
	if err != nil {
		return Signer{}, err
	}
	plain, err := n.Safe.Open(ctx, keyName, k.Mark)
	switch errs.KindOf(err) {
	case errs.NotFound, errs.Invalid:
		if err != nil {
			return n.fresh(ctx)
		}
	}
	if err != nil {
		return Signer{}, fmt.Errorf("open the key that signs approvals: %w", err)
	}
	seed, err := hex.DecodeString(plain)
	if err != nil || len(seed) != ed25519.SeedSize {
		return n.fresh(ctx)
	}
	return Signer{k.Number, ed25519.NewKeyFromSeed(seed)}, nil
}

func (n Notary) fresh(ctx context.Context) (Signer, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return Signer{}, err
	}
	mark, err := n.Safe.Keep(ctx, keyName, hex.EncodeToString(private.Seed()), plant.Program())
	if err != nil {
		return Signer{}, fmt.Errorf("keep a key that signs approvals: %w", err)
	}
	k, err := n.Ring.AddKey(ctx, Key{Public: hex.EncodeToString(public), Mark: mark})
	return Signer{k.Number, private}, err
}

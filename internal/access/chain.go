package access

import (
	"crypto/sha256"
	"encoding/binary"
)

// Seal gives the hash that chains the entry to the one before it: SHA-256 over the previous hash and every
// field but Hash itself. Each field is written with its length, so that no two entries read alike.
// Times count in microseconds, as they are kept.
func (e Entry) Seal(previous [32]byte) [32]byte {
	b := append(make([]byte, 0, 512), previous[:]...)
	for _, n := range []int64{e.Seq, e.At.UnixMicro(), e.Who.ID} {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	for _, s := range []string{e.Who.Name, e.Who.Role.String(), e.What, e.On, e.Old, e.New, e.Why} {
		b = binary.BigEndian.AppendUint64(b, uint64(len(s)))
		b = append(b, s...)
	}
	return sha256.Sum256(b)
}

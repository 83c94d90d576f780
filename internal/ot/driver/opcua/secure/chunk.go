package secure

import (
	"encoding/binary"
	"errors"

	"github.com/gopcua/opcua/uapolicy"
)

// Sizes of the parts of a chunk (OPC 10000-6 §6.7.2).
const (
	headerSize    = 12 // message type, size, channel
	tokenSize     = 4
	sequenceSize  = 8
	extendedAbove = 256 // bytes of key from which on the padding's length has two bytes
)

var errForged = errors.New("a message does not carry the server's signature")

// seal makes a chunk of its parts: head is the message header with the security header, its size not
// yet known; body begins with the sequence header.
func seal(algo *uapolicy.EncryptionAlgorithm, head, body []byte, sign, encrypt bool) ([]byte, error) {
	size := len(head) + len(body)
	if !sign {
		b := append(append(make([]byte, 0, size), head...), body...)
		binary.LittleEndian.PutUint32(b[4:], uint32(size))
		return b, nil
	}
	b := make([]byte, 0, size+algo.SignatureLength()+2*algo.BlockSize())
	b = append(append(b, head...), body...)
	total := size + algo.SignatureLength()
	if encrypt {
		b = pad(b, len(head), algo)
		plain := len(b) - len(head) + algo.SignatureLength()
		total = len(head) + plain/algo.PlaintextBlockSize()*algo.BlockSize()
	}
	binary.LittleEndian.PutUint32(b[4:], uint32(total))
	signature, err := algo.Signature(b)
	if err != nil {
		return nil, err
	}
	b = append(b, signature...)
	if !encrypt {
		return b, nil
	}
	cipher, err := algo.Encrypt(b[len(head):])
	if err != nil {
		return nil, err
	}
	return append(b[:len(head)], cipher...), nil
}

// pad fills the plain text, with the signature to come, up to whole blocks.
func pad(b []byte, head int, algo *uapolicy.EncryptionAlgorithm) []byte {
	extended := algo.RemoteSignatureLength() > extendedAbove
	fixed := 1
	if extended {
		fixed = 2
	}
	block := algo.PlaintextBlockSize()
	fill := (block - (len(b)-head+fixed+algo.SignatureLength())%block) % block
	for range fill + 1 {
		b = append(b, byte(fill))
	}
	if extended {
		b = append(b, byte(fill>>8))
	}
	return b
}

// open checks and deciphers a chunk whose headers take head bytes, and gives what follows them.
func open(algo *uapolicy.EncryptionAlgorithm, chunk []byte, head int, encrypted bool) ([]byte, error) {
	plain := chunk
	if encrypted {
		p, err := algo.Decrypt(chunk[head:])
		if err != nil {
			return nil, errForged
		}
		plain = append(append(make([]byte, 0, head+len(p)), chunk[:head]...), p...)
	}
	end := len(plain) - algo.RemoteSignatureLength()
	if end < head {
		return nil, errForged
	}
	if algo.VerifySignature(plain[:end], plain[end:]) != nil {
		return nil, errForged
	}
	if encrypted {
		end -= padding(plain[:end], algo.SignatureLength() > extendedAbove)
	}
	if end < head {
		return nil, errForged
	}
	return plain[head:end], nil
}

// padding is the length of all padding at the end of b, its own length bytes included.
func padding(b []byte, extended bool) int {
	if len(b) < 2 {
		return len(b) + 1
	}
	if extended {
		return int(b[len(b)-1])<<8 + int(b[len(b)-2]) + 2
	}
	return int(b[len(b)-1]) + 1
}

// room is how many bytes of a message, after the sequence header, fit into one chunk.
func room(algo *uapolicy.EncryptionAlgorithm, chunk int, sign, encrypt bool) int {
	space := chunk - headerSize - tokenSize
	switch {
	case encrypt:
		return space/algo.BlockSize()*algo.PlaintextBlockSize() - 1 - sequenceSize - algo.SignatureLength()
	case sign:
		return space - sequenceSize - algo.SignatureLength()
	}
	return space - sequenceSize
}

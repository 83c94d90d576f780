package secure

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"time"

	"millwright/internal/ot/driver/opcua/wire"

	"github.com/gopcua/opcua/ua"
)

// What we offer and accept on the wire (OPC 10000-6 §7.1).
const (
	chunkSize    = 1 << 17  // the longest chunk we take
	minChunkSize = 8 << 10  // the shortest limit a server may have
	maxMessage   = 16 << 20 // the longest message we take
	maxChunks    = 4096     // of one message
	defaultPort  = "4840"
)

// link is the TCP connection and what both ends agreed on in their hello.
type link struct {
	conn      net.Conn
	in        *bufio.Reader
	buf       []byte // the chunk read last
	sendChunk int    // the longest chunk the server takes
	sendTotal int    // the longest message it takes; 0 for no limit
	sendCount int    // the most chunks of one message it takes; 0 for no limit
}

// Address gives host and port of an endpoint such as opc.tcp://press-1:4840/line.
func Address(endpoint string) (string, error) {
	u, err := url.Parse(endpoint)
	if err != nil {
		return "", err
	}
	if u.Scheme != "opc.tcp" || u.Hostname() == "" {
		return "", fmt.Errorf("%q is no OPC UA endpoint: write opc.tcp://host:port", endpoint)
	}
	port := u.Port()
	if port == "" {
		port = defaultPort
	}
	return net.JoinHostPort(u.Hostname(), port), nil
}

// dial connects and exchanges hello and acknowledge.
func dial(ctx context.Context, dialer *net.Dialer, endpoint string) (*link, error) {
	address, err := Address(endpoint)
	if err != nil {
		return nil, err
	}
	if dialer == nil {
		dialer = &net.Dialer{}
	}
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	l := &link{conn: conn, in: bufio.NewReaderSize(conn, 64<<10), buf: make([]byte, chunkSize)}
	stop := context.AfterFunc(ctx, l.cut)
	defer stop()
	if err := l.hello(endpoint); err != nil {
		l.cut()
		if ctx.Err() != nil {
			err = fmt.Errorf("no answer: %w", ctx.Err())
		}
		return nil, err
	}
	return l, nil
}

func (l *link) hello(endpoint string) error {
	b := make([]byte, 8, 32+len(endpoint))
	copy(b, "HELF")
	for _, v := range []uint32{0, chunkSize, chunkSize, maxMessage, maxChunks, uint32(len(endpoint))} {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	b = append(b, endpoint...)
	binary.LittleEndian.PutUint32(b[4:], uint32(len(b)))
	if _, err := l.conn.Write(b); err != nil {
		return err
	}
	chunk, err := l.read()
	if err != nil {
		return err
	}
	if string(chunk[:4]) != "ACKF" {
		return fmt.Errorf("what answers there does not speak OPC UA")
	}
	r := wire.NewReader(chunk[8:])
	r.Uint32() // protocol version
	accepts := r.Uint32()
	r.Uint32() // longest chunk it sends: read checks ours
	l.sendTotal, l.sendCount = int(r.Uint32()), int(r.Uint32())
	if r.Err() != nil || accepts < minChunkSize {
		return errors.New("the server's acknowledge is no valid one")
	}
	l.sendChunk = int(min(accepts, chunkSize))
	return nil
}

// cut ends the connection. How the system takes it is of no interest any more.
func (l *link) cut() { _ = l.conn.Close() }

// read takes one chunk off the wire. It stays valid until the next read. A chunk that is an error
// message of the server becomes that error.
func (l *link) read() ([]byte, error) {
	if _, err := io.ReadFull(l.in, l.buf[:8]); err != nil {
		return nil, closed(err)
	}
	size := binary.LittleEndian.Uint32(l.buf[4:])
	if size < 8 || size > chunkSize {
		return nil, fmt.Errorf("a chunk of %d bytes is not what was agreed on", size)
	}
	if _, err := io.ReadFull(l.in, l.buf[8:size]); err != nil {
		return nil, closed(err)
	}
	chunk := l.buf[:size]
	if string(chunk[:3]) == "ERR" {
		return nil, refusal(chunk[8:])
	}
	return chunk, nil
}

// refusal reads a status code and a reason.
func refusal(b []byte) error {
	r := wire.NewReader(b)
	code, reason := ua.StatusCode(r.Uint32()), r.String()
	if len(reason) > 200 {
		reason = reason[:200]
	}
	if len(reason) == 0 {
		return Status(code)
	}
	return fmt.Errorf("%w (%q)", Status(code), reason)
}

func closed(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrClosed
	}
	return err
}

// ErrClosed is the server's end of the connection.
var ErrClosed = errors.New("the server closed the connection")

// Status is a status code as an error.
type Status uint32

// Error gives the standard's name of the code.
func (s Status) Error() string { return wire.Status(uint32(s)) }

// write sends one chunk before the deadline.
func (l *link) write(chunk []byte, limit time.Duration) error {
	if err := l.conn.SetWriteDeadline(time.Now().Add(limit)); err != nil {
		return err
	}
	_, err := l.conn.Write(chunk)
	return err
}

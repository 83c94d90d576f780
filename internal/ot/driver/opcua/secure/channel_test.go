package secure

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"millwright/internal/ot/driver/opcua/wire"

	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/ua"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// peer is one connection on a server's side, without any security, that says what a test wants.
type peer struct {
	net.Conn
	t        *testing.T
	sequence uint32
	lifetime time.Duration
}

// request is what a client sent.
type request struct {
	kind string
	id   uint32
	body []byte // with its type in front
}

// listen runs a server that handles each connection with talk.
func listen(t *testing.T, talk func(*peer)) (endpoint string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	t.Cleanup(func() {
		_ = l.Close()
		all.Wait()
	})
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				talk(&peer{Conn: conn, t: t, lifetime: time.Hour})
				_ = conn.Close()
			})
		}
	})
	return "opc.tcp://" + l.Addr().String()
}

// read takes a chunk; ok is false when the client has gone.
func (p *peer) read() (r request, ok bool) {
	head := make([]byte, 8)
	if _, err := io.ReadFull(p, head); err != nil {
		return r, false
	}
	rest := make([]byte, binary.LittleEndian.Uint32(head[4:])-8)
	if _, err := io.ReadFull(p, rest); err != nil {
		return r, false
	}
	r.kind = string(head[:3])
	skip := map[string]int{"HEL": 0, "OPN": 4 + 4 + len(ua.SecurityPolicyURINone) + 4 + 4 + 4, "MSG": 12, "CLO": 12}[r.kind]
	if r.kind != "HEL" {
		r.id = binary.LittleEndian.Uint32(rest[skip:])
		skip += 4
	}
	r.body = rest[skip:]
	return r, true
}

// chunk sends one of any kind, such as "MSGF".
func (p *peer) chunk(kind string, parts ...[]byte) {
	body := bytes.Join(parts, nil)
	b := binary.LittleEndian.AppendUint32([]byte(kind), uint32(8+len(body)))
	_, _ = p.Write(append(b, body...)) // a client that has gone is the test's business
}

func u32(values ...uint32) []byte {
	var b []byte
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	return b
}

func (p *peer) acknowledge() {
	p.chunk("ACKF", u32(0, chunkSize, chunkSize, 0, 0))
}

// message sends a reply in one chunk.
func (p *peer) message(to request, kind string, body []byte) {
	p.sequence++
	p.chunk(kind, u32(5, 1, p.sequence, to.id), body)
}

// long sends a reply in as many chunks as it takes.
func (p *peer) long(to request, body []byte) {
	for ; len(body) > chunkSize-24; body = body[chunkSize-24:] {
		p.message(to, "MSGC", body[:chunkSize-24])
	}
	p.message(to, "MSGF", body)
}

func encoded(t *testing.T, resp ua.Response) []byte {
	t.Helper()
	body, err := ua.Encode(resp)
	if err != nil {
		t.Error(err)
	}
	return append(binary.LittleEndian.AppendUint16([]byte{1, 0}, ua.ServiceTypeID(resp)), body...)
}

func header(result ua.StatusCode) *ua.ResponseHeader {
	return &ua.ResponseHeader{ServiceResult: result, ServiceDiagnostics: &ua.DiagnosticInfo{}, AdditionalHeader: ua.NewExtensionObject(nil)}
}

// grant answers a request for keys.
func (p *peer) grant(r request) {
	resp := &ua.OpenSecureChannelResponse{ResponseHeader: header(0), ServerNonce: []byte{}, SecurityToken: &ua.ChannelSecurityToken{
		ChannelID: 5, TokenID: 1, RevisedLifetime: uint32(p.lifetime / time.Millisecond),
	}}
	p.sequence++
	policy := ua.SecurityPolicyURINone
	p.chunk("OPNF", u32(5, uint32(len(policy))), []byte(policy), u32(1<<32-1, 1<<32-1, p.sequence, r.id), encoded(p.t, resp))
}

// open answers hello and the first request for keys.
func (p *peer) open() bool {
	if _, ok := p.read(); !ok {
		return false
	}
	p.acknowledge()
	r, ok := p.read()
	if ok {
		p.grant(r)
	}
	return ok
}

func config(endpoint string) Config {
	return Config{Endpoint: endpoint, Policy: ua.SecurityPolicyURINone, Mode: ua.MessageSecurityModeNone, Timeout: 2 * time.Second}
}

func short(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// connect opens a channel that is closed at the test's end.
func connect(t *testing.T, cfg Config) *Channel {
	t.Helper()
	c, err := Open(short(t), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(t.Context()) })
	return c
}

// ask sends a request whose answer is decoded by the library.
func ask(t *testing.T, c *Channel) error {
	t.Helper()
	return c.Call(short(t), &ua.ActivateSessionRequest{ClientSignature: &ua.SignatureData{}, UserTokenSignature: &ua.SignatureData{}}, new(ua.ActivateSessionResponse))
}

// answer is what a server says to every message.
func answer(say func(*peer, request)) func(*peer) {
	return func(p *peer) {
		if !p.open() {
			return
		}
		for r, ok := p.read(); ok; r, ok = p.read() {
			if r.kind == "MSG" {
				say(p, r)
			}
		}
	}
}

func TestOpeningFailsInWords(t *testing.T) {
	for name, c := range map[string]struct {
		talk  func(*peer)
		words string
	}{
		"an error message": {func(p *peer) {
			p.read()
			p.chunk("ERRF", u32(uint32(ua.StatusBadTCPEndpointURLInvalid), 4), []byte("nope"))
		}, `BadTcpEndpointUrlInvalid ("nope")`},
		"another protocol":   {func(p *peer) { p.read(); _, _ = p.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")) }, "not what was agreed"},
		"an early end":       {func(p *peer) { p.read() }, "closed the connection"},
		"a tiny buffer":      {func(p *peer) { p.read(); p.chunk("ACKF", u32(0, 100, 100, 0, 0)) }, "no valid one"},
		"an unknown message": {func(p *peer) { p.read(); p.acknowledge(); p.read(); p.chunk("XXXF", u32(0)) }, "unknown type"},
		"a chunk too long": {func(p *peer) {
			p.read()
			p.acknowledge()
			p.read()
			_, _ = p.Write(append([]byte("OPNF"), u32(1<<30)...))
		}, "not what was agreed"},
		"a chunk too short": {func(p *peer) { p.read(); p.acknowledge(); p.read(); _, _ = p.Write(append([]byte("OPNF"), u32(7)...)) }, "not what was agreed"},
		"half a header":     {func(p *peer) { p.read(); p.acknowledge(); p.read(); p.chunk("OPNF") }, "does not follow the encoding"},
		"another policy": {func(p *peer) {
			p.read()
			p.acknowledge()
			p.read()
			p.chunk("OPNF", u32(5, 3), []byte("abc"), u32(0, 0, 1, 1))
		}, `policy "abc"`},
		"keys for an instant": {func(p *peer) { p.lifetime = time.Millisecond; p.open(); p.read() }, "new keys every 1ms"},
	} {
		_, err := Open(short(t), config(listen(t, c.talk)))
		if err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOpeningEndsWithItsContext(t *testing.T) {
	silent := listen(t, func(p *peer) { p.read(); p.read() })
	deaf := listen(t, func(p *peer) { p.read(); p.acknowledge(); p.read(); p.read() })
	for _, endpoint := range []string{silent, deaf} {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		_, err := Open(ctx, config(endpoint))
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("opening gives %v", err)
		}
	}
}

func TestRepliesFindTheirRequest(t *testing.T) {
	var waiting []request
	c := connect(t, config(listen(t, answer(func(p *peer, r request) {
		waiting = append(waiting, r)
		if len(waiting) < 3 {
			return
		}
		for i := len(waiting) - 1; i >= 0; i-- { // the last one first
			p.message(waiting[i], "MSGF", encoded(t, &ua.ActivateSessionResponse{ResponseHeader: header(0), ServerNonce: []byte{waiting[i].body[0]}}))
		}
	}))))
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			if err := ask(t, c); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestRefusalsAreStatusCodes(t *testing.T) {
	c := connect(t, config(listen(t, answer(func(p *peer, r request) {
		p.message(r, "MSGF", encoded(t, &ua.ServiceFault{ResponseHeader: header(ua.StatusBadSessionIDInvalid)}))
	}))))
	err := ask(t, c)
	if !errors.Is(err, Status(ua.StatusBadSessionIDInvalid)) || err.Error() != "BadSessionIdInvalid" {
		t.Errorf("a fault gives %v", err)
	}
	if c.Err() != nil {
		t.Errorf("and ends the channel: %v", c.Err())
	}
}

// TestBadRepliesEndTheRequestOrTheChannel holds for everything that a server may send.
func TestBadRepliesEndTheRequestOrTheChannel(t *testing.T) {
	diagnostics := bytes.Repeat([]byte{0x40}, maxStruct-100)
	wrong := func(body ...byte) func(*peer, request) {
		resp := &ua.ActivateSessionResponse{ResponseHeader: header(0)}
		start := encoded(t, resp)
		start = start[:len(start)-12] // without its three empty arrays
		return func(p *peer, r request) { p.long(r, append(bytes.Clone(start), body...)) }
	}
	for name, say := range map[string]func(*peer, request){
		"another response": func(p *peer, r request) {
			p.message(r, "MSGF", encoded(t, &ua.CloseSessionResponse{ResponseHeader: header(0)}))
		},
		"no bytes":              func(p *peer, r request) { p.message(r, "MSGF", nil) },
		"half a header":         func(p *peer, r request) { p.message(r, "MSGF", []byte{1, 0, 0xd6, 1, 0, 0}) },
		"a negative length":     wrong(0xFE, 0xFF, 0xFF, 0xFF),
		"a length that lies":    wrong(0xFF, 0xFF, 0xFF, 0x7F),
		"nested diagnostics":    wrong(append([]byte{0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0}, diagnostics...)...),
		"an answer too long":    wrong(make([]byte, maxStruct+1)...),
		"an unknown chunk kind": func(p *peer, r request) { p.message(r, "MSGX", nil) },
		"an abort": func(p *peer, r request) {
			p.message(r, "MSGA", append(u32(uint32(ua.StatusBadResponseTooLarge), 3), "big"...))
		},
		"a sequence number left out": func(p *peer, r request) { p.sequence++; p.message(r, "MSGF", nil) },
		"a sequence number twice":    func(p *peer, r request) { p.sequence--; p.message(r, "MSGF", nil) },
		"two messages at a time": func(p *peer, r request) {
			p.message(r, "MSGC", []byte{1})
			r.id++
			p.message(r, "MSGF", []byte{2})
		},
		"a message without end": func(p *peer, r request) {
			for range maxMessage/chunkSize + 2 {
				p.message(r, "MSGC", make([]byte, chunkSize-24))
			}
		},
		"a farewell": func(p *peer, r request) { p.message(r, "CLOF", nil) },
		"an end":     func(p *peer, _ request) { _ = p.Close() },
	} {
		c := connect(t, config(listen(t, answer(say))))
		if err := ask(t, c); err == nil {
			t.Errorf("%s is taken for an answer", name)
		}
	}
}

func TestLongAnswersComeInChunks(t *testing.T) {
	long := bytes.Repeat([]byte("0123456789"), 100_000)
	c := connect(t, config(listen(t, answer(func(p *peer, r request) {
		p.long(r, append(encoded(t, &ua.ReadResponse{ResponseHeader: header(0)}), long...))
	}))))
	for range 3 {
		var got []byte
		err := c.Ask(short(t), &ua.ReadRequest{}, id.ReadResponse_Encoding_DefaultBinary, func(r *wire.Reader) error {
			got = bytes.Clone(r.Rest())
			return nil
		})
		if err != nil || !bytes.HasSuffix(got, long) {
			t.Fatalf("%d bytes, %v", len(got), err)
		}
		if err := c.Call(short(t), &ua.WriteRequest{}, new(ua.ReadResponse)); err == nil || !strings.Contains(err.Error(), "too long") {
			t.Errorf("as a structure it gives %v", err)
		}
	}
}

func TestLongRequestsGoInChunks(t *testing.T) {
	var got []byte
	c := connect(t, config(listen(t, func(p *peer) {
		p.read()
		p.chunk("ACKF", u32(0, minChunkSize, minChunkSize, 0, 10))
		r, ok := p.read()
		for p.grant(r); ok; {
			if r, ok = p.read(); r.kind != "MSG" {
				return
			}
			if len(r.body)+24 > minChunkSize {
				t.Errorf("a chunk of %d bytes", len(r.body)+24)
			}
			if got = append(got, r.body...); len(got) > 50_000 {
				p.message(r, "MSGF", encoded(t, &ua.WriteResponse{ResponseHeader: header(0)}))
			}
		}
	})))
	text := strings.Repeat("x", 50_000)
	req := func(n int) *ua.WriteRequest {
		return &ua.WriteRequest{NodesToWrite: []*ua.WriteValue{{NodeID: ua.NewTwoByteNodeID(1), IndexRange: text[:n], Value: &ua.DataValue{}}}}
	}
	if err := c.Call(short(t), req(50_000), new(ua.WriteResponse)); err != nil || !bytes.Contains(got, []byte(text)) {
		t.Fatalf("%d bytes arrive, %v", len(got), err)
	}
	big := req(0)
	for range 3 {
		big.NodesToWrite = append(big.NodesToWrite, req(50_000).NodesToWrite...)
	}
	if err := c.Call(short(t), big, new(ua.WriteResponse)); err == nil || c.Err() != nil {
		t.Errorf("a request longer than the server takes gives %v, and ends the channel: %v", err, c.Err())
	}
}

// TestKeysAreRenewedInTime also holds what waits while they are.
func TestKeysAreRenewedInTime(t *testing.T) {
	var mu sync.Mutex
	renewals, early := 0, 0
	c := connect(t, config(listen(t, func(p *peer) {
		p.lifetime = 3 * minLifetime // a busy machine has the time to answer
		if !p.open() {
			return
		}
		for r, ok := p.read(); ok; r, ok = p.read() {
			switch r.kind {
			case "OPN":
				_ = p.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
				if _, ok := p.read(); ok { // nothing may come until the answer has gone out
					mu.Lock()
					early++
					mu.Unlock()
				}
				_ = p.SetReadDeadline(time.Time{})
				p.grant(r)
				mu.Lock()
				renewals++
				mu.Unlock()
			case "MSG":
				p.message(r, "MSGF", encoded(t, &ua.ActivateSessionResponse{ResponseHeader: header(0)}))
			}
		}
	})))
	for renewed := 0; renewed < 2; {
		if err := ask(t, c); err != nil { // among them those that fall into a renewal
			t.Fatal(err)
		}
		mu.Lock()
		renewed = renewals
		mu.Unlock()
	}
	mu.Lock()
	defer mu.Unlock()
	if early != 0 {
		t.Errorf("%d requests in between", early)
	}
}

func TestRenewalThatIsNotAnsweredEndsTheChannel(t *testing.T) {
	c := connect(t, config(listen(t, func(p *peer) {
		p.lifetime = minLifetime
		p.open()
		for _, ok := p.read(); ok; _, ok = p.read() {
		}
	})))
	select {
	case <-c.Done():
		if !strings.Contains(c.Err().Error(), "renew") {
			t.Errorf("it ends with %v", c.Err())
		}
	case <-short(t).Done():
		t.Error("the channel lives on")
	}
}

func TestWhoWaitsIsToldWhenTheChannelEnds(t *testing.T) {
	asked, once := make(chan struct{}), sync.Once{}
	c := connect(t, config(listen(t, answer(func(*peer, request) { once.Do(func() { close(asked) }) }))))
	got := make(chan error, 1)
	if err := c.Post(&ua.PublishRequest{}, 0, func(r Reply) { got <- r.Err }); err != nil {
		t.Fatal(err)
	}
	<-asked
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := c.Call(ctx, &ua.PublishRequest{}, new(ua.PublishResponse)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("no answer gives %v", err)
	}
	if c.Silence() < 10*time.Millisecond {
		t.Errorf("silence of %v", c.Silence())
	}
	c.Close(t.Context())
	if err := <-got; !errors.Is(err, ErrEnded) {
		t.Errorf("the end gives %v", err)
	}
	if err := c.Post(&ua.PublishRequest{}, 0, func(Reply) { t.Error("called after the end") }); !errors.Is(err, ErrEnded) {
		t.Errorf("after the end, a request gives %v", err)
	}
}

func TestAddress(t *testing.T) {
	for endpoint, want := range map[string]string{
		"opc.tcp://press-1:4841/line":  "press-1:4841",
		"opc.tcp://10.0.0.5":           "10.0.0.5:4840",
		"opc.tcp://[fe80::1]:4840":     "[fe80::1]:4840",
		"http://press-1:4840":          "",
		"press-1:4840":                 "",
		"opc.tcp://":                   "",
		"opc.tcp://press-1:4840 /line": "",
	} {
		if got, err := Address(endpoint); got != want || (err == nil) != (want != "") {
			t.Errorf("%s is at %q, %v", endpoint, got, err)
		}
	}
}

package machines

import (
	"net"
	"sync/atomic"
	"testing"
	"time"

	"millwright/config"
	"millwright/internal/ot/driver/opcua/pki"
	"millwright/internal/ot/driver/opcua/plantserver"
	"millwright/internal/ot/tag"
)

// A server that names other addresses in what it offers is read where the plant file says, securely too, and nowhere else:
// neither an address that would be allowed nor one that would not is called.
func TestWhatAServerAnnouncesIsNotCalled(t *testing.T) {
	trap, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var called atomic.Int64
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := trap.Accept()
			if err != nil {
				return
			}
			called.Add(1)
			_ = c.Close()
		}
	}()
	t.Cleanup(func() {
		_ = trap.Close()
		<-done
	})
	own := t.TempDir()
	certificate, key, err := pki.Own(own, "urn:press:server", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	pair, err := pki.Load(certificate, key)
	if err != nil {
		t.Fatal(err)
	}
	for _, announced := range []string{"opc.tcp://" + trap.Addr().String(), "opc.tcp://169.254.169.254:80", "http://169.254.169.254/latest", "file:///etc/passwd", "opc.tcp://%zz"} {
		s, err := plantserver.Start(t.Context(), plantserver.Options{
			Listen: "127.0.0.1:0", Namespace: "urn:press", Name: "press", Announce: announced, Nodes: []plantserver.Node{{ID: "press.v", Name: "v", Type: plantserver.Double}},
			Security: &plantserver.Security{Certificate: pair.Certificate.Raw, Key: pair.Key},
		})
		if err != nil {
			t.Fatal(err)
		}
		s.Publish([]tag.Sample{{Tag: 1, Time: time.Now(), Value: tag.FloatValue(1)}})
		folder := t.TempDir()
		m := New(Options{Certificates: folder, Networks: config.Default().OPCUA.Prefixes()})
		open := config.Connection{ID: "press", Driver: "opcua", Endpoint: s.URL(), Policy: "None", Mode: "None"}
		secured := open
		secured.Policy, secured.Mode = "Basic256Sha256", "SignAndEncrypt"
		if f := m.Test(t.Context(), open); !f.OK {
			t.Errorf("%s: an open session: %s %s", announced, f.Words, f.Detail)
		}
		if err := (pki.Store{Dir: folder}).Put(pair.Certificate, pki.Trusted); err != nil {
			t.Fatal(err)
		}
		if f := m.Test(t.Context(), secured); !f.OK {
			t.Errorf("%s: a secured session: %s %s", announced, f.Words, f.Detail)
		}
		m.Close()
		_ = s.Close()
	}
	if n := called.Load(); n > 0 {
		t.Errorf("what was announced was called %d times", n)
	}
}

package web_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"millwright/internal/ot/collect"
	"millwright/internal/ot/driver/opcua/plantserver"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/web"
)

// sessions are how connections are doing.
type sessions []collect.Status

func (s *sessions) Connections() []collect.Status { return *s }

func connectedBy(s *sessions) option { return func(d *web.Deps) { d.Sessions = s } }

// hostile is a name that would do harm if it were taken for markup.
const hostile = `<script>alert(1)</script>`

// machine is an OPC UA server that everybody may read.
func (w *world) machine(nodes int, secured bool) *plantserver.Server {
	w.t.Helper()
	t := w.t
	o := plantserver.Options{Listen: "127.0.0.1:0", Namespace: "urn:press", Name: "press"}
	for i := range nodes {
		o.Nodes = append(o.Nodes, plantserver.Node{ID: fmt.Sprintf("press.v%d", i), Path: []string{"press"}, Name: fmt.Sprintf("Value %d", i), Type: plantserver.Double})
	}
	o.Nodes = append(o.Nodes,
		plantserver.Node{ID: "press.StateCurrent", Path: []string{"unit"}, Name: "StateCurrent", Type: plantserver.Int32},
		plantserver.Node{ID: "press.bad", Path: []string{"unit"}, Name: hostile, Type: plantserver.Double},
		plantserver.Node{ID: "press.none", Path: []string{"unit"}, Name: "日本", Type: plantserver.Double})
	if secured {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			t.Fatal(err)
		}
		u, _ := url.Parse("urn:press:server")
		template := &x509.Certificate{
			SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: hostile}, URIs: []*url.URL{u},
			NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
			KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment | x509.KeyUsageKeyEncipherment | x509.KeyUsageDataEncipherment,
		}
		der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
		if err != nil {
			t.Fatal(err)
		}
		o.Security = &plantserver.Security{Certificate: der, Key: key}
	}
	s, err := plantserver.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		w.machines.Close() // the server waits long for clients that stay
		_ = s.Close()
	})
	s.Publish([]tag.Sample{{Tag: 1, Time: time.Now(), Value: tag.FloatValue(12.5)}})
	return s
}

// connected puts a connection into the draft.
func (b *browser) connected(t *testing.T, id, endpoint, security, password string) {
	t.Helper()
	a := b.post("/admin/new-connection", url.Values{"id": {id}, "endpoint": {endpoint}, "security": {security}, "user": {userOf(password)}, "password": {password}})
	if a.status != http.StatusSeeOther || a.header.Get("Location") != "/admin/connections/"+id+"?done=drafted" {
		t.Fatalf("%d %.300s", a.status, a.body)
	}
}

func userOf(password string) string {
	if password == "" {
		return ""
	}
	return "mill"
}

// mustSay looks for words on a page and shows only its beginning when they are not there.
func (a answer) mustSay(t *testing.T, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(a.body, w) {
			t.Errorf("the page (%d) does not say %q: %.300s", a.status, w, a.body)
		}
	}
	if strings.Contains(a.body, hostile) {
		t.Error("a name is markup on the page")
	}
}

func TestAConnectionIsDraftedTestedPublishedAndSwitched(t *testing.T) {
	st := &sessions{}
	w := newWorld(t, connectedBy(st))
	w.user("Ada", plant.Admin)
	ada, m := w.signedIn("Ada"), w.machine(3, false)
	ada.connected(t, "press", m.URL(), "None/None", "")
	ada.get("/admin/connections").mustSay(t, "In the draft only", "press")
	ada.post("/admin/connections/press/test", nil).mustSay(t, "It works")
	version := ada.get("/admin/plant").hidden("version")
	if a := ada.post("/admin/plant/publish", url.Values{"version": {version}, "why": {"a new press"}}); a.status != http.StatusSeeOther {
		t.Fatalf("%d", a.status)
	}
	*st = sessions{{Connection: "press", Phase: collect.Waiting, LastError: "connect to " + hostile, RetryAt: w.clock.now().Add(3 * time.Second), Losses: 2}}
	ada.get("/admin/connections").mustSay(t, "Waiting", "in 3 s", "connect to &lt;script")

	page := ada.get("/admin/connections/press") // somebody's work that is not done yet
	if a := ada.post("/admin/connections/press", url.Values{"seal": {page.hidden("seal")}, "endpoint": {m.URL() + "/x"}, "security": {"None/None"}}); a.status != http.StatusSeeOther {
		t.Fatalf("%d %.300s", a.status, a.body)
	}
	if a := ada.post("/admin/connections/press/disable", nil); a.status != http.StatusSeeOther {
		t.Fatalf("%d %.300s", a.status, a.body)
	}
	head, err := w.book.Head(t.Context())
	if err != nil || head.Number != 3 || !strings.Contains(head.Text, "disabled: true") || strings.Contains(head.Text, "/x") || head.Why != "connection press disabled" {
		t.Errorf("%d %q %v", head.Number, head.Why, err)
	}
	draft, err := w.book.Draft(t.Context())
	if err != nil || draft.Base != 3 || !strings.Contains(draft.Text, "disabled: true") || !strings.Contains(draft.Text, "/x") {
		t.Errorf("the draft does not go on: base %d, %v", draft.Base, err)
	}
	*st = sessions{{Connection: "press", Phase: collect.Stopped, Disabled: true}}
	ada.get("/admin/connections/press").mustSay(t, "Enable")
	if a := ada.post("/admin/connections/press/enable", nil); a.status != http.StatusSeeOther {
		t.Fatalf("%d", a.status)
	}
	if head, err = w.book.Head(t.Context()); err != nil || strings.Contains(head.Text, "disabled") {
		t.Errorf("still disabled: %v", err)
	}
}

func TestATypedPasswordIsSealedAndNeverShown(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	const secret = "hunter2-hunter2"
	ada.connected(t, "press", "opc.tcp://127.0.0.1:1", "None/None", secret)
	page := ada.get("/admin/connections/press")
	page.mustSay(t, "One is set")
	draft, err := w.book.Draft(t.Context())
	if err != nil || !strings.Contains(draft.Text, "${sealed:") {
		t.Errorf("the draft does not name the sealed password: %v", err)
	}
	first := draft.Text
	form := url.Values{"seal": {page.hidden("seal")}, "endpoint": {"http://x"}, "security": {"None/None"}, "user": {"mill"}, "password": {secret}}
	again := ada.post("/admin/connections/press", form)
	if again.status != http.StatusUnprocessableEntity {
		t.Errorf("%d", again.status)
	}
	again.mustSay(t, "is no OPC UA endpoint", "http://x")
	form["endpoint"], form["password"] = []string{"opc.tcp://127.0.0.1:2"}, []string{""}
	if a := ada.post("/admin/connections/press", form); a.status != http.StatusSeeOther {
		t.Fatalf("%d %.300s", a.status, a.body)
	}
	if draft, err = w.book.Draft(t.Context()); err != nil || between(draft.Text, "${sealed:", "}") != between(first, "${sealed:", "}") {
		t.Errorf("an empty field changed the password: %v", err)
	}
	a := ada.drafted(t, strings.Replace(draft.Text, "user: mill", "user: mill2", 1)+"\n")
	if a.status != http.StatusSeeOther {
		t.Fatalf("%d %.300s", a.status, a.body)
	}
	for _, path := range []string{"/admin/connections", "/admin/connections/press", "/admin/plant", "/admin/plant/edit", "/admin/plant/file"} {
		if strings.Contains(ada.get(path).body, secret) {
			t.Errorf("%s shows the password", path)
		}
	}
	if strings.Contains(again.body, secret) || strings.Contains(w.log.String(), secret) || strings.Contains(draft.Text, secret) {
		t.Error("the password stands in the log, the draft, or a form that is shown again")
	}
}

func TestATestSaysWhatIsWrongAndWhatToDo(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	open, secured := w.machine(1, false), w.machine(1, true)
	for i, c := range []struct{ endpoint, security, want, next string }{
		{"opc.tcp://127.0.0.1:1", "None/None", "nothing listens at this port", "4840"},
		{"opc.tcp://no-such-name.invalid:4840", "None/None", "means no address here", "IP address"},
		{"opc.tcp://169.254.169.254:80", "None/None", "in none of the networks", "opcua.networks"},
		{open.URL(), "Basic256Sha256/Sign", "does not offer security Basic256Sha256/Sign", "None/None"},
		{secured.URL(), "Basic256Sha256/SignAndEncrypt", "certificate is not known yet", "/admin/certificates"},
	} {
		id := fmt.Sprintf("c%d", i)
		ada.connected(t, id, c.endpoint, c.security, "")
		ada.post("/admin/connections/"+id+"/test", nil).mustSay(t, c.want, c.next, "Technical")
	}
	page := ada.get("/admin/certificates")
	page.mustSay(t, "Waiting for you", "&lt;script")
	print := between(page.body, `action="/admin/certificates/machine/`, `"`)
	judge := func(shelf, step string) int {
		return ada.post("/admin/certificates/machine/"+print, url.Values{"shelf": {shelf}, "step": {step}}).status
	}
	if judge("rejected", "refuse") != http.StatusSeeOther {
		t.Fatal("it cannot be refused")
	}
	ada.post("/admin/connections/c4/test", nil).mustSay(t, "a person here has refused it")
	if judge("refused", "trust") != http.StatusSeeOther {
		t.Fatal("it cannot be trusted")
	}
	ada.post("/admin/connections/c4/test", nil).mustSay(t, "It works")
	if judge("trusted", "remove") != http.StatusSeeOther || judge("trusted", "remove") != http.StatusNotFound || judge("../own", "trust") != http.StatusUnprocessableEntity {
		t.Error("removed twice, or from a list that is none")
	}
}

func TestOurCertificateIsShownGivenAndRenewed(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	before := ada.get("/admin/certificates/own")
	if c, err := x509.ParseCertificate([]byte(before.body)); err != nil || c.URIs[0].String() != "urn:millwright" {
		t.Fatalf("downloaded no certificate: %v", err)
	}
	if a := ada.post("/admin/certificates/renew", url.Values{"why": {""}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("renewed without a reason: %d", a.status)
	}
	if a := ada.post("/admin/certificates/renew", url.Values{"why": {"the key was seen"}}); a.status != http.StatusSeeOther {
		t.Fatalf("%d %.300s", a.status, a.body)
	}
	if after := ada.get("/admin/certificates/own"); after.body == before.body {
		t.Error("it is the same certificate")
	}
	if err := os.WriteFile(filepath.Join(w.folder, "own", "certificate.der"), []byte("broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	ada.get("/admin/certificates").mustSay(t, "bring both files of certificates/own", "Waiting for you")
}

func TestTheSecondOfTwoWhoChangeAConnectionSeesBothVersions(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	w.user("Eve", plant.Admin)
	ada, eve := w.signedIn("Ada"), w.signedIn("Eve")
	ada.connected(t, "press", "opc.tcp://127.0.0.1:1", "None/None", "")
	first, second := ada.get("/admin/connections/press"), eve.get("/admin/connections/press")
	put := func(b *browser, page answer, endpoint string) answer {
		return b.post("/admin/connections/press", url.Values{"seal": {page.hidden("seal")}, "endpoint": {endpoint}, "security": {"None/None"}})
	}
	if a := put(ada, first, "opc.tcp://127.0.0.1:2"); a.status != http.StatusSeeOther {
		t.Fatalf("%d", a.status)
	}
	a := put(eve, second, "opc.tcp://127.0.0.1:3")
	if a.status != http.StatusUnprocessableEntity {
		t.Errorf("%d", a.status)
	}
	a.mustSay(t, "127.0.0.1:2", "127.0.0.1:3")
	if b := eve.post("/admin/connections/press/remove", url.Values{"seal": {second.hidden("seal")}}); b.status != http.StatusUnprocessableEntity {
		t.Errorf("removed what was changed meanwhile: %d", b.status)
	}
	if a = put(eve, a, "opc.tcp://127.0.0.1:3"); a.status != http.StatusSeeOther {
		t.Errorf("%d", a.status)
	}
	if b := eve.post("/admin/connections/press/remove", url.Values{"seal": {eve.get("/admin/connections/press").hidden("seal")}}); b.status != http.StatusSeeOther {
		t.Errorf("%d", b.status)
	}
	if b := eve.get("/admin/connections/press"); b.status != http.StatusNotFound {
		t.Errorf("%d", b.status)
	}
}

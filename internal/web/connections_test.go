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
	"reflect"
	"strings"
	"testing"
	"time"

	"millwright/config"
	"millwright/internal/errs"
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
		o.Nodes = append(o.Nodes, plantserver.Node{ID: fmt.Sprintf("press.v%d", i), Path: []string{"press"}, Name: fmt.Sprintf("Value %d", i), Type: plantserver.Double, Unit: "CEL"})
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
	a := b.post("/admin/new-connection", url.Values{"id": {id}, "endpoint": {endpoint}, "security": {security}, "sign_in": {signInOf(password)}, "user": {"mill"}, "password": {password}})
	if a.status != http.StatusSeeOther || a.header.Get("Location") != "/admin/connections/"+id+"?done=drafted" {
		t.Fatalf("%d %.300s", a.status, a.body)
	}
}

func signInOf(password string) string {
	if password == "" {
		return "anonymous"
	}
	return "name"
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
	t.Parallel()
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
	*st = sessions{{Connection: "press", Phase: collect.Waiting, LastError: "connect to " + hostile, RetryAt: w.clock.now().Add(3 * time.Second), Losses: 2, Overflows: 1234}}
	ada.get("/admin/connections").mustSay(t, "Waiting", "in 3 s", "connect to &lt;script", "Sessions lost", "Values lost", "at least 1234")

	*st = sessions{{Connection: "press", Phase: collect.Degraded, Tags: 40, Bad: 3, FirstBad: hostile, Limit: 10, Merging: true, Merged: 7}}
	ada.get("/admin/connections").mustSay(t, "Degraded", "3 of 40 tags are bad, first &lt;script", "more than 10 values a second")
	*st = sessions{{Connection: "press", Phase: collect.Idle}}
	ada.get("/admin/connections").mustSay(t, "Idle")
	*st = append(*st, collect.Status{Connection: "other", Phase: collect.Waiting, LastError: "somebody else's"})
	(*st)[0] = collect.Status{Connection: "press", Phase: collect.Waiting, LastError: "connect to " + hostile, RetryAt: w.clock.now().Add(3 * time.Second), LastSample: w.clock.now().Add(-2 * time.Minute)}
	own := ada.get("/admin/connections/press")
	own.mustSay(t, `data-panel="admin/connections/press"`, "Waiting", "in 3 s", "connect to &lt;script", "age 2")
	if strings.Contains(own.body, "somebody else") {
		t.Error("the page of a connection shows another's state")
	}
	(*st)[0] = collect.Status{Connection: "press", Phase: collect.Active, Rate: 12.5, Rated: true}
	ada.get("/admin/connections/press").mustSay(t, "Active", "12.5")

	page := ada.get("/admin/connections/press") // somebody's work that is not done yet
	if a := ada.post("/admin/connections/press", url.Values{"seal": {page.hidden("seal")}, "endpoint": {m.URL() + "/x"}, "security": {"None/None"}, "sign_in": {"anonymous"}}); a.status != http.StatusSeeOther {
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

func TestAConnectionHasLimits(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	form := url.Values{
		"id": {"press"}, "endpoint": {"opc.tcp://127.0.0.1:1"}, "security": {"None/None"}, "sign_in": {"anonymous"},
		"limits.values": {"500"}, "limits.interval": {"0,25"}, "limits.batch": {"50"},
	}
	if a := ada.post("/admin/new-connection", form); a.status != http.StatusSeeOther {
		t.Fatalf("%d %.300s", a.status, a.body)
	}
	d := theDraft(t, w)
	if got, want := d.Connections[len(d.Connections)-1].Limits, (config.Limits{Values: 500, Interval: 250 * time.Millisecond, Batch: 50}); got != want {
		t.Errorf("%+v", got)
	}
	ada.get("/admin/connections/press").mustSay(t, `value="500"`, `value="0.25"`, `value="50"`)
	form.Set("id", "other")
	for field, wrong := range map[string]string{"limits.values": "many", "limits.interval": "-1", "limits.batch": "20000"} {
		was := form.Get(field)
		form.Set(field, wrong)
		a := ada.post("/admin/new-connection", form)
		if a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s %s: %d", field, wrong, a.status)
		}
		a.mustSay(t, `value="`+wrong+`"`, `id="`+field+`-fault"`)
		form.Set(field, was)
	}
}

func TestAllThatIsWrongWithAConnectionIsToldAtOnce(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	spoilt := url.Values{"id": {"Bad Id"}, "endpoint": {"http://x"}, "security": {"rot13"}, "sign_in": {"name"}, "password": {"${sealed:x}"}, "limits.values": {"many"}, "limits.interval": {"soon"}, "limits.batch": {"20000"}}
	fields := []string{"id", "endpoint", "security", "user", "password", "limits.values", "limits.interval", "limits.batch"}
	check := func(path string, fields []string) {
		t.Helper()
		a := ada.post(path, spoilt)
		if a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", path, a.status)
		}
		for _, f := range fields {
			a.mustSay(t, `href="#`+f+`"`, `id="`+f+`-fault"`)
			if n := strings.Count(a.body, `href="#`+f+`"`); n > 1 {
				t.Errorf("%s: %s is told %d times", path, f, n)
			}
		}
		a.mustSay(t, `value="many"`, `value="soon"`, `value="http://x"`)
	}
	check("/admin/new-connection", fields)
	ada.connected(t, "press", "opc.tcp://127.0.0.1:1", "None/None", "")
	was := theDraft(t, w)
	spoilt.Set("seal", ada.get("/admin/connections/press").hidden("seal"))
	check("/admin/connections/press", fields[1:])
	if d := theDraft(t, w); len(d.Connections) != len(was.Connections) || d.Connections[len(d.Connections)-1].Endpoint != "opc.tcp://127.0.0.1:1" {
		t.Errorf("half of it is kept: %+v", d.Connections)
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
	form := url.Values{"seal": {page.hidden("seal")}, "endpoint": {"http://x"}, "security": {"None/None"}, "sign_in": {"name"}, "user": {"mill"}, "password": {secret}}
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
	nameless := "opc.tcp://" + strings.Repeat("machine-", 8) + "1:4840" // too long for a name: no network is asked about it
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	open, secured := w.machine(1, false), w.machine(1, true)
	for i, c := range []struct{ endpoint, security, want, next string }{
		{"opc.tcp://127.0.0.1:1", "None/None", "nothing listens at this port", "4840"},
		{nameless, "None/None", "means no address here", "IP address"},
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
	download := func(shelf string) {
		t.Helper()
		ada.get("/admin/certificates").mustSay(t, `href="/admin/certificates/machine/`+print+`"`)
		a := ada.get("/admin/certificates/machine/" + print)
		c, err := x509.ParseCertificate([]byte(a.body))
		if err != nil || c.Subject.CommonName != hostile || a.header.Get("Content-Disposition") != `attachment; filename="machine-`+print+`.der"` {
			t.Errorf("the download of one that is %s: %d %v %s", shelf, a.status, err, a.header.Get("Content-Disposition"))
		}
	}
	download("pending")
	judge := func(shelf, step string) int {
		return ada.post("/admin/certificates/machine/"+print, url.Values{"shelf": {shelf}, "step": {step}, "why": {step + ": compared on the panel"}}).status
	}
	long := strings.Repeat("x", 501)
	if a := ada.post("/admin/certificates/machine/"+print, url.Values{"shelf": {"rejected"}, "step": {"trust"}, "why": {long}}); a.status != http.StatusUnprocessableEntity || strings.Count(a.body, long) != 1 || strings.Count(a.body, `id="why"`) != 1 {
		t.Errorf("a long reason: %d", a.status)
	}
	if judge("rejected", "refuse") != http.StatusSeeOther {
		t.Fatal("it cannot be refused")
	}
	download("refused")
	ada.post("/admin/connections/c4/test", nil).mustSay(t, "a person here has refused it")
	if judge("refused", "trust") != http.StatusSeeOther {
		t.Fatal("it cannot be trusted")
	}
	download("trusted")
	ada.post("/admin/connections/c4/test", nil).mustSay(t, "It works")
	if judge("trusted", "remove") != http.StatusSeeOther || judge("trusted", "remove") != http.StatusNotFound || judge("../own", "trust") != http.StatusUnprocessableEntity {
		t.Error("removed twice, or from a list that is none")
	}
	for _, gone := range []string{print, "..%2fown", "own"} {
		if a := ada.get("/admin/certificates/machine/" + gone); a.status != http.StatusNotFound || strings.Contains(a.header.Get("Content-Disposition"), "attachment") {
			t.Errorf("%s is given: %d", gone, a.status)
		}
	}
	for what, step := range map[string]string{"certificate.refused": "refuse", "certificate.trusted": "trust", "certificate.remove": "remove"} {
		if told := w.trail(what); len(told) != 1 || told[0].Why != step+": compared on the panel" || told[0].On != "certificate "+print {
			t.Errorf("%s is audited as %+v", what, told)
		}
	}
}

// What is typed is tested, not what was kept; it stays in the form, and nothing of it is kept.
func TestATestIsOfWhatIsTyped(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	ada, m := w.signedIn("Ada"), w.machine(1, false)
	ada.connected(t, "press", "opc.tcp://127.0.0.1:1", "None/None", "hunter2-hunter2")
	was := theDraft(t, w)
	const at, test = "/admin/connections/press", "/admin/connections/press/test"
	page := ada.get(at)
	page.mustSay(t, `formaction="`+test+`#found"`)
	form := page.form(t, at)
	form.Set("endpoint", "opc.tcp://127.0.0.1:2")
	ada.post(test, form).mustSay(t, "nothing listens at this port", "127.0.0.1:2", `value="opc.tcp://127.0.0.1:2"`)
	form.Set("endpoint", m.URL())
	form.Set("sign_in", "anonymous")
	form.Set("limits.batch", "7")
	a := ada.post(test, form)
	a.mustSay(t, "It works", `value="`+m.URL()+`"`, `value="7"`)
	if a.status != http.StatusOK || a.hidden("seal") != page.hidden("seal") {
		t.Errorf("%d", a.status)
	}
	form.Set("sign_in", "name")
	form.Set("password", "hunter3-hunter3")
	a = ada.post(test, form)
	a.mustSay(t, "not shown again")
	if strings.Contains(a.body, "hunter3") || strings.Contains(w.log.String(), "hunter3") {
		t.Error("the typed password is shown")
	}
	form.Set("endpoint", "http://x")
	form.Set("limits.values", "many")
	a = ada.post(test, form)
	a.mustSay(t, `href="#endpoint"`, `href="#limits.values"`, `value="http://x"`)
	if now := theDraft(t, w); a.status != http.StatusUnprocessableEntity || !reflect.DeepEqual(now, was) {
		t.Errorf("%d, or something is kept: %+v", a.status, now.Connections)
	}
}

// Who adds a connection tests it before it is kept.
func TestANewConnectionIsTestedBeforeItIsKept(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	ada, m := w.signedIn("Ada"), w.machine(1, false)
	const at, test = "/admin/new-connection", "/admin/new-connection/test"
	page := ada.get(at)
	page.mustSay(t, `formaction="`+test+`#found"`)
	form := page.form(t, at)
	form.Set("id", "press")
	form.Set("endpoint", "opc.tcp://127.0.0.1:2")
	ada.post(test, form).mustSay(t, "nothing listens at this port", `value="opc.tcp://127.0.0.1:2"`, `value="press"`)
	form.Set("endpoint", m.URL())
	form.Set("limits.batch", "7")
	a := ada.post(test, form)
	a.mustSay(t, "It works", `value="press"`, `value="`+m.URL()+`"`, `value="7"`, `action="`+at+`"`)
	form.Set("sign_in", "name")
	form.Set("user", "mill")
	form.Set("password", "hunter3-hunter3")
	a = ada.post(test, form)
	a.mustSay(t, "not shown again")
	if strings.Contains(a.body, "hunter3") || strings.Contains(w.log.String(), "hunter3") {
		t.Error("the typed password is shown")
	}
	for id, endpoint := range map[string]string{"Press!": m.URL(), "": m.URL(), "press": "http://x"} {
		form.Set("id", id)
		form.Set("endpoint", endpoint)
		if a := ada.post(test, form); a.status != http.StatusUnprocessableEntity {
			t.Errorf("%q at %s: %d %.300s", id, endpoint, a.status, a.body)
		}
	}
	if _, err := w.book.Draft(t.Context()); errs.KindOf(err) != errs.NotFound {
		t.Errorf("a test keeps something: %v", err)
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
	if a := ada.post("/admin/certificates/renew", url.Values{"renew-why": {""}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("renewed without a reason: %d", a.status)
	}
	if a := ada.post("/admin/certificates/renew", url.Values{"renew-why": {"the key was seen"}}); a.status != http.StatusSeeOther {
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
		return b.post("/admin/connections/press", url.Values{"seal": {page.hidden("seal")}, "endpoint": {endpoint}, "security": {"None/None"}, "sign_in": {"anonymous"}})
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

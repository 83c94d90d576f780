package accessfile_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"millwright/internal/access"
	"millwright/internal/access/accessfile"
	"millwright/internal/access/rotation"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/revision/consent"
)

// inForce is a state with something of everything.
func inForce(t testing.TB) accessfile.State {
	t.Helper()
	return accessfile.State{
		Users: []access.User{
			{ID: 1, Name: "Ada", Hash: "$argon2id$hunter2", Role: plant.Admin, Owner: plant.OT, Duties: plant.Planner | plant.Sales, Version: 3},
			{ID: 2, Name: "Bert", Hash: "$argon2id$hunter3", Grants: []plant.Grant{{At: "ulm/hall", Role: plant.Operator}}, Version: 1},
			{ID: 3, Name: "Cleo", Issuer: "https://login.example", Subject: "c-1", Role: plant.Viewer, Disabled: true, Version: 1},
		},
		Tokens: []access.Token{
			{ID: 1, Name: "orders", Hash: [32]byte{1}, Role: plant.Manager, Scopes: []access.Scope{access.Read, access.WriteJobs}, At: []plant.Place{"ulm"}},
			{ID: 2, Name: "screen", Hash: [32]byte{2}, Role: plant.Display, Page: "/wall/line/one"},
			{ID: 4, Name: "screen", Hash: [32]byte{4}, Role: plant.Display, Page: "/wall/hall/hall", Turns: rotation.Rotation{
				Turns: []rotation.Turn{{Page: "/wall/hall/hall", For: 20 * time.Second}, {Page: "/wall/line/one", For: time.Minute}}, Calls: true,
			}},
		},
		Rules:        consent.Rules{Version: 2, Need: map[consent.Kind]plant.Side{consent.Rates: plant.OT}},
		Certificates: []accessfile.Certificate{shown(t, "press", accessfile.Trusted), shown(t, "oven", accessfile.Waiting)},
	}
}

var key, _ = rsa.GenerateKey(rand.Reader, 2048)

func shown(t testing.TB, name string, shelf accessfile.Shelf) accessfile.Certificate {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(int64(len(name))), Subject: pkix.Name{CommonName: name}, NotAfter: time.Unix(2e9, 0)}
	der, err := x509.CreateCertificate(nil, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return accessfile.CertificateOf(c, shelf)
}

func textOf(t testing.TB, s accessfile.State) string {
	t.Helper()
	text, err := s.Text()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// compare reads a text and compares it.
func compare(now accessfile.State, text string, prune bool) (accessfile.Plan, error) {
	a, err := accessfile.Parse("access.yaml", []byte(text))
	if err != nil {
		return accessfile.Plan{}, err
	}
	return accessfile.Compare(now, "access.yaml", a, prune)
}

func TestWhatIsWrittenIsWhatIsInForceAndHoldsNoSecret(t *testing.T) {
	now := inForce(t)
	text := textOf(t, now)
	if !accessfile.Is([]byte(text)) || strings.Contains(text, "hunter") || strings.Contains(text, "oven") || strings.Contains(text, "PRIVATE") {
		t.Errorf("%s", text)
	}
	for _, prune := range []bool{false, true} {
		if p, err := compare(now, text, prune); err != nil || !p.Same() || p.Before != p.After {
			t.Errorf("%+v %v", p.Changes, err)
		}
	}
	empty := textOf(t, accessfile.State{})
	if p, err := compare(accessfile.State{}, empty, true); err != nil || !p.Same() {
		t.Errorf("%s: %+v %v", empty, p.Changes, err)
	}
}

// What is put in force elsewhere is written there in the same way.
func TestATextMakesTheSameElsewhere(t *testing.T) {
	text := textOf(t, inForce(t))
	p, err := compare(accessfile.State{}, text, false)
	if err != nil || p.After != text {
		t.Fatalf("%v: %s\n%s", err, p.After, text)
	}
	for _, u := range p.Users {
		if u.ID != 0 || u.Hash != "" {
			t.Errorf("%+v", u)
		}
	}
	for _, n := range p.New {
		if !n.Keyless() {
			t.Errorf("%+v has a secret", n)
		}
	}
	if len(p.Users) != 3 || p.Users[0].Name != "Ada" || len(p.New) != 3 || p.Rules == nil || len(p.Certificates) != 1 {
		t.Errorf("%+v", p)
	}
}

func TestWhatATextChanges(t *testing.T) {
	now := inForce(t)
	for _, c := range []struct {
		text  string
		prune bool
		tells []string // each change, in order
	}{
		{text: "{}"},
		{text: "{people: [{name: Ada, role: admin, duties: [sales, planner], owner: OT}]}"},
		{text: "{people: [{name: Ada, role: manager}]}", tells: []string{"Ada was admin, planner sales, owner for OT, becomes manager"}},
		{text: "{people: [{name: Ada, role: admin, duties: [planner, sales], owner: OT, disabled: true}]}", tells: []string{"Ada is disabled"}},
		{text: "{people: [{name: Cleo, role: viewer}]}", tells: []string{"Cleo may come in again; is no longer vouched for by https://login.example, and comes in once an admin has given a password"}},
		{text: "{people: [{name: Bert, issuer: \"https://login.example\", subject: b-1}]}", tells: []string{"Bert was no role in the whole plant, operator at ulm/hall, becomes no role in the whole plant; comes in by the provider https://login.example alone"}},
		{text: "{people: [{name: Dora, role: operator, grants: {ulm: manager}}]}", tells: []string{"Dora is added: operator, manager at ulm; comes in once an admin has given a password on the page People"}},
		{text: "{people: []}", prune: true, tells: []string{"Ada is disabled: the text does not name this person", "Bert is disabled: the text does not name this person"}},
		{text: "{people: []}"},
		{text: "{programs: [{name: orders, scopes: [jobs:write, read]}]}", tells: []string{"program orders was read jobs:write at ulm, becomes read jobs:write; its secret stays"}},
		{text: "{programs: [{name: orders, absent: true}, {name: nobody, absent: true}]}", tells: []string{"program orders is revoked for ever: its secret works no more"}},
		{text: "{programs: []}", prune: true, tells: []string{"program orders is revoked for ever: the text does not name it"}},
		{text: "{programs: [{name: scales, scopes: [samples:write]}]}", tells: []string{"program scales is added: samples:write; it works once its secret is made on the page Tokens"}},
		{text: "{displays: [{name: screen, absent: true}, {name: screen, page: /wall/line/one}]}", tells: []string{
			"display screen is revoked for ever: its secret works no more",
			"display screen was shows /wall/hall/hall=20 /wall/line/one=60 calls, becomes shows /wall/line/one; its secret stays",
		}},
		{text: "{displays: [{name: screen, page: /wall/line/one}]}", prune: true, tells: []string{"display screen is revoked for ever: the text does not name it"}},
		{text: "{certificates: []}", prune: true, tells: []string{"certificate " + now.Certificates[0].Thumbprint + " is forgotten: it is asked about again (CN=press)"}},
		{text: "{certificates: [{state: trusted, thumbprint: " + now.Certificates[1].Thumbprint + "}]}", tells: []string{"certificate " + now.Certificates[1].Thumbprint + " is trusted (CN=oven)"}},
		{text: "{certificates: [{state: refused, thumbprint: " + now.Certificates[0].Thumbprint + "}, {state: absent, thumbprint: " + now.Certificates[1].Thumbprint + "}]}", tells: []string{"certificate " + now.Certificates[0].Thumbprint + " is refused (CN=press)"}},
		{text: "{rules: {rates: OT and IT}}", tells: []string{"rules of approval ask more"}},
		{text: "{rules: {counters: IT}}", tells: []string{"rules of approval ask fewer: those who lose their say have to agree first"}},
	} {
		p, err := compare(now, "access: "+c.text, c.prune)
		var told []string
		for _, change := range p.Changes {
			told = append(told, change.Thing+" "+change.What)
		}
		if err != nil || fmt.Sprint(told) != fmt.Sprint(c.tells) || p.Same() != (p.Before == p.After) {
			t.Errorf("%s: %v\n got %q\nwant %q", c.text, err, told, c.tells)
			continue
		}
		after, err := accessfile.Parse("after", []byte(p.After))
		if err != nil {
			t.Errorf("%s: what would be in force cannot be read: %v", c.text, err)
		}
		if text, err := after.Text(); err != nil || text != p.After {
			t.Errorf("%s: what would be in force is not written as it is read: %v\n%s", c.text, err, text)
		}
	}
}

func TestWhatIsWrongWithATextIsToldAtItsPlace(t *testing.T) {
	now := inForce(t)
	other := shown(t, "furnace", accessfile.Trusted)
	indented := strings.ReplaceAll(other.PEM, "\n", "\\n")
	for text, want := range map[string]string{
		"access: {people: [{name: Ada, password: hunter2}]}":                                        `key "password" is unknown here`,
		"access: {people: [{name: Ada}], secrets: []}":                                              `key "secrets" is unknown here`,
		"access: {people: {}}":                                                                      "list",
		"access: {people: [Ada]}":                                                                   "group of keys",
		"access: {}\nsites: []":                                                                     `key "sites" is unknown here`,
		"access: {people: [{name: Ada}, {name: ada}]}":                                              "access.people[1].name: ada stands twice",
		"access: {people: [{name: ada, role: admin}]}":                                              "access.people[0].name: the name is written Ada here",
		"access: {people: [{name: \"\", role: viewer}]}":                                            "access.people[0].name: ",
		"access: {people: [{name: Аԁа, role: viewer}]}":                                             "access.people[0].name: It looks like the name of Ada",
		"access: {people: [{name: Eve, role: viewer}, {name: Evе, role: viewer}]}":                  "access.people[1].name: ",
		"access: {people: [{name: Eve, role: display}]}":                                            "access.people[0].role: ",
		"access: {people: [{name: Eve, role: king}]}":                                               "access.people[0].role: ",
		"access: {people: [{name: Eve, role: viewer, owner: OT}]}":                                  "access.people[0].owner: an owner is a manager",
		"access: {people: [{name: Eve, role: admin, owner: OT and IT}]}":                            "access.people[0].owner: ",
		"access: {people: [{name: Eve, subject: x}]}":                                               "access.people[0].subject: issuer and subject go together",
		"access: {people: [{name: Eve, issuer: x, subject: \"ü\"}]}":                                "access.people[0].subject: nobody",
		"access: {people: [{name: Eve, grants: {\"connection:plc\": viewer}}]}":                     "access.people[0].grants: ",
		"access: {people: [{name: Eve, grants: {ulm: nobody}}]}":                                    "access.people[0].grants: ",
		"access: {people: [{name: Eve, role: viewer, duties: [king]}]}":                             "access.people[0].duties: ",
		"access: {people: [{name: Eve, duties: [sales]}]}":                                          "access.people[0].duties: ",
		"access: {programs: [{name: x, scopes: [all]}]}":                                            "access.programs[0].scope: ",
		"access: {programs: [{name: x}]}":                                                           "access.programs[0].scope: ",
		"access: {programs: [{name: x, scopes: [admin], at: [ulm]}]}":                               "access.programs[0].at: ",
		"access: {displays: [{name: x}]}":                                                           "access.displays[0].page: ",
		"access: {displays: [{name: x, page: /admin}]}":                                             "access.displays[0].page: ",
		"access: {displays: [{name: x, turns: [{page: /wall/line/one, seconds: 20}]}]}":             "access.displays[0].page-2: ",
		"access: {certificates: [{state: loved}]}":                                                  "access.certificates[0].state: ",
		"access: {certificates: [{state: waiting}]}":                                                "access.certificates[0].state: ",
		"access: {certificates: [{state: trusted, thumbprint: abc}]}":                               "access.certificates[0].pem: no machine has shown",
		"access: {certificates: [{state: trusted, pem: rubbish}]}":                                  "access.certificates[0].pem: give one certificate alone",
		"access: {certificates: [{state: trusted, pem: \"" + indented + indented + "\"}]}":          "access.certificates[0].pem: give one certificate alone",
		"access: {certificates: [{state: trusted, thumbprint: abc, pem: \"" + indented + "\"}]}":    "access.certificates[0].thumbprint: ",
		"access: {certificates: [{state: trusted, subject: CN=other, pem: \"" + indented + "\"}]}":  "access.certificates[0].subject: the certificate says CN=furnace",
		"access: {certificates: [{state: trusted, pem: \"" + strings.Repeat("A", 70_000) + "\"}]}":  "access.certificates[0].pem: a certificate has 64 kB at most",
		"access: {rules: {rates: everybody}}":                                                       "access.rules.rates: ",
		"access: {rules: {everything: OT}}":                                                         "access.rules: ",
		"access: {people: [" + strings.TrimSuffix(strings.Repeat("{name: x},", 10_001), ",") + "]}": "there are 10000 at most",
		"access: [":                             "not valid YAML",
		"access: {people: []}\n---\naccess: {}": "second document",
		"a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\naccess: {people: [*b,*b,*b,*b,*b]}": "unknown here",
	} {
		p, err := compare(now, text, true)
		if errs.KindOf(err) != errs.Invalid || !strings.Contains(whole(err), want) || !p.Same() {
			t.Errorf("%.100s: %q, want %q", text, whole(err), want)
		}
		if strings.Contains(whole(err), "hunter2") {
			t.Errorf("a password is told: %v", err)
		}
	}
}

// whole is an error with all its fields.
func whole(err error) string {
	var e *errs.Error
	if !errors.As(err, &e) {
		return fmt.Sprint(err)
	}
	all := e.Error()
	for _, f := range e.Fields {
		all += "\n" + f.Path + ": " + f.Message
	}
	return all
}

// Who gets more comes before who gets less, so that at no moment nobody is left who may.
func TestWhoGetsMoreComesFirst(t *testing.T) {
	p, err := compare(inForce(t), "access: {people: [{name: Ada, role: viewer}, {name: Bert, role: admin, owner: OT}]}", false)
	if err != nil || len(p.Users) != 2 || p.Users[0].Name != "Bert" {
		t.Errorf("%+v %v", p.Users, err)
	}
	if ada := (plant.Person{ID: 1, Name: "Ada"}); !p.Takes(ada) || p.Takes(plant.Program()) {
		t.Error("Ada is not told that she would be no admin")
	}
}

// Whatever a text says, what would be in force after it is written so that it changes nothing more.
func FuzzCompare(f *testing.F) {
	now := inForce(f)
	f.Add(textOf(f, now), true)
	f.Add("access: {people: [{name: Eve, role: viewer}], displays: [{name: screen, page: /wall/line/one}], rules: {}}", false)
	f.Fuzz(func(t *testing.T, text string, prune bool) {
		p, err := compare(now, text, prune)
		if err != nil {
			return
		}
		again, err := compare(accessfile.State{}, p.After, false)
		if err != nil || again.After != p.After {
			t.Errorf("%v:\n%s\n%s", err, p.After, again.After)
		}
	})
}

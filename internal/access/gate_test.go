package access_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store/storetest"
)

const good = "four wet otters sing"

var noon = time.Date(2026, 3, 28, 12, 0, 0, 0, time.UTC)

func vault(t *testing.T) access.Vault {
	t.Helper()
	s := storetest.SQLite(t).Open()
	return s.Vault()
}

func addUser(t *testing.T, v access.Vault, name string, role plant.Role) access.User {
	t.Helper()
	u, err := access.AddUser(t.Context(), v, access.NewUser{Account: access.Account{Name: name, Password: good}, Role: role}, plant.Program())
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// addCheap adds a user whose password costs little to check, for who signs in by the dozen.
func addCheap(t *testing.T, v access.Vault, name string, role plant.Role) {
	t.Helper()
	hash, err := argon2id.CreateHash(good, &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32})
	if err == nil {
		_, err = v.AddUser(t.Context(), access.User{Name: name, Hash: hash, Role: role}, plant.Program(), "")
	}
	if err != nil {
		t.Fatal(err)
	}
}

func signIn(g *access.Gate, name, password string, at time.Time) (access.User, error) {
	return g.SignIn(context.Background(), access.Knock{Account: access.Account{Name: name, Password: password}, Source: "192.0.2.1"}, at)
}

func TestTheFirstLinkMakesOneAdminOnce(t *testing.T) {
	g := access.NewGate(vault(t))
	if open, err := g.Open(t.Context()); open || err != nil {
		t.Fatalf("an empty plant is open: %v %v", open, err)
	}
	old, err := g.Invite(t.Context(), noon)
	if err != nil || len(old) < 40 {
		t.Fatalf("invite: %q %v", old, err)
	}
	secret, _ := g.Invite(t.Context(), noon)
	me := access.Account{Name: "Ada", Password: good}
	for what, s := range map[string]string{"an older link": old, "nothing": "", "a guess": "mw_x", "almost": secret[:len(secret)-1]} {
		if _, err := g.SetUp(t.Context(), s, me, noon); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := g.SetUp(t.Context(), secret, me, noon.Add(access.InvitationLasts)); errs.KindOf(err) != errs.Forbidden {
		t.Errorf("an old link: %v", err)
	}
	if _, err := g.SetUp(t.Context(), secret, access.Account{Name: "Ada", Password: "short"}, noon); errs.KindOf(err) != errs.Invalid {
		t.Errorf("a weak password: %v", err)
	}
	u, err := g.SetUp(t.Context(), secret, me, noon)
	if err != nil || u.Role != plant.Admin {
		t.Fatalf("set up: %+v %v", u, err)
	}
	if _, err := g.SetUp(t.Context(), secret, me, noon); errs.KindOf(err) != errs.Forbidden {
		t.Errorf("the link works twice: %v", err)
	}
	if open, _ := g.Open(t.Context()); !open {
		t.Error("the gate is still shut")
	}
	if s, err := g.Invite(t.Context(), noon); s != "" || err != nil {
		t.Errorf("a second invitation: %q %v", s, err)
	}
	if _, err := signIn(g, "ada", good, noon); err != nil {
		t.Errorf("sign in: %v", err)
	}
}

func TestOfTwoFirstAdminsAtOnceOneWins(t *testing.T) {
	v := vault(t)
	g := access.NewGate(v)
	secret, _ := g.Invite(t.Context(), noon)
	var wg sync.WaitGroup
	failed := make(chan error, 4)
	for i := range 4 {
		wg.Go(func() {
			_, err := g.SetUp(context.Background(), secret, access.Account{Name: fmt.Sprintf("Admin %c", 'A'+i), Password: good}, noon)
			if err != nil {
				failed <- err
			}
		})
	}
	wg.Wait()
	if users, err := v.Users(t.Context()); len(users) != 1 || err != nil || len(failed) != 3 {
		t.Errorf("%d users, %d failures, %v", len(users), len(failed), err)
	}
}

func TestGateOpensWhenAUserIsAddedFromOutside(t *testing.T) {
	v := vault(t)
	g := access.NewGate(v)
	secret, _ := g.Invite(t.Context(), noon)
	addUser(t, v, "Bo", plant.Admin)
	if open, _ := g.Open(t.Context()); !open {
		t.Error("still shut")
	}
	if _, err := g.SetUp(t.Context(), secret, access.Account{Name: "Ada", Password: good}, noon); errs.KindOf(err) != errs.Conflict {
		t.Errorf("set up after the first user: %v", err)
	}
}

func TestNoWayToTellWhoExists(t *testing.T) {
	v := vault(t)
	addUser(t, v, "Ada", plant.Viewer)
	gone := addUser(t, v, "Bo", plant.Viewer)
	addUser(t, v, "Cy", plant.Admin)
	gone.Disabled = true
	if err := v.SaveUser(t.Context(), gone, plant.Program(), "left"); err != nil {
		t.Fatal(err)
	}
	g := access.NewGate(v)
	words := map[string]bool{}
	for _, k := range []struct{ name, password string }{
		{"Ada", "wrong wrong wrong"},
		{"Nobody", good},
		{"Bo", good},
		{"", ""},
		{"Ada", ""},
		{"Ada", good + strings.Repeat(" ", 1000)},
		{"Ada' OR '1'='1", good},
		{"Ada\x00", good},
		{strings.Repeat("x", 10_000), good},
	} {
		_, err := signIn(g, k.name, k.password, noon)
		if errs.KindOf(err) != errs.SignedOut {
			t.Errorf("%.20q: %v", k.name, err)
		}
		words[fmt.Sprint(err)] = true
	}
	if len(words) != 1 {
		t.Errorf("the answers differ: %v", words)
	}
}

// TestUnknownNamesCostAsMuch compares the memory that an attempt takes, which is that of its hash and does not depend on
// how busy the machine is. What else a hash costs stands in it: see TestTheDecoyIsAsStrong.
func TestUnknownNamesCostAsMuch(t *testing.T) {
	v := vault(t)
	addUser(t, v, "Ada", plant.Viewer)
	gone := addUser(t, v, "Bo", plant.Viewer)
	gone.Disabled = true
	if err := v.SaveUser(t.Context(), gone, plant.Program(), "left"); err != nil {
		t.Fatal(err)
	}
	g := access.NewGate(v)
	_, _ = signIn(g, "warm up", good, noon)
	took := func(name string) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := signIn(g, name, "wrong wrong wrong", noon); errs.KindOf(err) != errs.SignedOut {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	known := took("Ada")
	if known < 19<<20 {
		t.Errorf("a wrong password of Ada takes %d bytes: it is not hashed", known)
	}
	for _, name := range []string{"Bo", "Eve", "", "Ada' OR '1'='1"} {
		if n := took(name); n < known-1<<20 || n > known+1<<20 {
			t.Errorf("%q takes %d bytes, a known name %d", name, n, known)
		}
	}
}

func TestRepeatedFailuresWait(t *testing.T) {
	v := vault(t)
	addUser(t, v, "Ada", plant.Viewer)
	g := access.NewGate(v)
	at := noon
	for i := range 5 {
		if _, err := signIn(g, "Ada", "wrong wrong wrong", at); errs.KindOf(err) != errs.SignedOut {
			t.Fatalf("attempt %d: %v", i, err)
		}
	}
	var wait *access.Wait
	_, err := signIn(g, " ADA ", good, at)
	if errs.KindOf(err) != errs.TooMany || !errors.As(err, &wait) || wait.For <= 0 || wait.For > time.Minute {
		t.Fatalf("the sixth at once: %v", err)
	}
	for range 100 { // waiting attempts do not lengthen the wait
		_, _ = signIn(g, "Ada", good, at)
	}
	at = at.Add(wait.For)
	for want := 2 * time.Second; want <= 64*time.Second; want *= 2 { // pauses double
		if _, err := signIn(g, "Ada", "wrong wrong wrong", at); errs.KindOf(err) != errs.SignedOut {
			t.Fatalf("after the pause: %v", err)
		}
		if _, err := signIn(g, "Ada", good, at); !errors.As(err, &wait) || wait.For != want {
			t.Fatalf("pause: %v, want %s", err, want)
		}
		at = at.Add(wait.For)
	}
	if _, err := signIn(g, "Ada", good, at); err != nil {
		t.Fatalf("the right password after the pause: %v", err)
	}
	if _, err := signIn(g, "Ada", "wrong wrong wrong", at); errs.KindOf(err) != errs.SignedOut {
		t.Errorf("success did not forget the failures: %v", err)
	}
}

func TestOneSourceCannotTryEveryName(t *testing.T) {
	v := vault(t)
	addUser(t, v, "Ada", plant.Viewer)
	g := access.NewGate(v)
	refused := 0
	for i := range 40 {
		if _, err := signIn(g, fmt.Sprintf("name %d", i), good, noon); errs.KindOf(err) == errs.TooMany {
			refused++
		}
	}
	if refused < 15 {
		t.Errorf("%d of 40 names were refused", refused)
	}
	_, err := g.SignIn(t.Context(), access.Knock{Account: access.Account{Name: "Ada", Password: good}, Source: "192.0.2.2"}, noon)
	if err != nil {
		t.Errorf("another source must wait too: %v", err)
	}
}

// A plant behind one proxy is one address.
func TestOnlyFailuresCountAgainstASource(t *testing.T) {
	v := vault(t)
	addCheap(t, v, "Ada", plant.Viewer)
	g := access.NewGate(v)
	for i := range 25 {
		if _, err := signIn(g, "Ada", good, noon); err != nil {
			t.Fatalf("the sign-in number %d of an address: %v", i+1, err)
		}
	}
	failed := 0 // one's own sign-ins between the guesses take none of them back
	for i := range 40 {
		switch _, err := signIn(g, fmt.Sprintf("name %d", i), good, noon); errs.KindOf(err) {
		case errs.SignedOut:
			failed++
			if _, err := signIn(g, "Ada", good, noon); err != nil && failed < 20 {
				t.Fatalf("after %d guesses: %v", failed, err)
			}
		case errs.TooMany:
		default:
			t.Fatal(err)
		}
	}
	if failed != 20 {
		t.Errorf("%d names were tried at one time", failed)
	}
	if _, err := signIn(g, "Ada", good, noon.Add(time.Second)); err != nil {
		t.Fatalf("after the pause: %v", err)
	}
	if _, err := signIn(g, "name", good, noon.Add(time.Second)); errs.KindOf(err) != errs.SignedOut {
		t.Errorf("a sign-in brought a pause: %v", err)
	}
}

// A database that is away is nobody's wrong password.
func TestWhatCannotBeCheckedIsNoFailure(t *testing.T) {
	v := vault(t)
	addUser(t, v, "Ada", plant.Viewer)
	g := access.NewGate(v)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for range 10 {
		_, err := g.SignIn(ended, access.Knock{Account: access.Account{Name: "Ada", Password: good}, Source: "192.0.2.1"}, noon)
		if err == nil || errs.KindOf(err) == errs.SignedOut {
			t.Fatalf("without a database: %v", err)
		}
	}
	if _, err := signIn(g, "Ada", good, noon); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestManySourcesSlowOneAnotherOnOneAccount(t *testing.T) {
	v := vault(t)
	addCheap(t, v, "Ada", plant.Viewer)
	g := access.NewGate(v)
	refused := 0
	for i := range 60 {
		k := access.Knock{Account: access.Account{Name: "Ada", Password: "wrong wrong wrong"}, Source: fmt.Sprint(i)}
		if _, err := g.SignIn(t.Context(), k, noon); errs.KindOf(err) == errs.TooMany {
			refused++
		}
	}
	if refused != 10 {
		t.Errorf("%d of 60 were refused", refused)
	}
	if _, err := signIn(g, "Ada", good, noon.Add(30*time.Second)); err != nil {
		t.Errorf("the person waits longer than half a minute: %v", err)
	}
}

func TestTokens(t *testing.T) {
	v := vault(t)
	g := access.NewGate(v)
	secret, made, err := access.AddToken(t.Context(), v, access.NewToken{Name: "gateway", Role: plant.Operator}, plant.Program())
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(fmt.Sprintf("%+v", made), secret) {
		t.Error("the token holds its secret")
	}
	got, err := g.Token(t.Context(), secret)
	if err != nil || got.ID != made.ID || got.Role != plant.Operator || got.Person().Name != "token gateway" {
		t.Fatalf("%+v %v", got, err)
	}
	for _, bad := range []string{"", "x", secret + "x", secret[:len(secret)-1] + "_", "mw_" + strings.Repeat("A", 43)} {
		if _, err := g.Token(t.Context(), bad); errs.KindOf(err) != errs.SignedOut {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, at := range []time.Time{noon, noon.Add(time.Second), noon.Add(2 * time.Minute)} {
		if err := g.Seen(t.Context(), got, at); err != nil {
			t.Fatal(err)
		}
	}
	if got, _ = g.Token(t.Context(), secret); !got.Seen.Equal(noon.Add(2 * time.Minute)) {
		t.Errorf("seen %s", got.Seen)
	}
	if err := v.RevokeToken(t.Context(), made.ID, plant.Program(), ""); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Token(t.Context(), secret); errs.KindOf(err) != errs.SignedOut {
		t.Errorf("a revoked token: %v", err)
	}
}

func TestTokensAreCheckedBeforeTheyAreMade(t *testing.T) {
	v := vault(t)
	for _, n := range []access.NewToken{
		{Name: "", Role: plant.Viewer},
		{Name: "x<script>", Role: plant.Viewer},
		{Name: "x"},
		{Name: "x", Role: plant.Admin + 1},
		{Name: "wall", Role: plant.Display},
		{Name: "wall", Role: plant.Display, Page: "/"},
		{Name: "wall", Role: plant.Display, Page: "/wall/line/"},
		{Name: "wall", Role: plant.Display, Page: "/wall/line/a/b"},
		{Name: "wall", Role: plant.Display, Page: "https://evil.example/wall/line/a"},
		{Name: "api", Role: plant.Viewer, Page: "/wall/line/filling-1"},
	} {
		if _, _, err := access.AddToken(t.Context(), v, n, plant.Program()); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%+v: %v", n, err)
		}
	}
	if _, _, err := access.AddToken(t.Context(), v, access.NewToken{Name: "wall", Role: plant.Display, Page: "/wall/hall/filling"}, plant.Program()); err != nil {
		t.Error(err)
	}
}

func TestPeople(t *testing.T) {
	v := vault(t)
	add := func(name, password string, role plant.Role) error {
		_, err := access.AddUser(t.Context(), v, access.NewUser{Account: access.Account{Name: name, Password: password}, Role: role}, plant.Program())
		return err
	}
	for _, role := range []plant.Role{plant.Display, plant.Admin + 1} {
		if err := add("Ada", good, role); errs.KindOf(err) != errs.Invalid {
			t.Errorf("role %v: %v", role, err)
		}
	}
	if err := add("Ada", good, plant.Manager); err != nil {
		t.Fatal(err)
	}
	if err := add("ADA", good, plant.Viewer); errs.KindOf(err) != errs.Conflict {
		t.Errorf("the same name again: %v", err)
	}
	if err := access.SetPassword(t.Context(), v, access.Account{Name: "ada", Password: "ada ada ada!"}, plant.Program()); errs.KindOf(err) != errs.Invalid {
		t.Errorf("a weak one: %v", err)
	}
	if err := access.SetPassword(t.Context(), v, access.Account{Name: "ada", Password: "another good one"}, plant.Program()); err != nil {
		t.Fatal(err)
	}
	if err := access.SetPassword(t.Context(), v, access.Account{Name: "nobody", Password: "another good one"}, plant.Program()); errs.KindOf(err) != errs.NotFound {
		t.Errorf("nobody: %v", err)
	}
	g := access.NewGate(v)
	if _, err := signIn(g, "Ada", good, noon); errs.KindOf(err) != errs.SignedOut {
		t.Errorf("the old password: %v", err)
	}
	u, err := signIn(g, "Ada", "another good one", noon)
	if err != nil || u.Version != 2 || u.Person() != (plant.Person{ID: u.ID, Name: "Ada", Role: plant.Manager}) {
		t.Errorf("%+v %v", u, err)
	}
}

func TestAccountsThatWillNotDo(t *testing.T) {
	tests := []struct{ name, password, field string }{
		{"", good, "name"},
		{" Ada", good, "name"},
		{"Ada\n", good, "name"},
		{"<b>Ada</b>", good, "name"},
		{"123", good, "name"},
		{strings.Repeat("a", 65), good, "name"},
		{"A\xffda", good, "name"},
		{"Ada\u202e", good, "name"},
		{"Ada", "", "password"},
		{"Ada", "eleven char", "password"},
		{"Ada", strings.Repeat("long ", 60), "password"},
		{"Ada Lovelace", "ada lovelace", "password"},
		{"lovelace", "Lovelace1234", "password"},
		{"lovelace", "lovelaceLOVELACE", "password"},
		{"Ada", "password1234", "password"},
		{"Ada", "Passwort2026!", "password"},
		{"Ada", "qwertyuiop123", "password"},
		{"Ada", "adminadmin12", "password"},
		{"Ada", "millwright123", "password"},
		{"Ada", "123456789012", "password"},
		{"Ada", "P@ssw0rd!2026", "password"},
		{"Ada", "4dm1n1str4t0r", "password"},
		{"Ada", "1loveyou4ever1loveyou4ever", "password"},
		{"Ada", "Sommer2026!!", "password"},
		{"Ada", "WillkommenNovember26", "password"},
		{"Ada", "1q2w3e4r5t6y", "password"},
		{"Ada", "qazwsxedcrfv", "password"},
		{"Ada", "otter1otter1", "password"},
		{"Ada", "kr0kr0kr0kr0kr0", "password"},
		{"Ada", "scada.plc.2026", "password"},
		{"Ada", "aaaaaaaaaaaa", "password"},
		{"Ada", "abababababab", "password"},
		{"Ada", "abcdefghijkl", "password"},
		{"Ada", "zyxwvutsrqpo", "password"},
		{"Ada", "good\xffgood good", "password"},
	}
	for _, tt := range tests {
		err := access.Account{Name: tt.name, Password: tt.password}.Check()
		var e *errs.Error
		if !errors.As(err, &e) || e.Kind != errs.Invalid || len(e.Fields) != 1 || e.Fields[0].Path != tt.field {
			t.Errorf("%q %q: %v", tt.name, tt.password, err)
			continue
		}
		if tt.password != "" && strings.Contains(err.Error(), tt.password) {
			t.Errorf("the error shows the password: %v", err)
		}
	}
	for _, a := range []access.Account{
		{"Ada", good}, {"Zoë O'Neil-Müller", "Zoë rides the 7 to work"}, {"Ada", "coffee tiger november berlin"}, {"Ada", "otter1badger2"}, {"ada@example.org", "tR4.wq-92kLm"}, {"李雷", "长长的密码也是密码的一种啊"},
	} {
		if err := a.Check(); err != nil {
			t.Errorf("%+v: %v", a, err)
		}
	}
}

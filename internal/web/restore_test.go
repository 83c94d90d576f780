package web_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/web"
)

const restoreHome = "/admin/system/restore"

// lookedThrough is the page once a backup was looked through.
func (b *browser) lookedThrough(t testing.TB, a answer) (page answer) {
	t.Helper()
	if a.status != http.StatusSeeOther || a.header.Get("Location") != restoreHome+"?done=checking" {
		t.Fatalf("%d %s", a.status, complaint(a))
	}
	eventually(t, "it is looked through", func() bool {
		page = b.get(restoreHome)
		return !strings.Contains(page.body, "is being looked through: ") && !strings.Contains(page.body, "This page follows")
	})
	return page
}

func TestABackupIsRestoredInTheBrowser(t *testing.T) {
	w := newWorld(t, wellKept(t, well()))
	w.user("Mara", plant.Manager)
	ada, mara := w.admin("Ada"), w.signedIn("Mara")
	none := ada.get(restoreHome)
	says(t, none, "No backup is kept here yet", "Back up now", `href="/admin/system"`, "A file from elsewhere")
	if strings.Contains(none.body, "<select") || strings.Contains(none.body, "One of the backups here") {
		t.Error("one of no backups is to be chosen")
	}
	if a := ada.post(restoreHome, map[string][]string{"name": {"millwright-20200101T000000Z.tar.gz"}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "is not kept here any more") {
		t.Errorf("%d %s", a.status, complaint(a))
	}
	ada.post("/admin/system/backup", nil)
	says(t, ada.get("/admin/system"), `href="`+restoreHome+`"`, "Restore a backup")
	page := ada.get(restoreHome)
	says(t, page, "One of the backups here", "A file from elsewhere", "of up to 64")
	form := fieldsOf(page.body)
	if a := ada.post(restoreHome, map[string][]string{"name": {"millwright-20200101T000000Z.tar.gz"}, "passphrase": {"hush hush hush"}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "may have made room") || strings.Contains(a.body, "hush hush") {
		t.Errorf("%d %s", a.status, complaint(a))
	}
	page = ada.lookedThrough(t, ada.post(restoreHome, form))
	says(t, page, "is right", "as this program has them", "It brings none", "Stage it", "Let it go")
	says(t, ada.get("/admin/system"), "It is not staged yet")
	staging := fieldsOf(page.body)
	staging.Set("typed", "yes")
	if a := ada.post(restoreHome+"/stage", staging); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Write the word restore.") || !strings.Contains(a.body, "Say in one sentence") {
		t.Errorf("%d %s", a.status, complaint(a))
	}
	staging.Set("typed", "restore")
	staging.Set("why", "the import of <b>May</b> was wrong")
	stale := map[string][]string{"seal": {"another"}, "typed": {"restore"}, "why": {"x"}}
	if a := ada.post(restoreHome+"/stage", stale); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "not what waits any more") {
		t.Errorf("%d %s", a.status, complaint(a))
	}
	if a := ada.post(restoreHome+"/stage", staging); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, complaint(a))
	}
	says(t, ada.get(restoreHome), "is staged", "Restart now", "Take it back", "What is there now goes to", "the import of &lt;b&gt;May")
	says(t, ada.get("/admin/system"), "is staged: the next start of the program puts it in place. Ada staged it")
	if a := ada.post("/admin/system/restart", map[string][]string{"again": {"now"}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Write the word restart.") {
		t.Errorf("%d %s", a.status, complaint(a))
	}
	for _, path := range []string{restoreHome, restoreHome + "/file", restoreHome + "/stage", restoreHome + "/back", "/admin/system/restart"} {
		if a := mara.post(path, staging); a.status != http.StatusForbidden {
			t.Errorf("a manager posts to %s: %d", path, a.status)
		}
	}
	says(t, ada.post("/admin/system/restart", map[string][]string{"again": {"restart"}}), "The program starts again")
	if a := ada.post(restoreHome+"/back", staging); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, complaint(a))
	}
	says(t, ada.get(restoreHome), "One of the backups here")
}

func TestABackupIsSentToBeRestored(t *testing.T) {
	w := newWorld(t, wellKept(t, well()))
	ada := w.admin("Ada")
	ada.post("/admin/system/backup", nil)
	page := ada.get("/admin/system").body
	at := strings.Index(page, "/admin/system/backup/millwright-")
	good := ada.get(page[at : at+strings.Index(page[at:], `"`)]).body
	says(t, ada.lookedThrough(t, ada.upload(restoreHome+"/file", "notes<b>.txt", []byte("no backup"))), "It was not taken", "notes&lt;b&gt;.txt", "no file that Millwright packed")
	if a := ada.upload(restoreHome+"/file", "", nil); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Choose the file of a backup") {
		t.Errorf("%d %s", a.status, complaint(a))
	}
	says(t, ada.lookedThrough(t, ada.upload(restoreHome+"/file", "mine.tar.gz", []byte(good))), "mine.tar.gz is right")
	if a := ada.upload(restoreHome+"/file", "other.tar.gz", []byte(good)[:100]); a.status != http.StatusSeeOther {
		t.Errorf("what is not staged gives way to another: %d %s", a.status, complaint(a))
	}
}

// deaf is a browser's connection: it looks for an answer when all is sent.
type deaf struct {
	net.Conn
	sent <-chan struct{}
}

func (d deaf) Read(p []byte) (int, error) {
	<-d.sent
	return d.Conn.Read(p)
}

// sending tells when a body has been read to its end, or was given up.
type sending struct {
	io.Reader
	tell func()
}

func (s sending) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if err != nil {
		s.tell()
	}
	return n, err
}

func (s sending) Close() error {
	s.tell()
	return nil
}

func TestASecondBackupIsRefusedInWordsHoweverLongItIs(t *testing.T) {
	w := newWorld(t, wellKept(t, well()))
	w.user("Eve", plant.Admin)
	ada, eve := w.admin("Ada"), w.signedIn("Eve")
	head := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\n\r\n"
	form := http.Header{"Content-Type": {"multipart/form-data; boundary=x"}}
	first, rest := io.Pipe()
	defer func() { _ = rest.Close() }()
	ended := make(chan answer, 1)
	go func() { ended <- ada.do(http.MethodPost, restoreHome+"/file", first, form) }()
	_, _ = fmt.Fprintf(rest, head, "first.tar.gz")
	eventually(t, "the first is on its way", func() bool {
		return strings.Contains(ada.get(restoreHome).body, "first.tar.gz is being looked through")
	})

	sent := make(chan struct{})
	eve.client.Transport = &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, address)
		return deaf{c, sent}, err
	}}
	long := io.MultiReader(strings.NewReader(fmt.Sprintf(head, "second.tar.gz")), bytes.NewReader(make([]byte, 32<<20)), strings.NewReader("\r\n--x--\r\n"))
	a := eve.do(http.MethodPost, restoreHome+"/file", sending{long, sync.OnceFunc(func() { close(sent) })}, form)
	if a.status != http.StatusConflict || strings.Contains(a.body, `http-equiv="refresh"`) {
		t.Errorf("%d %s", a.status, complaint(a))
	}
	says(t, a, "It was not taken", "Another backup, first.tar.gz, is being looked through; wait until that is done", "See how far it is")

	_, _ = io.WriteString(rest, "no backup\r\n--x--\r\n")
	_ = rest.Close()
	says(t, ada.lookedThrough(t, <-ended), "first.tar.gz", "no file that Millwright packed")
	if a := eve.upload(restoreHome+"/file", "third.tar.gz", []byte("no backup")); a.status != http.StatusSeeOther {
		t.Errorf("%d %s", a.status, complaint(a))
	}
}

// older is a desk at which a backup of an older program waits.
type older struct{ web.Restorer }

func (older) Standby() (web.Standby, error) {
	return web.Standby{Waiting: &web.Waiting{ID: "1", Name: "old.tar.gz", Schema: 11, Known: 61, Steps: store.Steps(11)}}, nil
}

func TestThatLedgersAreMigratedIsAgreedTo(t *testing.T) {
	w := newWorld(t, wellKept(t, well()), func(d *web.Deps) { d.System.Restore = older{} })
	ada := w.admin("Ada")
	page := ada.get(restoreHome)
	says(t, page, "of an older program", "What is migrated", "corrections", "Bring its ledgers from schema 11 to 61")
	form := fieldsOf(page.body)
	form.Set("typed", "restore")
	form.Set("why", "the disk broke")
	if a := ada.post(restoreHome+"/stage", form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "tick that its ledgers are brought up to date") {
		t.Errorf("%d %s", a.status, complaint(a))
	}
}

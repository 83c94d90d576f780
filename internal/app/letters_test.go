package app

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"errors"
	"fmt"
	"html"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/mail"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"millwright/internal/mail/mailtest"
	"millwright/internal/ot/tag"
)

// reader is somebody with a browser, signed in.
type reader struct {
	t    *testing.T
	site string
	http.Client
}

func (r *reader) signIn(name, password string) {
	r.t.Helper()
	r.Jar, _ = cookiejar.New(nil) // it has no options that could be wrong
	r.send("/sign-in", url.Values{"name": {name}, "password": {password}})
}

func (r *reader) get(path string) string {
	r.t.Helper()
	return r.body(r.Get(r.site + path))
}

// send sends a form, and expects to be led on.
func (r *reader) send(path string, form url.Values) string {
	r.t.Helper()
	return r.body(r.PostForm(r.site+path, form))
}

func (r *reader) body(a *http.Response, err error) string {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = a.Body.Close() }()
	body, err := io.ReadAll(a.Body)
	if err != nil || a.StatusCode != http.StatusOK {
		r.t.Fatalf("%s %s: %d, %v\n%s", a.Request.Method, a.Request.URL, a.StatusCode, err, body)
	}
	return string(body)
}

// fill sends a page's form with what is typed; what it holds besides is sent as it is.
func (r *reader) fill(path string, typed map[string]string) string {
	r.t.Helper()
	_, form, ok := strings.Cut(r.get(path), `action="`+path+`"`)
	form, _, _ = strings.Cut(form, "</form>")
	if !ok {
		r.t.Fatalf("%s has no form", path)
	}
	all := url.Values{}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`).FindAllStringSubmatch(form, -1) {
		all.Set(m[1], html.UnescapeString(m[2]))
	}
	for name, value := range typed {
		all.Set(name, value)
	}
	return r.send(path, all)
}

// attached takes the file out of a letter, and what the letter says.
func attached(t *testing.T, letter string) (words, name string, file []byte) {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(letter))
	if err != nil {
		t.Fatal(err)
	}
	_, of, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(m.Body, of["boundary"])
	for {
		p, err := parts.NextPart() // quoted-printable is decoded
		if errors.Is(err, io.EOF) {
			return words, name, file
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(decoded(p))
		if err != nil {
			t.Fatal(err)
		}
		if p.FileName() == "" {
			words = string(body)
		} else {
			name, file = p.FileName(), body
		}
	}
}

// paperWords is all that stands in a PDF, without spaces.
func paperWords(t *testing.T, paper []byte) string {
	t.Helper()
	var all []uint16
	for _, m := range regexp.MustCompile(`(?s)stream\r?\n(.*?)\r?\nendstream`).FindAllSubmatch(paper, -1) {
		z, err := zlib.NewReader(bytes.NewReader(m[1]))
		if err != nil {
			continue
		}
		text, _ := io.ReadAll(z) // of pictures and fonts nothing is looked for
		for _, s := range regexp.MustCompile(`(?s)\(((?:\\.|[^\\()])*)\)\s*Tj`).FindAllSubmatch(text, -1) {
			raw := strings.NewReplacer(`\\`, `\`, `\(`, "(", `\)`, ")", `\r`, "\r").Replace(string(s[1]))
			for i := 0; i+1 < len(raw); i += 2 {
				all = append(all, uint16(raw[i])<<8|uint16(raw[i+1]))
			}
		}
	}
	return dense(string(utf16.Decode(all)))
}

func dense(s string) string {
	return strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "\u2212", "-").Replace(s)
}

// cellsOf are the cells of a workbook as a spreadsheet shows them.
func cellsOf(t *testing.T, file []byte) string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var all strings.Builder
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			all.WriteString(strings.Join(row, "|") + "\n")
		}
	}
	return dense(all.String())
}

// pressing is a plant of one line whose only shift has ended some minutes ago.
func pressing(shiftFrom, shiftTo time.Time) Plan {
	return Plan{Name: "plant.yaml", Text: []byte("enterprise: Works\nmachines:\n  packer: {tags: {good: {label: Good}, reject: {label: Reject}}, signals: {good: {tag: good}, reject: {tag: reject}}}\n" +
		"sites:\n  - id: ulm\n    name: Ulm\n    zone: UTC\n    shifts:\n" +
		fmt.Sprintf("      - {name: Trial, start: %q, end: %q}\n", shiftFrom.Format("15:04"), shiftTo.Format("15:04")) +
		"    areas:\n      - id: hall\n        name: Hall\n        lines:\n" +
		"          - {id: one, name: One, rates: {\"*\": 1s}, units: [{id: packer, name: Packer, machines: [packer]}]}\n")}
}

// The whole program sends the report of a shift by mail, set up in its pages: what is attached says what the page says.
func TestAShiftIsReportedByMail(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: it waits for the minute in which letters are due")
	}
	box := mailtest.Open(t)
	now := time.Now().UTC().Truncate(time.Minute)
	from, to := now.Add(-65*time.Minute), now.Add(-5*time.Minute)
	cfg := in(t, t.TempDir())
	cfg.Listen, cfg.Mail.Servers = "127.0.0.1:0", []string{"127.0.0.1:" + strconv.Itoa(box.Port)}
	if err := AddUser(t.Context(), cfg, NewUser{Name: "Anna", Role: "admin", Password: "a long enough phrase"}, io.Discard); err != nil {
		t.Fatal(err)
	}
	a, err := New(t.Context(), cfg, pressing(from, to), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	site, err := a.Site() // takes the port, before others ask for it
	if err != nil {
		t.Fatal(err)
	}
	runs(t, a)
	worked(t, a, from, to)
	anna := &reader{t: t, site: site}
	anna.signIn("Anna", "a long enough phrase")
	anna.fill("/admin/mail", map[string]string{"host": "127.0.0.1", "port": strconv.Itoa(box.Port), "security": "none", "user": "", "password": "", "from": "reports@plant.example", "why": "reports go by mail"})
	delay := int(time.Since(to)/time.Minute) + 1
	for _, format := range []string{"pdf", "xlsx"} {
		anna.fill("/admin/mail/subscription", map[string]string{
			"name": "Trial as " + format, "kind": "shift", "place": "ulm/hall", "delay": strconv.Itoa(delay), "time": "07:00", "weekday": "1", "format": format, "to": "mara@example.com", "why": "she asked for it",
		})
	}
	for range 360 { // the next minute, and the look after it; longer where others are at work
		if len(box.Letters()) == 2 {
			break
		}
		time.Sleep(500 * time.Millisecond)
	}
	letters := box.Letters()
	if len(letters) != 2 {
		t.Fatalf("%d letters; the page of mail says\n%s", len(letters), anna.get("/admin/mail"))
	}
	for _, letter := range letters {
		words, name, file := attached(t, letter)
		page := regexp.MustCompile(`http://\S+(/\S+)`).FindStringSubmatch(words)
		if page == nil {
			t.Fatalf("the letter names no page:\n%s", words)
		}
		told := dense(words)
		inside := ""
		switch {
		case strings.HasSuffix(name, ".pdf"):
			inside = paperWords(t, file)
		case strings.HasSuffix(name, ".xlsx"):
			inside = cellsOf(t, file)
		default:
			t.Fatalf("the letter has %q", name)
		}
		u, err := url.Parse(page[0])
		if err != nil {
			t.Fatal(err)
		}
		figures := figuresOn(anna.get(u.RequestURI()))
		if len(figures) < 4 {
			t.Fatalf("the page of %s has the figures %q", u.RequestURI(), figures)
		}
		for _, figure := range figures {
			if !strings.Contains(inside, figure) || !strings.Contains(told, figure) {
				t.Errorf("%s: the page says %s, the file\n%s\nand the letter\n%s", name, figure, inside, words)
			}
		}
		if !strings.Contains(inside, "1611") { // nine in each of 179 counts; those of the last are stamped where the shift has ended
			t.Errorf("%s has not the pieces that were made:\n%s", name, inside)
		}
	}
}

// decoded reads a part of a letter.
func decoded(p *multipart.Part) io.Reader {
	if p.Header.Get("Content-Transfer-Encoding") == "base64" {
		return base64.NewDecoder(base64.StdEncoding, p)
	}
	return p
}

// worked tells the line's pieces of a shift of an hour: nine good ones every twenty seconds.
func worked(t *testing.T, a *App, from, to time.Time) {
	t.Helper()
	good, ok := a.floor.Load().model.Tags.Find("one/packer/good")
	reject, alsoOK := a.floor.Load().model.Tags.Find("one/packer/reject")
	if !ok || !alsoOK {
		t.Fatal("the packer does not count")
	}
	var batch []tag.Sample
	for at, n := from.Add(-time.Minute), uint64(0); !at.After(to.Add(time.Minute)); at = at.Add(20 * time.Second) {
		if at.After(from) && !at.After(to) {
			n++
		}
		batch = append(batch,
			tag.Sample{Tag: good, Time: at, Value: tag.UintValue(n * 9)}, tag.Sample{Tag: reject, Time: at, Value: tag.UintValue(n / 10)})
	}
	if refused, err := a.ingest(t.Context(), batch); err != nil || len(refused) > 0 {
		t.Fatalf("%v %v", refused, err)
	}
}

// figuresOn are the figures that a report's page begins with, as they are written.
func figuresOn(page string) (all []string) {
	for _, m := range regexp.MustCompile(`class="figure-value">([^<]*)<`).FindAllStringSubmatch(page, -1) {
		if figure := dense(html.UnescapeString(m[1])); strings.ContainsAny(figure, "0123456789") {
			all = append(all, figure)
		}
	}
	return all
}

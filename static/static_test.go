package static

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func fetch(path, accept string) *http.Response {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if accept != "" {
		r.Header.Set("Accept-Encoding", accept)
	}
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) []byte {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestNamesCarryTheirHash(t *testing.T) {
	hashed := regexp.MustCompile(`^/static/app\.[0-9a-f]{12}\.css$`)
	if p := Path("app.css"); !hashed.MatchString(p) {
		t.Errorf("app.css is at %s", p)
	}
	if p := Path("nothing.css"); fetch(p, "").StatusCode != http.StatusNotFound {
		t.Errorf("%s is there", p)
	}
	if got := fetch("/static/app.css", "").StatusCode; got != http.StatusNotFound {
		t.Errorf("a name without its hash answers %d", got)
	}
	if len(Digest()) != 12 {
		t.Errorf("digest %q", Digest())
	}
}

func TestFilesAreKeptForAYear(t *testing.T) {
	r := fetch(Path("live.js"), "")
	if got := r.Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
		t.Errorf("Cache-Control %q", got)
	}
	if got := r.Header.Get("Content-Type"); got != "text/javascript; charset=utf-8" {
		t.Errorf("Content-Type %q", got)
	}
	again := httptest.NewRequest(http.MethodGet, Path("live.js"), nil)
	again.Header.Set("If-None-Match", r.Header.Get("ETag"))
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, again)
	if w.Code != http.StatusNotModified {
		t.Errorf("the same file again answers %d", w.Code)
	}
}

func TestCompressedIsTheSame(t *testing.T) {
	for name := range load().byName {
		plain := body(t, fetch(Path(name), ""))
		for _, accept := range []string{"gzip", "br, gzip;q=0.8", "deflate;q=0.5,GZIP"} {
			r := fetch(Path(name), accept)
			packed := body(t, r)
			if strings.HasSuffix(name, ".woff2") {
				if r.Header.Get("Content-Encoding") != "" {
					t.Errorf("%s is compressed twice", name)
				}
				continue
			}
			if r.Header.Get("Content-Encoding") != "gzip" || r.Header.Get("Vary") != "Accept-Encoding" {
				t.Errorf("%s for %q: %v", name, accept, r.Header)
				continue
			}
			z, err := gzip.NewReader(bytes.NewReader(packed))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(z); err != nil || !bytes.Equal(got, plain) {
				t.Errorf("%s unpacks to something else: %v", name, err)
			}
		}
		for _, accept := range []string{"", "br", "gzip;q=0", "gzip;q=0.0", "identity"} {
			if r := fetch(Path(name), accept); r.Header.Get("Content-Encoding") != "" {
				t.Errorf("%s is compressed for %q", name, accept)
			}
		}
	}
}

func TestTheStyleSheetLoadsOnlyWhatIsHere(t *testing.T) {
	css := string(body(t, fetch(Path("app.css"), "")))
	all := regexp.MustCompile(`url\(([^)]*)\)`).FindAllStringSubmatch(css, -1)
	if len(all) == 0 {
		t.Fatal("the style sheet loads no font")
	}
	for _, m := range all {
		if r := fetch(strings.Trim(m[1], `"`), ""); r.StatusCode != http.StatusOK {
			t.Errorf("%s answers %d", m[1], r.StatusCode)
		}
	}
	if strings.Contains(css, "@import") || strings.Contains(css, "http") {
		t.Error("the style sheet reaches outside")
	}
}

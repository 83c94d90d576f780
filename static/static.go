// Package static is the files a browser keeps: the style sheet, the scripts and the font, under names that carry their hash.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// Prefix is where the files are served.
const Prefix = "/static/"

//go:embed *.css *.js *.svg vendor/*.js vendor/*.css vendor/*.woff2
var files embed.FS

// file is one file as it goes to the browser.
type file struct {
	url  string // "/static/app.1f2e3d4c5b6a.css"
	kind string // content type
	tag  string // ETag
	body []byte
	gzip []byte // nil when it does not pay
}

type table struct {
	byName map[string]*file
	byURL  map[string]*file
	digest string
}

// load is computed once: the files are part of the program and never change while it runs.
var load = sync.OnceValue(build)

// Path gives the URL of a file by its name in this folder: "app.css" → "/static/app.1f2e3d4c5b6a.css".
// A name that does not exist gives a URL that answers 404.
func Path(name string) string {
	if f, ok := load().byName[name]; ok {
		return f.url
	}
	return Prefix + name
}

// Digest is a short hash over all files: it changes when any of them does.
func Digest() string { return load().digest }

// Weight gives the bytes that cross the wire for a file, compressed where that pays; 0 for an unknown name.
func Weight(name string) int {
	f, ok := load().byName[name]
	switch {
	case !ok:
		return 0
	case f.gzip != nil:
		return len(f.gzip)
	}
	return len(f.body)
}

// Handler serves the files under Prefix. A hashed name never changes its content, so browsers keep it for a year.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := load().byURL[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", f.kind)
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("X-Content-Type-Options", "nosniff")
		body, tag := f.body, f.tag
		if f.gzip != nil {
			h.Set("Vary", "Accept-Encoding")
			if takesGzip(r.Header.Get("Accept-Encoding")) {
				h.Set("Content-Encoding", "gzip")
				body, tag = f.gzip, strings.TrimSuffix(f.tag, `"`)+`-gz"`
			}
		}
		h.Set("ETag", tag)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	})
}

// takesGzip reads an Accept-Encoding header; "gzip;q=0" refuses.
func takesGzip(accept string) bool {
	for part := range strings.SplitSeq(accept, ",") {
		coding, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			return strings.Trim(strings.TrimPrefix(strings.TrimSpace(weight), "q="), "0.") != "" || weight == ""
		}
	}
	return false
}

// build reads every file, style sheets last, because they name others by their hashed URLs.
func build() *table {
	t := &table{byName: map[string]*file{}, byURL: map[string]*file{}}
	var names []string
	walk := func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, name)
		}
		return err
	}
	if err := fs.WalkDir(files, ".", walk); err != nil {
		panic("static: embedded files cannot be listed: " + err.Error())
	}
	slices.SortFunc(names, func(a, b string) int {
		if sheet := isSheet(a); sheet != isSheet(b) {
			if sheet {
				return 1
			}
			return -1
		}
		return strings.Compare(a, b)
	})
	sum := sha256.New()
	for _, name := range names {
		f := t.add(name)
		sum.Write([]byte(f.url))
	}
	t.digest = hex.EncodeToString(sum.Sum(nil))[:12]
	return t
}

func isSheet(name string) bool { return path.Ext(name) == ".css" }

var reference = regexp.MustCompile(`url\("([^":]+)"\)`)

func (t *table) add(name string) *file {
	body, err := files.ReadFile(name)
	if err != nil {
		panic("static: embedded file cannot be read: " + err.Error())
	}
	ext := path.Ext(name)
	if ext == ".css" {
		body = reference.ReplaceAllFunc(body, func(m []byte) []byte {
			target := path.Join(path.Dir(name), string(reference.FindSubmatch(m)[1]))
			if f, ok := t.byName[target]; ok {
				return []byte(`url("` + f.url + `")`)
			}
			return m
		})
	}
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:6])
	f := &file{
		url:  Prefix + strings.TrimSuffix(name, ext) + "." + hash + ext,
		kind: contentType(ext),
		tag:  `"` + hash + `"`,
		body: body,
	}
	if ext != ".woff2" { // already compressed
		f.gzip = compress(body)
	}
	t.byName[name], t.byURL[f.url] = f, f
	return f
}

func contentType(ext string) string {
	switch ext {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	}
	return mime.TypeByExtension(ext)
}

func compress(body []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil
	}
	if _, err = w.Write(body); err != nil || w.Close() != nil || b.Len() >= len(body) {
		return nil
	}
	return b.Bytes()
}

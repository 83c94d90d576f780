// Package folio is what hangs on a document whatever it is: what people say of it, files, and its history.
package folio

import (
	"context"
	"fmt"
	"net/http"
	"path"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// The bounds of what hangs on one document.
const (
	MostWords    = 4000 // letters of a comment
	MostComments = 2000
	MostBytes    = 8 << 20 // of a file
	MostFiles    = 50
	mostName     = 120
)

// Comment is what somebody said. It is never changed: who has to correct it says it again.
type Comment struct {
	ID       int64
	At       time.Time
	By       plant.Person
	Words    string
	Corrects int64  // the one that it stands in the place of; 0 for none
	Before   string // what that said
}

// File is one that belongs to a document.
type File struct {
	ID   int64
	At   time.Time
	By   plant.Person
	Name string
	Type string // as its bytes look, whatever it is called
	Size int64
	Hash string // SHA-256, in hexadecimal
	Gone bool   // it was taken away; that it was there is kept
}

// Change is one row of a document's history.
type Change struct {
	Seq      int64
	At       time.Time
	By       plant.Person
	What     string
	Old, New string
	Why      string
}

// Saying is a comment to be kept. The same key of the same person keeps it once.
type Saying struct {
	On       string // kind/id
	Words    string
	Corrects int64
	Key      string
	By       plant.Person
}

// Putting is a file to be kept.
type Putting struct {
	On      string
	Name    string
	Content []byte
	Key     string
	By      plant.Person
}

// Book keeps what hangs on documents.
type Book interface {
	Comments(ctx context.Context, on string) ([]Comment, error) // the oldest first, each in its last wording
	Say(ctx context.Context, s Saying) (Comment, error)
	Files(ctx context.Context, on string) ([]File, error)
	Put(ctx context.Context, p Putting) (File, error)
	Content(ctx context.Context, on string, file int64) (File, []byte, error)
	Take(ctx context.Context, on string, file int64, by plant.Person, why string) error
	History(ctx context.Context, on string, before int64, limit int) ([]Change, error) // the newest first
}

var thing = regexp.MustCompile(`^[a-z]{2,12}/[1-9][0-9]{0,17}$`)

// On is a document as the audit, comments and files name it: "item/12".
func On(kind string, id int64) (string, error) {
	on := fmt.Sprintf("%s/%d", kind, id)
	if !thing.MatchString(on) {
		return "", errs.New(errs.NotFound, "there is no such document")
	}
	return on, nil
}

// Check tidies what is said, and tells what is wrong with it.
func (s *Saying) Check() error {
	s.Words = strings.TrimSpace(strings.ReplaceAll(s.Words, "\r\n", "\n"))
	n := utf8.RuneCountInString(s.Words)
	switch {
	case n == 0:
		return wrong("words", "Say something.")
	case n > MostWords || !utf8.ValidString(s.Words):
		return wrong("words", fmt.Sprintf("Say it in at most %d letters, or put it into a file.", MostWords))
	case s.Key == "" || len(s.Key) > 100:
		return errs.New(errs.Invalid, "the form has no key; open the page again")
	}
	return nil
}

// Check tidies a file's name, and tells what is wrong with it. Only the last part of a path is a name.
func (p *Putting) Check() error {
	p.Name = strings.TrimSpace(path.Base(strings.ReplaceAll(strings.ToValidUTF8(p.Name, ""), `\`, "/")))
	p.Name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`"<>|:*?`, r) {
			return '_'
		}
		return r
	}, p.Name)
	if r := []rune(p.Name); len(r) > mostName {
		p.Name = string(r[len(r)-mostName:]) // its end tells what it is
	}
	switch {
	case p.Name == "" || p.Name == "." || p.Name == "/":
		return wrong("file", "The file needs a name.")
	case len(p.Content) == 0:
		return wrong("file", "Choose a file that is not empty.")
	case len(p.Content) > MostBytes:
		return wrong("file", fmt.Sprintf("A file has at most %d MB.", MostBytes>>20))
	case p.Key == "" || len(p.Key) > 100:
		return errs.New(errs.Invalid, "the form has no key; open the page again")
	}
	return nil
}

// TypeOf tells what bytes are, of the few kinds that a browser may be told; anything else is bytes.
func TypeOf(content []byte) string {
	kind, _, _ := strings.Cut(http.DetectContentType(content), ";")
	switch kind {
	case "image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain", "application/zip":
		return kind
	}
	return "application/octet-stream"
}

func wrong(field, words string) error {
	return &errs.Error{Kind: errs.Invalid, Words: words, Fields: []errs.Field{{Path: field, Message: words}}}
}

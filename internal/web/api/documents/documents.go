// Package documents is how programs read and add what hangs on a document, in the words of the API.
package documents

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"millwright/internal/access"
	"millwright/internal/erp/folio"
	"millwright/internal/plant"
	"millwright/internal/web/api/operation"
)

const (
	home     = "/api/v1/documents/{kind}/{id}"
	mostBody = folio.MostBytes*4/3 + 64<<10
)

// Deps is what the operations answer from.
type Deps struct {
	Book folio.Book
	By   func(ctx context.Context) plant.Person
}

// Mount adds the operations.
func Mount(b *operation.Book, d Deps) {
	operation.Get(b, access.Read, home, "Read what hangs on a document", d.all)
	operation.Create(b, access.Annotate, home+"/comments", "Comment on a document", d.say)
	operation.Add(b, access.Annotate, huma.Operation{Method: http.MethodPost, Path: home + "/files", Summary: "Add a file to a document", OperationID: "add-a-file-to-a-document", DefaultStatus: http.StatusCreated, MaxBodyBytes: mostBody}, d.put)
	operation.Get(b, access.Read, home+"/files/{file}", "Get a file of a document", d.give)
}

// DocumentComment is what somebody said of a document.
type DocumentComment struct {
	ID       int64     `json:"id"`
	At       time.Time `json:"at"`
	By       string    `json:"by"`
	Words    string    `json:"words"`
	Corrects *int64    `json:"corrects" doc:"The comment that it stands in the place of; null for none."`
}

// DocumentFile is one file of a document.
type DocumentFile struct {
	ID   int64     `json:"id"`
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	Name string    `json:"name"`
	Type string    `json:"type" doc:"As its bytes look."`
	Size int64     `json:"size"`
	Hash string    `json:"sha256"`
	Gone bool      `json:"gone" doc:"It was taken away."`
}

// DocumentChange is one row of the audit about a document.
type DocumentChange struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	What string    `json:"what"`
	Old  string    `json:"old"`
	New  string    `json:"new"`
	Why  string    `json:"why"`
}

type (
	// Document is what comments and files are of.
	Document struct {
		Kind string `path:"kind" maxLength:"12" doc:"item, bill, partner, sales, purchase, work, count, lot, place, tool, centre, move or brief"`
		ID   int64  `path:"id" minimum:"1"`
	}
	documentOut struct {
		Body struct {
			Comments []DocumentComment `json:"comments" doc:"The oldest first, each in its last wording."`
			Files    []DocumentFile    `json:"files"`
			History  []DocumentChange  `json:"history" doc:"The newest 100 changes, the newest first."`
		}
	}
	documentSayIn struct {
		Document
		Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"100" doc:"The same key again adds nothing and gives the same answer."`
		Body struct {
			Words    string `json:"words" minLength:"1" maxLength:"4000"`
			Corrects int64  `json:"corrects,omitempty" doc:"A comment of one's own that it stands in the place of."`
		}
	}
	documentSayOut struct{ Body DocumentComment }
	documentPutIn  struct {
		Document
		Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"100" doc:"The same key again adds nothing and gives the same answer."`
		Body struct {
			Name    string `json:"name" minLength:"1" maxLength:"255"`
			Content []byte `json:"content" doc:"In base64; at most 8 MB."`
		}
	}
	documentPutOut struct{ Body DocumentFile }
	documentGiveIn struct {
		Document
		File int64 `path:"file" minimum:"1"`
	}
	documentGiveOut struct {
		Type string `header:"Content-Type"`
		As   string `header:"Content-Disposition"`
		Body []byte
	}
)

func (p Document) on() (string, error) { return folio.On(p.Kind, p.ID) }

func toldComment(c folio.Comment) DocumentComment {
	out := DocumentComment{ID: c.ID, At: c.At, By: c.By.Name, Words: c.Words}
	if c.Corrects != 0 {
		out.Corrects = &c.Corrects
	}
	return out
}

func toldFile(f folio.File) DocumentFile {
	return DocumentFile{ID: f.ID, At: f.At, By: f.By.Name, Name: f.Name, Type: f.Type, Size: f.Size, Hash: f.Hash, Gone: f.Gone}
}

func (d Deps) all(ctx context.Context, in *Document) (*documentOut, error) {
	on, err := in.on()
	if err != nil {
		return nil, err
	}
	out := &documentOut{}
	out.Body.Comments, out.Body.Files, out.Body.History = []DocumentComment{}, []DocumentFile{}, []DocumentChange{}
	comments, err := d.Book.Comments(ctx, on)
	if err != nil {
		return nil, err
	}
	for _, c := range comments {
		out.Body.Comments = append(out.Body.Comments, toldComment(c))
	}
	files, err := d.Book.Files(ctx, on)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		out.Body.Files = append(out.Body.Files, toldFile(f))
	}
	history, err := d.Book.History(ctx, on, 0, 100)
	for _, h := range history {
		out.Body.History = append(out.Body.History, DocumentChange{At: h.At, By: h.By.Name, What: h.What, Old: h.Old, New: h.New, Why: h.Why})
	}
	return out, err
}

func (d Deps) say(ctx context.Context, in *documentSayIn) (*documentSayOut, error) {
	on, err := in.on()
	if err != nil {
		return nil, err
	}
	c, err := d.Book.Say(ctx, folio.Saying{On: on, Words: in.Body.Words, Corrects: in.Body.Corrects, Key: in.Key, By: d.By(ctx)})
	if err != nil {
		return nil, err
	}
	return &documentSayOut{toldComment(c)}, nil
}

func (d Deps) put(ctx context.Context, in *documentPutIn) (*documentPutOut, error) {
	on, err := in.on()
	if err != nil {
		return nil, err
	}
	f, err := d.Book.Put(ctx, folio.Putting{On: on, Name: in.Body.Name, Content: in.Body.Content, Key: in.Key, By: d.By(ctx)})
	if err != nil {
		return nil, err
	}
	return &documentPutOut{toldFile(f)}, nil
}

func (d Deps) give(ctx context.Context, in *documentGiveIn) (*documentGiveOut, error) {
	on, err := in.on()
	if err != nil {
		return nil, err
	}
	f, content, err := d.Book.Content(ctx, on, in.File)
	if err != nil {
		return nil, err
	}
	return &documentGiveOut{Type: f.Type, As: "attachment", Body: content}, nil
}

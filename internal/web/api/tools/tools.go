// Package tools is how programs keep what operations take besides machines and people, in the words of the API.
package tools

import (
	"context"
	"strings"
	"time"

	"millwright/internal/access"
	"millwright/internal/erp/item"
	"millwright/internal/erp/item/written"
	"millwright/internal/erp/tool"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/web/api/operation"
)

// Deps is what the operations answer from.
type Deps struct {
	Book tool.Book
	By   func(ctx context.Context) plant.Person
	Zone func() *time.Location // of the plant, for dates
}

// Mount adds the operations.
func Mount(b *operation.Book, d Deps) {
	operation.Get(b, access.Read, "/api/v1/tools", "List tools", d.all)
	operation.Create(b, access.WriteItems, "/api/v1/tools", "Add a tool", d.add)
	operation.Get(b, access.Read, "/api/v1/tools/{tool}", "Show a tool, and what takes it", d.one)
	operation.Post(b, access.WriteItems, "/api/v1/tools/{tool}/change", "Change a tool", d.change)
}

// Tool is what operations take besides machines and people.
type Tool struct {
	ID      int64      `json:"id"`
	Number  string     `json:"number"`
	Name    string     `json:"name"`
	Count   int64      `json:"count" doc:"How many there are."`
	Away    int64      `json:"away" doc:"How many of these are in maintenance."`
	Back    *time.Time `json:"back" doc:"When those are back; null when nobody knows, or none is away."`
	Place   string     `json:"place,omitempty" doc:"Where it is kept."`
	Note    string     `json:"note,omitempty"`
	Retired bool       `json:"retired"`
	Version int64      `json:"version" doc:"Send it with a change: it fails when somebody else was first."`
}

func toldTool(t tool.Tool) Tool {
	return Tool{t.ID, t.Number, t.Name, t.Count, t.Away, back(t), t.Place, t.Note, t.Retired, t.Version}
}

// back is when what is away is back, else null.
func back(t tool.Tool) *time.Time {
	if t.Back.IsZero() {
		return nil
	}
	return &t.Back
}

// ToolFacts are a tool that somebody sends.
type ToolFacts struct {
	Number  string `json:"number" maxLength:"80"`
	Name    string `json:"name" maxLength:"400"`
	Count   int64  `json:"count" doc:"How many there are."`
	Away    int64  `json:"away,omitempty" doc:"How many of these are in maintenance."`
	Back    string `json:"back,omitempty" maxLength:"40" doc:"When those are back, as a date or a time; left out when nobody knows."`
	Place   string `json:"place,omitempty" maxLength:"400"`
	Note    string `json:"note,omitempty" maxLength:"8000"`
	Retired bool   `json:"retired,omitempty" doc:"Bills take it no more."`
	Version int64  `json:"version,omitempty" doc:"Of a tool that is changed, as you saw it."`
	Why     string `json:"why,omitempty" maxLength:"500"`
}

// ToolUse is an operation of a bill that takes a tool.
type ToolUse struct {
	Bill      int64  `json:"bill"`
	Item      string `json:"item"`
	Number    int64  `json:"number" doc:"Of the bill, among those of its item."`
	State     string `json:"state"`
	Position  int64  `json:"position"`
	Operation string `json:"operation"`
	Tools     int64  `json:"tools" doc:"How many of it."`
}

type (
	toolsIn  struct{}
	toolsOut struct {
		Body struct {
			Tools []Tool `json:"tools" doc:"By their numbers."`
		}
	}
	toolOut    struct{ Body Tool }
	toolOneOut struct {
		Body struct {
			Tool
			Uses []ToolUse `json:"uses" doc:"By bills that are not obsolete, the newest first; 500 at most."`
		}
	}
	toolIn   struct{ Body ToolFacts }
	toolPath struct {
		Tool int64 `path:"tool" minimum:"1"`
	}
	toolAt struct {
		Tool int64 `path:"tool" minimum:"1"`
		Body ToolFacts
	}
)

func (d Deps) read(f ToolFacts, id int64) (tool.Tool, error) {
	t := tool.Tool{ID: id, Number: f.Number, Name: f.Name, Count: f.Count, Away: f.Away, Place: f.Place, Note: f.Note, Retired: f.Retired, Version: f.Version}
	if f.Back == "" {
		return t, nil
	}
	at, err := written.ParseTime(f.Back, d.Zone())
	if err != nil {
		return t, &errs.Error{Kind: errs.Invalid, Words: "the tool cannot be read", Fields: []errs.Field{{Path: "back", Message: err.Error()}}}
	}
	t.Back = at
	return t, nil
}

func (d Deps) all(ctx context.Context, _ *toolsIn) (*toolsOut, error) {
	kit, err := d.Book.Kit(ctx)
	out := &toolsOut{}
	out.Body.Tools = []Tool{}
	for _, t := range kit.Sorted() {
		out.Body.Tools = append(out.Body.Tools, toldTool(t))
	}
	return out, err
}

func (d Deps) one(ctx context.Context, in *toolPath) (*toolOneOut, error) {
	t, err := d.Book.Tool(ctx, in.Tool)
	if err != nil {
		return nil, err
	}
	uses, err := d.Book.Uses(ctx, t.ID)
	out := &toolOneOut{}
	out.Body.Tool, out.Body.Uses = toldTool(t), []ToolUse{}
	for _, u := range uses {
		out.Body.Uses = append(out.Body.Uses, ToolUse{u.Bill, u.Item, u.Version, u.State, u.Position, u.Operation, u.Tools})
	}
	return out, err
}

func (d Deps) add(ctx context.Context, in *toolIn) (*toolOut, error) {
	t, err := d.read(in.Body, 0)
	if err != nil {
		return nil, err
	}
	return keptTool(d.Book.Add(ctx, t, item.Change{By: d.By(ctx), Why: strings.TrimSpace(in.Body.Why)}))
}

func (d Deps) change(ctx context.Context, in *toolAt) (*toolOut, error) {
	t, err := d.read(in.Body, in.Tool)
	if err != nil {
		return nil, err
	}
	return keptTool(d.Book.Save(ctx, t, item.Change{By: d.By(ctx), Why: strings.TrimSpace(in.Body.Why)}))
}

func keptTool(kept tool.Tool, err error) (*toolOut, error) {
	if err != nil {
		return nil, err
	}
	return &toolOut{toldTool(kept)}, nil
}

// Package setpoint is what programs write into machines, in the words of the API: setpoints and commands.
package setpoint

import (
	"context"

	"millwright/internal/access"
	"millwright/internal/plant"
	"millwright/internal/web/api/operation"
)

// Deps is what the operations answer from.
type Deps struct {
	Writable func(ctx context.Context, line plant.LineID) ([]WritableTag, error)
	Write    func(ctx context.Context, line plant.LineID, w TagWrite) (WritableTag, error)
}

// Mount adds the operations.
func Mount(b *operation.Book, d Deps) {
	operation.Get(b, access.Read, "/api/v1/lines/{line}/writable", "List what may be written into the machines of a line", d.list)
	operation.Post(b, access.StepJobs, "/api/v1/lines/{line}/write", "Write into a machine", d.write)
}

// WritableTag is one that may be written.
type WritableTag struct {
	Name  string   `json:"tag"`
	Unit  string   `json:"machine" doc:"The work unit."`
	Label string   `json:"label,omitempty"`
	Reads string   `json:"reads" doc:"What it reads now: a word where its values are words; – when nothing is known."`
	MayBe string   `json:"mayBe" doc:"Start or Stop; from 60 to 98; any."`
	Words []string `json:"words" doc:"The words that it takes; none where it takes a number, a text, or true and false."`
}

// TagWrite is what is to be written.
type TagWrite struct {
	Tag   string `json:"tag" maxLength:"200"`
	Value string `json:"value" maxLength:"200" doc:"A number, true or false, a text, or one of the words."`
	Seen  string `json:"seen" maxLength:"200" doc:"What the tag read when it was looked at: it is a conflict (409) when it reads something else by now."`
	Why   string `json:"why" maxLength:"500" doc:"The audit keeps it, before the machine hears of it."`
}

type (
	writableIn struct {
		Line string `path:"line" maxLength:"80"`
	}
	writableOut struct {
		Body struct {
			Tags []WritableTag `json:"tags"`
		}
	}
	tagWriteIn struct {
		Line string `path:"line" maxLength:"80"`
		Body TagWrite
	}
	tagWrittenOut struct{ Body WritableTag }
)

func (d Deps) list(ctx context.Context, in *writableIn) (*writableOut, error) {
	all, err := d.Writable(ctx, plant.LineID(in.Line))
	out := &writableOut{}
	out.Body.Tags = append([]WritableTag{}, all...)
	return out, err
}

func (d Deps) write(ctx context.Context, in *tagWriteIn) (*tagWrittenOut, error) {
	t, err := d.Write(ctx, plant.LineID(in.Line), in.Body)
	return &tagWrittenOut{t}, err
}

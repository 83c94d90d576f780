// Package whole makes an answer before it begins, so that one that cannot be written is an error and no half of an answer.
package whole

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/danielgtaylor/huma/v2"
)

// answer is a body as it is sent.
type answer []byte

// Answers makes an API write its answers as a whole. One that cannot be written panics before the status is sent: the
// site turns that into a 500 with a reference.
func Answers(c *huma.Config) {
	c.Transformers = append(c.Transformers, func(ctx huma.Context, _ string, v any) (any, error) {
		text, err := written(v)
		if err != nil {
			panic(fmt.Errorf("answer %s: %w", ctx.URL().Path, err))
		}
		return answer(text), nil
	})
	format := huma.Format{Unmarshal: json.Unmarshal, Marshal: func(w io.Writer, v any) error {
		text, ready := v.(answer)
		if !ready {
			return fmt.Errorf("write %T: it was not made whole", v)
		}
		_, err := w.Write(text)
		return err
	}}
	c.Formats = map[string]huma.Format{"application/json": format, "json": format}
}

func written(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}

package folio

import "context"

// Names knows documents by the numbers that people see.
type Names interface {
	Numbers(ctx context.Context, documents []string) (map[string]string, error) // "sales/7": "SO-000007"; what there is none of is left out
	Find(ctx context.Context, number string) (document string, err error)       // of whatever has the number, without regard to case; errs.NotFound
}

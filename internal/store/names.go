package store

import (
	"context"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"millwright/internal/erp/folio"
	"millwright/internal/errs"
)

// Names gives the numbers of documents, and documents by their numbers.
func (s *Store) Names() folio.Names { return names{s} }

type names struct{ s *Store }

var _ folio.Names = names{}

// mostNamed is how many documents of one kind are named at once.
const mostNamed = 500

// numberColumn is the column that people know a document by; "" where there is none.
func numberColumn(kind string) string {
	switch kind {
	case "bill", "move":
		return ""
	case "place", "centre":
		return "code"
	}
	return "number"
}

// Numbers gives the numbers of documents.
func (n names) Numbers(ctx context.Context, all []string) (map[string]string, error) {
	ids := map[string][]int64{}
	for _, d := range all {
		kind, digits, _ := strings.Cut(d, "/")
		id, err := strconv.ParseInt(digits, 10, 64)
		if _, known := documents()[kind]; known && err == nil && numberColumn(kind) != "" && len(ids[kind]) < mostNamed {
			ids[kind] = append(ids[kind], id)
		}
	}
	found := map[string]string{}
	err := n.s.read(ctx, "name documents", func(db *gorm.DB) error {
		for kind, some := range ids {
			var rows []struct {
				ID     int64
				Number string
			}
			if err := db.Raw("SELECT id, "+numberColumn(kind)+" AS number FROM "+documents()[kind]+" WHERE id IN ?", some).Scan(&rows).Error; err != nil {
				return err
			}
			for _, r := range rows {
				found[kind+"/"+strconv.FormatInt(r.ID, 10)] = r.Number
			}
		}
		return nil
	})
	return found, err
}

// byNumber finds a document of each kind, by its number as it was typed, in upper case and in lower.
func byNumber() [][2]string {
	return [][2]string{
		{"item", "SELECT id FROM item WHERE folded = @low"},
		{"sales", "SELECT id FROM sales_order WHERE number IN (@typed, @up)"},
		{"purchase", "SELECT id FROM purchase_order WHERE number IN (@typed, @up)"},
		{"work", "SELECT id FROM work_order WHERE number IN (@typed, @up)"},
		{"count", "SELECT id FROM stock_count WHERE number IN (@typed, @up)"},
		{"sales", "SELECT document AS id FROM sales_paper WHERE number IN (@typed, @up)"},
		{"purchase", "SELECT document AS id FROM purchase_paper WHERE number IN (@typed, @up)"},
		{"partner", "SELECT id FROM partner WHERE folded = @low"},
		{"place", "SELECT id FROM stock_place WHERE folded = @low"},
		{"lot", "SELECT id FROM lot WHERE number IN (@typed, @up) ORDER BY id DESC LIMIT 1"},
	}
}

// Find finds whatever has a number. Two lots of different items may have the same one: the newer is found.
func (n names) Find(ctx context.Context, number string) (document string, err error) {
	number = strings.TrimSpace(number)
	asked := map[string]any{"typed": text(number), "up": text(strings.ToUpper(number)), "low": foldedNumber(number)}
	err = n.s.read(ctx, "find a document", func(db *gorm.DB) error {
		for _, k := range byNumber() {
			var id int64
			found := db.Raw(k[1], asked).Scan(&id)
			if found.Error != nil {
				return found.Error
			}
			if found.RowsAffected > 0 {
				document = k[0] + "/" + strconv.FormatInt(id, 10)
				return nil
			}
		}
		return nil
	})
	if err == nil && document == "" {
		err = errs.New(errs.NotFound, "nothing has the number %s", errs.Clip(number))
	}
	return document, err
}

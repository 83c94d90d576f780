// From when on lines go by a revision, where that is before it was published.

package store

import (
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"millwright/internal/plant"
	"millwright/internal/revision"
)

// laid tells in the audit chain from when on lines are laid out anew. It stands behind what is told of a revision, and
// nowhere else: the wishes end, and what is valid is overlaid by later revisions.
func laid(anew []revision.Anew) string {
	var b strings.Builder
	for _, a := range anew {
		fmt.Fprintf(&b, "; line %s from %s on", a.Line, a.From.UTC().Format(time.RFC3339))
	}
	return b.String()
}

// relaid reads what laid wrote.
func relaid(told string) (all []revision.Anew) {
	for _, part := range strings.Split(told, "; line ")[1:] {
		line, from, _ := strings.Cut(part, " from ")
		if at, err := time.Parse(time.RFC3339, strings.TrimSuffix(from, " on")); err == nil {
			all = append(all, revision.Anew{Line: plant.LineID(line), From: at})
		}
	}
	return all
}

// anew fills in from when on lines go by revisions.
func anew(db *gorm.DB, all []revision.Revision) error {
	if len(all) == 0 {
		return nil
	}
	like, args := make([]string, len(all)), make([]any, len(all))
	place := map[int64]int{}
	for i, r := range all {
		like[i], args[i], place[r.Number] = "new LIKE ?", fmt.Sprintf("revision %d, %%", r.Number), i
	}
	var told []string
	err := db.Raw(`
		SELECT new
		  FROM audit
		 WHERE what = 'plant.publish' AND new LIKE '%; line %' AND (`+strings.Join(like, " OR ")+`)
		 ORDER BY seq`, args...).Scan(&told).Error
	for _, t := range told {
		var number int64
		if _, err := fmt.Sscanf(t, "revision %d,", &number); err == nil {
			all[place[number]].Anew = relaid(t)
		}
	}
	return err
}

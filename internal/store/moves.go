package store

import (
	"context"

	"gorm.io/gorm"

	"millwright/internal/access"
)

// Newest gives the newest entry about each of some things, by the thing; of those that nothing was ever done to, none. What a machine was told of a job is no change of it.
func (a Audit) Newest(ctx context.Context, things []string) (map[string]access.Entry, error) {
	if len(things) == 0 {
		return nil, nil
	}
	named := make([]string, len(things))
	for i, t := range things {
		named[i] = text(t)
	}
	list, err := a.list(ctx, "seq DESC", len(things), func(q *gorm.DB) *gorm.DB {
		return q.Where("seq IN (SELECT MAX(seq) FROM audit WHERE thing IN ? AND what <> 'job.send' GROUP BY thing)", named)
	})
	all := make(map[string]access.Entry, len(list))
	for _, e := range list {
		all[e.On] = e
	}
	return all, err
}

package store

import (
	"context"

	"gorm.io/gorm"

	"millwright/internal/plant"
)

// Commands are a table of what was asked for with a key.
type Commands string

// The commands that make orders.
const (
	OrderCommands Commands = "order_command"
	WorkCommands  Commands = "work_command"
)

// Answered gives the ID of what a person has made with a key, whatever was asked for: 0 when there is nothing. Who asks again
// after a restart may not know any more how the request was worded.
func (s *Store) Answered(ctx context.Context, of Commands, by plant.Person, key string) (id int64, err error) {
	err = s.read(ctx, "find the answer to a command", func(db *gorm.DB) error {
		return db.Table(string(of)).Select("COALESCE(MAX(answer), 0)").
			Where("who_id = ? AND who_name = ? AND key = ?", by.ID, text(by.Name), text(key)).Scan(&id).Error
	})
	return id, err
}

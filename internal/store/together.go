package store

import (
	"context"
	"errors"

	"gorm.io/gorm"
)

// joined is the key under which a context has the transaction of a store that commands join.
type joined struct{ of *Store }

// Together runs fn, all of whose commands and questions with the context that it is given are one transaction: they are kept
// when it returns nil, and none of them otherwise. Within, Together is a part that can be taken back by itself.
func (s *Store) Together(ctx context.Context, doing string, fn func(ctx context.Context) error) error {
	return s.write(ctx, doing, func(tx *gorm.DB) error {
		return fn(context.WithValue(ctx, joined{s}, tx))
	})
}

// joining gives the transaction that a context is in; nil for none.
func (s *Store) joining(ctx context.Context) *gorm.DB {
	tx, _ := ctx.Value(joined{s}).(*gorm.DB)
	return tx
}

// part runs fn as a part of a transaction, which is taken back by itself when it fails.
func part(tx *gorm.DB, fn func(tx *gorm.DB) error) error {
	if err := tx.Exec("SAVEPOINT part").Error; err != nil {
		return err
	}
	err := fn(tx)
	if err != nil {
		err = errors.Join(err, tx.Exec("ROLLBACK TO SAVEPOINT part").Error)
	}
	return errors.Join(err, tx.Exec("RELEASE SAVEPOINT part").Error)
}

package web

import (
	"context"
	"time"

	"millwright/internal/access"
)

// recent is what the vault said a moment ago, for sockets that ask again and again.
type recent[T any] struct {
	is  T
	err error
	at  time.Time
}

// fresh is how long an answer of the vault may be used again for a socket.
const fresh = time.Second

// user is the vault's, a moment old at most.
func (d *desk) user(id int64, now time.Time) (access.User, error) {
	return again(d, d.users, id, now, func(ctx context.Context) (access.User, error) { return d.vault.User(ctx, id) })
}

// token is the gate's, a moment old at most.
func (d *desk) token(hash [32]byte, now time.Time) (access.Token, error) {
	return again(d, d.tokens, hash, now, func(ctx context.Context) (access.Token, error) { return d.gate.TokenByHash(ctx, hash) })
}

func again[K comparable, T any](d *desk, kept map[K]recent[T], key K, now time.Time, ask func(context.Context) (T, error)) (T, error) {
	d.mu.Lock()
	r, ok := kept[key]
	d.mu.Unlock()
	if ok && now.Sub(r.at) < fresh && now.Sub(r.at) >= 0 {
		return r.is, r.err
	}
	ctx, cancel := context.WithTimeout(context.Background(), fresh)
	defer cancel()
	is, err := ask(ctx)
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(kept) > 10_000 {
		clear(kept)
	}
	kept[key] = recent[T]{is, err, now}
	return is, err
}

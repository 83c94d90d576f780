package hook

import (
	"context"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Vault keeps the secrets of hooks, and opens them.
type Vault interface {
	Safe
	Keep(ctx context.Context, name, plain string, by plant.Person) (mark string, err error)
}

// Desk is where hooks are set up.
type Desk struct {
	Book
	Safe Vault
	May  Allowed
}

// Make keeps a new hook with a secret of its own. Who asks again with the same key gets the same, also when the program was
// killed between the two.
func (d Desk) Make(ctx context.Context, h Hook, m Making) (made Hook, plain string, err error) {
	if err := h.Check(d.May); err != nil {
		return Hook{}, "", err
	}
	if h, err = d.Add(ctx, h, m); err != nil {
		return Hook{}, "", err
	}
	if h.Mark != "" {
		plain, err = d.Safe.Open(ctx, SecretName(h.ID), h.Mark)
		return h, plain, err
	}
	plain = NewSecret()
	if h.Mark, err = d.Safe.Keep(ctx, SecretName(h.ID), plain, m.By); err != nil {
		return Hook{}, "", err
	}
	if err = d.Save(ctx, h, m.By, m.Why); err != nil {
		return Hook{}, "", err
	}
	h.Version++
	return h, plain, nil
}

// Change keeps a changed hook, whose secret stays.
func (d Desk) Change(ctx context.Context, h Hook, by plant.Person, why string) (Hook, error) {
	was, err := d.One(ctx, h.ID)
	if err != nil {
		return Hook{}, err
	}
	if err := h.Check(d.May); err != nil {
		return Hook{}, err
	}
	h.Mark = was.Mark
	if err := d.Save(ctx, h, by, why); err != nil {
		return Hook{}, err
	}
	h.Version++
	return h, nil
}

// One is the hook of a number.
func (d Desk) One(ctx context.Context, id int64) (Hook, error) {
	all, err := d.Hooks(ctx)
	for _, h := range all {
		if h.ID == id {
			return h, nil
		}
	}
	if err == nil {
		err = errs.New(errs.NotFound, "there is no such webhook")
	}
	return Hook{}, err
}

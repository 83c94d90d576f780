// Package webhooks is which programs elsewhere are told what happens in the business, in the words of the API.
package webhooks

import (
	"context"
	"strings"

	"millwright/internal/access"
	"millwright/internal/erp/hook"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/web/api/operation"
)

// Deps is what the operations answer from.
type Deps struct {
	Desk hook.Desk
	By   func(ctx context.Context) plant.Person
}

// Mount adds the operations.
func Mount(b *operation.Book, d Deps) {
	const needs = access.Administer
	operation.Get(b, needs, "/api/v1/webhooks", "List webhooks", d.all)
	operation.Create(b, needs, "/api/v1/webhooks", "Add a webhook", d.add)
	operation.Get(b, needs, "/api/v1/webhooks/{webhook}", "Show a webhook", d.one)
	operation.Post(b, needs, "/api/v1/webhooks/{webhook}/change", "Change a webhook, or turn it off", d.change)
	operation.Post(b, needs, "/api/v1/webhooks/{webhook}/test", "Try a webhook", d.test)
	operation.Get(b, needs, "/api/v1/webhook-deliveries", "List deliveries of webhooks", d.deliveries)
	operation.Post(b, needs, "/api/v1/webhook-deliveries/{delivery}/again", "Have a delivery sent again", d.again)
}

func (d Deps) all(ctx context.Context, _ *webhooksIn) (*webhooksOut, error) {
	all, err := d.Desk.Hooks(ctx)
	out := &webhooksOut{}
	out.Body.Events, out.Body.Webhooks = hook.Events(), []Webhook{}
	for _, h := range all {
		out.Body.Webhooks = append(out.Body.Webhooks, told(h))
	}
	return out, err
}

func (d Deps) one(ctx context.Context, in *webhookAt) (*webhookOut, error) {
	h, err := d.Desk.One(ctx, in.Webhook)
	return &webhookOut{told(h)}, err
}

// why is the reason of a change, without which there is none.
func why(s string) (string, error) {
	if s = strings.TrimSpace(s); s == "" {
		return "", &errs.Error{Kind: errs.Invalid, Words: "a change needs a reason", Fields: []errs.Field{{Path: "why", Message: "Say in one sentence why."}}}
	}
	return s, nil
}

func (d Deps) add(ctx context.Context, in *webhookIn) (*webhookMadeOut, error) {
	words, err := why(in.Body.Why)
	if err != nil {
		return nil, err
	}
	h, plain, err := d.Desk.Make(ctx, hook.Hook{Name: strings.TrimSpace(in.Body.Name), URL: in.Body.URL, Events: in.Body.Events, Active: true}, hook.Making{By: d.By(ctx), Why: words, Key: in.Key})
	if err != nil {
		return nil, err
	}
	out := &webhookMadeOut{}
	out.Body.Webhook, out.Body.Secret = told(h), plain
	return out, nil
}

func (d Deps) change(ctx context.Context, in *webhookChangeIn) (*webhookOut, error) {
	words, err := why(in.Body.Why)
	if err != nil {
		return nil, err
	}
	b := in.Body
	h, err := d.Desk.Change(ctx, hook.Hook{ID: in.Webhook, Name: strings.TrimSpace(b.Name), URL: b.URL, Events: b.Events, Active: b.Active, Version: b.Version}, d.By(ctx), words)
	if err != nil {
		return nil, err
	}
	return &webhookOut{told(h)}, nil
}

func (d Deps) test(ctx context.Context, in *webhookAt) (*webhookDeliveryOut, error) {
	t, err := d.Desk.Test(ctx, in.Webhook, d.By(ctx))
	if err != nil {
		return nil, err
	}
	return &webhookDeliveryOut{toldOf(t)}, nil
}

func (d Deps) deliveries(ctx context.Context, in *webhookDeliveriesIn) (*webhookDeliveriesOut, error) {
	all, err := d.Desk.Deliveries(ctx, hook.Ask{Hook: in.Webhook, State: hook.State(in.State), Before: in.Before, Limit: in.Limit + 1})
	out := &webhookDeliveriesOut{}
	out.Body.Deliveries = []WebhookDelivery{}
	for i, t := range all {
		if i == in.Limit {
			out.Body.Next = &out.Body.Deliveries[i-1].ID
			break
		}
		out.Body.Deliveries = append(out.Body.Deliveries, toldOf(t))
	}
	return out, err
}

func (d Deps) again(ctx context.Context, in *webhookDeliveryAt) (*webhookDeliveryOut, error) {
	if err := d.Desk.Again(ctx, in.Delivery, d.By(ctx)); err != nil {
		return nil, err
	}
	all, err := d.Desk.Deliveries(ctx, hook.Ask{Before: in.Delivery + 1, Limit: 1})
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &webhookDeliveryOut{toldOf(all[0])}, nil
}

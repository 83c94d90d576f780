package webhooks

import (
	"encoding/json"
	"time"

	"millwright/internal/erp/hook"
)

// Webhook is a program elsewhere that is told what happens.
type Webhook struct {
	ID       int64    `json:"id"`
	Name     string   `json:"name"`
	URL      string   `json:"url"`
	Events   []string `json:"events" doc:"What it is told of, by the kind of the document; none means everything."`
	Active   bool     `json:"active"`
	Failures int64    `json:"failures" doc:"Deliveries in a row that were given up; 10 turn it off."`
	Version  int64    `json:"version" doc:"Send it with a change: it fails when somebody else was first."`
}

func told(h hook.Hook) Webhook {
	if h.Events == nil {
		h.Events = []string{}
	}
	return Webhook{h.ID, h.Name, h.URL, h.Events, h.Active, h.Failures, h.Version}
}

// WebhookDelivery is one event that a program is told.
type WebhookDelivery struct {
	ID       int64           `json:"id"`
	Webhook  int64           `json:"webhook"`
	Name     string          `json:"name" doc:"Of the webhook."`
	Event    string          `json:"event" doc:"As the audit calls it; webhook.test of a test."`
	On       string          `json:"on" doc:"The document, such as item/12."`
	At       time.Time       `json:"at" doc:"When it happened."`
	Data     json.RawMessage `json:"data" doc:"What is told of it."`
	State    string          `json:"state" enum:"waiting,sent,failed" doc:"failed: given up."`
	Attempts int             `json:"attempts"`
	Next     *time.Time      `json:"next" doc:"When it is tried next; null when it is at once, or never."`
	Status   *int            `json:"status" doc:"Of the last answer; null when there was none."`
	Took     *float64        `json:"took" doc:"Seconds of the last try; null when there was none."`
	Answer   string          `json:"answer,omitempty" doc:"Its first 500 letters."`
	Fault    string          `json:"fault,omitempty" doc:"Why the last try was none."`
}

func toldOf(d hook.Delivery) WebhookDelivery {
	out := WebhookDelivery{
		ID: d.ID, Webhook: d.Hook, Name: d.Name, Event: d.Event, On: d.On, At: d.At.UTC(), Data: json.RawMessage(d.Payload), State: string(d.State),
		Attempts: d.Attempts, Answer: d.Answer, Fault: d.Fault,
	}
	if d.Status > 0 {
		out.Status = &d.Status
	}
	if d.Attempts > 0 {
		took := d.Took.Seconds()
		out.Took = &took
		if next := d.Next.UTC(); d.State == hook.Waiting {
			out.Next = &next
		}
	}
	return out
}

type (
	webhooksIn  struct{}
	webhooksOut struct {
		Body struct {
			Webhooks []Webhook `json:"webhooks" doc:"By their names."`
			Events   []string  `json:"events" doc:"All that there are to be told of."`
		}
	}
	webhookAt struct {
		Webhook int64 `path:"webhook" minimum:"1"`
	}
	webhookOut struct{ Body Webhook }
	webhookIn  struct {
		Key  string `header:"Idempotency-Key" maxLength:"200" doc:"The same key again, however much later, gives the same webhook and secret, and adds none."`
		Body struct {
			Name   string   `json:"name" maxLength:"400"`
			URL    string   `json:"url" maxLength:"2000" doc:"https, or http to hosts that the settings name under webhooks.allow."`
			Events []string `json:"events,omitempty" maxItems:"50" doc:"What it is told of; everything when left out."`
			Why    string   `json:"why" maxLength:"500"`
		}
	}
	webhookMadeOut struct {
		Body struct {
			Webhook
			Secret string `json:"secret" doc:"It is told only here. X-Millwright-Signature is v1= and the HMAC-SHA256 with it, in hexadecimal, of X-Millwright-Time, a full stop and the body."`
		}
	}
	webhookChangeIn struct {
		Webhook int64 `path:"webhook" minimum:"1"`
		Body    struct {
			Name    string   `json:"name" maxLength:"400"`
			URL     string   `json:"url" maxLength:"2000"`
			Events  []string `json:"events,omitempty" maxItems:"50" doc:"What it is told of; everything when left out."`
			Active  bool     `json:"active"`
			Version int64    `json:"version" doc:"As you saw it."`
			Why     string   `json:"why" maxLength:"500"`
		}
	}
	webhookDeliveriesIn struct {
		Webhook int64  `query:"webhook" minimum:"1" doc:"Only of this one."`
		State   string `query:"state" enum:"waiting,sent,failed"`
		Before  int64  `query:"before" minimum:"1" doc:"Those with lesser numbers."`
		Limit   int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
	}
	webhookDeliveriesOut struct {
		Body struct {
			Deliveries []WebhookDelivery `json:"deliveries" doc:"The newest first, of 90 days."`
			Next       *int64            `json:"next" doc:"Give it as before to get older ones; null when this is all."`
		}
	}
	webhookDeliveryAt struct {
		Delivery int64 `path:"delivery" minimum:"1"`
	}
	webhookDeliveryOut struct{ Body WebhookDelivery }
)

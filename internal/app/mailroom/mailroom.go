// Package mailroom puts together what sends reports by mail.
package mailroom

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"millwright/internal/mail"
	"millwright/internal/mail/post"
	"millwright/internal/mes/oee"
)

// Desk makes the desk where mail is set up.
func Desk(book mail.Book, safe mail.Safe, servers []string) *mail.Desk {
	return &mail.Desk{Book: book, Safe: safe, Post: post.Client{}.Send, May: servers, Now: time.Now}
}

// Run sends what is due until ctx ends.
func Run(desk *mail.Desk, office mail.Office, wishes func(context.Context) ([]oee.Wish, error), log *slog.Logger) func(context.Context) error {
	s := &mail.Sender{Desk: desk, Office: patient{office, wishes}, Log: log}
	return s.Run
}

// patient waits for what is about to be derived anew as well.
type patient struct {
	mail.Office
	wishes func(context.Context) ([]oee.Wish, error)
}

// Settled tells why a period is not yet what it will be.
func (p patient) Settled(ctx context.Context, s mail.Subscription, of mail.Period) (string, error) {
	wait, err := p.Office.Settled(ctx, s, of)
	if wait != "" || err != nil {
		return wait, err
	}
	open, err := p.wishes(ctx)
	if err != nil {
		return "", err
	}
	for _, l := range p.Placed(s.Place) {
		mine := of.Line == "" || of.Line == l.ID
		if mine && slices.ContainsFunc(open, func(w oee.Wish) bool { return w.Line == l.ID }) {
			return "It waits until the time of line " + l.Name + " is derived anew.", nil
		}
	}
	return "", nil
}

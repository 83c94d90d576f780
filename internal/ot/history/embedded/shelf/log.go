package shelf

import (
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
)

// What the store says when it took late samples but could not write them to their log; it says so
// nowhere else. And what it says all the time where samples come late.
const (
	unloggedMessage = "Failed to log out of order samples into the WAL"
	overlapMessage  = "Overlapping blocks found"
)

// What the store says when it is closed while it writes a block; the samples stay in its logs.
const unpackedMessage = "compaction failed"

// What the store says at its start when late samples in their log are of series that nothing names any more.
const namelessMessage = "Unknown series references for ooo WAL replay"

// handler is the log that the store writes to: its daily business is told only when something is looked into.
type handler struct {
	to       slog.Handler
	unlogged *atomic.Bool
	nameless *atomic.Bool
	closing  *atomic.Bool
}

// Enabled lets everything pass that might have to be seen here.
func (h handler) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn || h.to.Enabled(ctx, slog.LevelDebug)
}

// Handle passes a line on, at a level that fits.
func (h handler) Handle(ctx context.Context, r slog.Record) error {
	if r.Message == unloggedMessage {
		h.unlogged.Store(true)
	}
	if r.Message == namelessMessage {
		h.nameless.Store(true)
	}
	r = r.Clone()
	if r.Level < slog.LevelWarn || strings.HasPrefix(r.Message, overlapMessage) || (r.Message == unpackedMessage && h.closing.Load()) {
		r.Level = slog.LevelDebug
	}
	if !h.to.Enabled(ctx, r.Level) {
		return nil
	}
	r.AddAttrs(slog.String("from", "history store"))
	return h.to.Handle(ctx, r)
}

// WithAttrs is the handler with attributes.
func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return handler{to: h.to.WithAttrs(attrs), unlogged: h.unlogged, nameless: h.nameless, closing: h.closing}
}

// WithGroup is the handler with a group.
func (h handler) WithGroup(name string) slog.Handler {
	return handler{to: h.to.WithGroup(name), unlogged: h.unlogged, nameless: h.nameless, closing: h.closing}
}

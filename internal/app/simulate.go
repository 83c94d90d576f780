package app

import (
	"context"
	"log/slog"
	"os"

	"millwright/internal/ot/simulate/station"
)

// SimulateOptions are the choices of `millwright simulate`.
type SimulateOptions struct {
	Listen   string
	Snapshot string
	Backfill string
	Seed     uint64
	Speed    float64
}

// Simulate runs only the demo plant's machines. The token for the past that they bring is in MILLWRIGHT_TOKEN.
func Simulate(ctx context.Context, o SimulateOptions) error {
	return station.Run(ctx, station.Options{
		Listen: o.Listen, Seed: o.Seed, Speed: o.Speed, Snapshot: o.Snapshot,
		BackfillURL: o.Backfill, Token: os.Getenv("MILLWRIGHT_TOKEN"),
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
}

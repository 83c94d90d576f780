package demoplant

import (
	"context"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"millwright/internal/access"
	"millwright/internal/ot/simulate/station"
	"millwright/internal/plant"
)

// Simulator starts `millwright simulate` and watches it.
type Simulator struct {
	Listen   string // address of its OPC UA server
	Site     string // of this program as it is reached from this machine, for the past that it brings
	Snapshot string // file in which the machines keep their memory
	Seed     uint64
	Speed    float64
	Vault    access.Vault    // in which the token for the past is made
	After    <-chan struct{} // on the first start the machines begin when it is closed
	Log      *slog.Logger
}

// Run keeps the process going until ctx ends.
func (s Simulator) Run(ctx context.Context) error {
	if station.Untold(s.Snapshot) {
		select {
		case <-s.After:
		case <-ctx.Done():
		}
	}
	for ctx.Err() == nil {
		began := time.Now()
		if err := s.once(ctx); ctx.Err() == nil {
			s.Log.Warn("the simulated machines ended and are started again", "err", err)
		}
		if time.Since(began) < 10*time.Second {
			wait(ctx, 2*time.Second)
		}
	}
	return nil
}

// Listens returns once somebody listens at an address, or when ctx ends.
func Listens(ctx context.Context, address string) {
	for ctx.Err() == nil {
		c, err := new(net.Dialer).DialContext(ctx, "tcp", address)
		if err == nil {
			_ = c.Close() // only whether it opens was asked
			return
		}
		wait(ctx, 200*time.Millisecond)
	}
}

// once runs the process to its end.
func (s Simulator) once(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	args := []string{
		"simulate", "--listen", s.Listen, "--snapshot", s.Snapshot,
		"--seed", strconv.FormatUint(s.Seed, 10), "--speed", strconv.FormatFloat(s.Speed, 'g', -1, 64),
	}
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Env = os.Environ()
	if station.Untold(s.Snapshot) {
		token, revoke, err := s.token(ctx)
		if err != nil {
			return err
		}
		defer revoke()
		cmd.Args = append(cmd.Args, "--backfill", s.Site)
		cmd.Env = append(cmd.Env, "MILLWRIGHT_TOKEN="+token)
	}
	cmd.Stderr = os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 8 * time.Second
	endWithUs(cmd)
	runtime.LockOSThread() // the system ends the process with the thread that started it
	defer runtime.UnlockOSThread()
	return cmd.Run()
}

// token makes a token for the past that the machines bring on the first start; it ends with the process.
func (s Simulator) token(ctx context.Context) (secret string, revoke func(), err error) {
	n := access.NewToken{Name: "simulated machines " + time.Now().UTC().Format("2006-01-02 15.04.05"), Scopes: []access.Scope{access.SendSamples}}
	secret, t, err := access.AddToken(ctx, s.Vault, n, plant.Program())
	return secret, func() {
		_ = s.Vault.RevokeToken(context.WithoutCancel(ctx), t.ID, plant.Program(), "the program ended")
	}, err
}

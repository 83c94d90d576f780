package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"strings"
	"time"

	"millwright/config"
	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store"
)

// NewUser is what `millwright user add` takes.
type NewUser struct{ Name, Role, Password string }

// NewToken is what `millwright token add` takes.
type NewToken struct{ Name, Role, Page string }

// OpenStore opens the ledgers of a data folder for a command beside the running program. Where there are none it
// makes them.
func OpenStore(ctx context.Context, cfg config.Config) (*store.Store, error) {
	if err := folder(cfg.Data); err != nil {
		return nil, err
	}
	if err := whole(cfg); err != nil {
		return nil, err
	}
	return store.Open(ctx, cfg.DSN(), cfg.Log.Logger(io.Discard))
}

// FindStore opens the ledgers of a data folder that must have some.
func FindStore(ctx context.Context, cfg config.Config) (*store.Store, error) {
	if path := inFolder(cfg.Data, database); cfg.Database == "" {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return nil, errs.New(errs.Invalid, "there is no database %s; name the right folder with --data, or restore a backup", path)
		}
	}
	return OpenStore(ctx, cfg)
}

// AddUser adds a person to a data folder.
func AddUser(ctx context.Context, cfg config.Config, n NewUser, out io.Writer) error {
	role, err := plant.ParseRole(n.Role)
	if err != nil {
		return errs.New(errs.Invalid, "add user %s: %w", n.Name, err)
	}
	s, err := OpenStore(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	u, err := access.AddUser(ctx, s.Vault(), access.NewUser{Account: access.Account{Name: n.Name, Password: n.Password}, Role: role}, plant.Program())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "user %s may come in as %s\n", u.Name, u.Role)
	return err
}

// siteFile holds the address of the program's last start, for commands that run beside it.
const siteFile = "site"

// AddToken adds a token to a data folder and prints its secret, once.
func AddToken(ctx context.Context, cfg config.Config, n NewToken, out io.Writer) error {
	role, err := plant.ParseRole(n.Role)
	if err != nil {
		return errs.New(errs.Invalid, "add token %s: %w", n.Name, err)
	}
	s, err := OpenStore(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	secret, t, err := access.AddToken(ctx, s.Vault(), access.NewToken{Name: n.Name, Role: role, Page: n.Page}, plant.Program())
	if err != nil {
		return err
	}
	if t.Role == plant.Display {
		_, err = fmt.Fprintf(out, "display %s shows %s when it opens, once:\n%s/wall/open/%s\n", t.Name, t.Page, address(cfg), secret)
		return err
	}
	_, err = fmt.Fprintf(out, "token %s, role %s; it is shown only now:\n%s\n", t.Name, t.Role, secret)
	return err
}

// Verify recomputes what must agree in a data folder and fails loudly when it does not.
func Verify(ctx context.Context, cfg config.Config, out io.Writer) error {
	s, err := FindStore(ctx, cfg)
	if err != nil {
		return fmt.Errorf("verify %s: %w", cfg.Data, err)
	}
	defer func() { _ = s.Close() }()
	if err := s.VerifyFile(ctx); err != nil {
		return fmt.Errorf("verify %s: %w", cfg.Data, err)
	}
	for _, c := range []struct {
		what  string
		check func(context.Context) (int64, error)
	}{
		{"jobs whose progress is the sum of their bookings", s.Counts().Verify},
		{"segments without gap or overlap", s.VerifyLedger},
		{"audit entries in an unbroken chain", s.Audit().Verify},
	} {
		n, err := c.check(ctx)
		if err != nil {
			return fmt.Errorf("verify %s: %w", cfg.Data, err)
		}
		if _, err := fmt.Fprintf(out, "%d %s\n", n, c.what); err != nil {
			return err
		}
	}
	return nil
}

// VerifyAudit recomputes the audit chain alone, and tells how it ends: noted elsewhere, the hash of its last row
// proves later that nobody wrote the whole chain anew.
func VerifyAudit(ctx context.Context, cfg config.Config, out io.Writer) error {
	s, err := FindStore(ctx, cfg)
	if err != nil {
		return fmt.Errorf("verify %s: %w", cfg.Data, err)
	}
	defer func() { _ = s.Close() }()
	n, err := s.Audit().Verify(ctx)
	if err != nil {
		return fmt.Errorf("verify %s: %w", cfg.Data, err)
	}
	if _, err := fmt.Fprintf(out, "%d audit entries in an unbroken chain\n", n); err != nil {
		return err
	}
	last, err := s.Audit().Find(ctx, access.Search{Limit: 1})
	if err != nil || len(last) == 0 {
		return err
	}
	_, err = fmt.Fprintf(out, "row %d of %s ends it with sha256 %x\n", last[0].Seq, last[0].At.Format(time.RFC3339), last[0].Hash)
	return err
}

// address is how a browser on this machine, or before the proxy, reaches the program: where it was started last.
func address(cfg config.Config) string {
	if cfg.PublicURL != "" {
		return cfg.PublicURL
	}
	if site, err := os.ReadFile(inFolder(cfg.Data, siteFile)); err == nil {
		return strings.TrimSpace(string(site))
	}
	if host, port, err := net.SplitHostPort(cfg.Listen); err == nil && host == "" {
		return "http://127.0.0.1:" + port
	}
	return "http://" + cfg.Listen
}

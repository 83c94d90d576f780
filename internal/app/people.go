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

	"millwright/config"
	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store"
)

// NewUser is what `millwright user add` takes.
type NewUser struct {
	Name, Role, Password string
	Duties               []string
}

// NewToken is what `millwright token add` takes: a page for a display; scopes for a program, or the role that stands for some.
type NewToken struct {
	Name, Role, Page string
	Scopes, At       []string
}

// Scopes names every scope of a token.
func Scopes() string { return access.Words(access.ScopesOf(plant.Admin)) }

// asked is the token that is meant.
func (n NewToken) asked() (t access.NewToken, err error) {
	t = access.NewToken{Name: n.Name, Page: n.Page}
	switch {
	case n.Role != "" && len(n.Scopes) > 0:
		return t, errs.New(errs.Invalid, "add token %s: give --role or --scope, not both", n.Name)
	case n.Role == "" && len(n.Scopes) == 0:
		t.Role = plant.Display
	case n.Role != "":
		if t.Role, err = plant.ParseRole(n.Role); err != nil {
			return t, errs.New(errs.Invalid, "add token %s: %w", n.Name, err)
		}
	}
	for _, s := range n.Scopes {
		t.Scopes = append(t.Scopes, access.Scope(s))
	}
	for _, p := range n.At {
		t.At = append(t.At, plant.Place(p))
	}
	return t, nil
}

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
	duties, err := plant.ParseDuties(strings.Join(n.Duties, " "))
	if err != nil {
		return errs.New(errs.Invalid, "add user %s: %w", n.Name, err)
	}
	s, err := OpenStore(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	u, err := access.AddUser(ctx, s.Vault(), access.NewUser{Account: access.Account{Name: n.Name, Password: n.Password}, Role: role, Duties: duties}, plant.Program())
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
	asked, err := n.asked()
	if err != nil {
		return err
	}
	s, err := OpenStore(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	secret, t, err := access.AddToken(ctx, s.Vault(), asked, plant.Program())
	if err != nil {
		return err
	}
	if t.Role == plant.Display {
		_, err = fmt.Fprintf(out, "display %s shows %s when it opens, once:\n%s/wall/open/%s\n", t.Name, t.Page, address(cfg), secret)
		return err
	}
	where := "in the whole plant"
	if len(t.At) > 0 {
		where = "at " + strings.Join(n.At, ", ")
	}
	_, err = fmt.Fprintf(out, "token %s may %s %s; it is shown only now:\n%s\n", t.Name, access.Words(t.Scopes), where, secret)
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

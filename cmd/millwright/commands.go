package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"millwright/config"
	"millwright/config/bounds"
	"millwright/internal/app"
	"millwright/internal/app/plantfile"
	"millwright/internal/app/proof"
	"millwright/internal/app/rerun"
)

// settings are the flags that the serving commands share; what was given wins over file and environment.
type settings struct {
	file, data, listen, plant string
}

func (s *settings) flags(c *cobra.Command) *cobra.Command {
	f := c.Flags()
	f.StringVar(&s.file, "config", "", "settings file (see config/millwright.yaml)")
	f.StringVar(&s.data, "data", "", "folder for everything that is kept (default \"data\")")
	f.StringVar(&s.listen, "listen", "", "address:port of the pages and the API (default \"127.0.0.1:8080\")")
	return c
}

func (s *settings) load() (config.Config, error) {
	c, err := config.Load(s.file, os.Getenv, app.Faults)
	for given, into := range map[*string]*string{&s.data: &c.Data, &s.listen: &c.Listen, &s.plant: &c.Plant} {
		if *given != "" {
			*into = *given
		}
	}
	return c, err
}

func serve() *cobra.Command {
	var s settings
	c := s.flags(&cobra.Command{
		Use: "serve", Short: "Run the plant of the plant file", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := s.load()
			if err != nil {
				return err
			}
			return app.Serve(c.Context(), cfg, c.OutOrStdout())
		},
	})
	c.Flags().StringVar(&s.plant, "plant", "", "plant file (see config/plants/demo.yaml)")
	return c
}

func demo() *cobra.Command {
	var s settings
	var o app.DemoOptions
	c := s.flags(&cobra.Command{
		Use: "demo", Short: "Run the demo plant, its machines simulated in a process of their own", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := s.load()
			if err != nil {
				return err
			}
			return app.Demo(c.Context(), cfg, o, c.OutOrStdout())
		},
	})
	c.Flags().Uint64Var(&o.Seed, "seed", 1, "what the machines' luck grows from")
	c.Flags().Float64Var(&o.Speed, "speed", 1, "shorten cycles, stops and changeovers; the clock stays the clock")
	return c
}

func simulate() *cobra.Command {
	var o app.SimulateOptions
	c := &cobra.Command{
		Use: "simulate", Short: "Run only the demo plant's machines, as an OPC UA server on loopback", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return app.Simulate(c.Context(), o) },
	}
	c.Flags().StringVar(&o.Listen, "listen", "127.0.0.1:4841", "loopback address:port of the OPC UA server")
	c.Flags().StringVar(&o.Snapshot, "snapshot", "", "file in which the machines keep their memory")
	c.Flags().Uint64Var(&o.Seed, "seed", 1, "what the machines' luck grows from")
	c.Flags().Float64Var(&o.Speed, "speed", 1, "shorten cycles, stops and changeovers")
	c.Flags().StringVar(&o.Backfill, "backfill", "", "address of a Millwright that gets the past 24 hours on the first start; its token in MILLWRIGHT_TOKEN")
	return c
}

func replay() *cobra.Command {
	var o rerun.Options
	c := &cobra.Command{
		Use: "replay LOG", Short: "Push a recorded log through the engines: time per state, counts and OEE", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.Log = args[0]
			return rerun.Run(c.Context(), o, c.OutOrStdout())
		},
	}
	c.Flags().StringVar(&o.Plant, "plant", "", "plant file that says what the items mean (default: a CNC mill)")
	c.Flags().StringVar(&o.Mapping, "mapping", "", "columns of a CSV log: time=COLUMN,item=COLUMN,value=COLUMN or time=COLUMN for one column an item")
	c.Flags().Float64Var(&o.Speed, "speed", 0, "times real time; 0 is as fast as possible")
	c.Flags().BoolVar(&o.JSON, "json", false, "print JSON")
	return c
}

func user() *cobra.Command {
	var s settings
	var role string
	var duties []string
	add := s.flags(&cobra.Command{
		Use: "add NAME", Short: "Add a user; the password is read from standard input", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := s.load()
			if err != nil {
				return err
			}
			password, err := firstLine(c.InOrStdin())
			if err != nil {
				return err
			}
			return app.AddUser(c.Context(), cfg, app.NewUser{Name: args[0], Role: role, Duties: duties, Password: password}, c.OutOrStdout())
		},
	})
	add.Flags().StringVar(&role, "role", "viewer", "viewer, operator, manager or admin")
	add.Flags().StringSliceVar(&duties, "duty", nil, "in the business: planner, storekeeper, purchaser, sales; several apart by commas")
	c := &cobra.Command{Use: "user", Short: "Users of a data folder"}
	c.AddCommand(add)
	return c
}

func token() *cobra.Command {
	var s settings
	var n app.NewToken
	add := s.flags(&cobra.Command{
		Use: "add NAME", Short: "Add a token for a program or a display; it is printed once", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := s.load()
			if err != nil {
				return err
			}
			n.Name = args[0]
			return app.AddToken(c.Context(), cfg, n, c.OutOrStdout())
		},
	})
	add.Flags().StringSliceVar(&n.Scopes, "scope", nil, "what a program may: "+app.Scopes()+"; several apart by commas")
	add.Flags().StringSliceVar(&n.At, "at", nil, "where a program may: SITE, SITE/AREA, SITE/AREA/LINE or connection:ID (default: in the whole plant)")
	add.Flags().StringVar(&n.Role, "role", "", "instead of scopes, those of people who are viewer, operator, manager or admin (default: display)")
	add.Flags().StringVar(&n.Page, "page", "", "what a display shows: /wall/line/ID or /wall/hall/ID")
	c := &cobra.Command{Use: "token", Short: "Tokens of a data folder"}
	c.AddCommand(add)
	return c
}

func check() *cobra.Command {
	return &cobra.Command{
		Use: "check FILE", Short: "Check a plant or access file and say what is in it", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if access, err := plantfile.IsAccess(args[0]); err != nil || access {
				if err == nil {
					err = plantfile.CheckAccess(args[0], c.OutOrStdout())
				}
				return err
			}
			m, err := bounds.Load(args[0])
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "%s is right: %d lines, %d work units, %d tags, %d connections\n",
				args[0], len(m.Plant.Lines()), len(m.Signals), m.Tags.Len(), len(m.Connections))
			return err
		},
	}
}

func verify() *cobra.Command {
	var s, alone settings
	c := s.flags(&cobra.Command{
		Use: "verify", Short: "Recompute progress, ledgers and the audit chain of a data folder", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := s.load()
			if err != nil {
				return err
			}
			return proof.All(c.Context(), cfg, c.OutOrStdout())
		},
	})
	c.AddCommand(alone.flags(&cobra.Command{
		Use: "audit", Short: "Recompute the audit chain alone, and tell how it ends", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := alone.load()
			if err != nil {
				return err
			}
			return proof.Audit(c.Context(), cfg, c.OutOrStdout())
		},
	}))
	return c
}

// firstLine reads a password: never from the arguments, where other users of the machine can see it.
func firstLine(r io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(r, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password from standard input: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}

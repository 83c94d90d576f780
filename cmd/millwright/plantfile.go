package main

import (
	"errors"

	"github.com/spf13/cobra"

	"millwright/config"
	"millwright/internal/app/plantfile"
)

// errChanges is how `millwright plan` says by its exit code that something would change.
var errChanges = errors.New("the plant would change")

// onData makes a command that works on a data folder, whether a program runs there or not.
func onData(c *cobra.Command, do func(*cobra.Command, config.Config, []string) error) *cobra.Command {
	var s settings
	c.RunE = func(c *cobra.Command, args []string) error {
		cfg, err := s.load()
		if err != nil {
			return err
		}
		return do(c, cfg, args)
	}
	return s.flags(c)
}

func export() *cobra.Command {
	var number int64
	c := onData(&cobra.Command{
		Use: "export", Short: "Print the plant file that is in use", Args: cobra.NoArgs,
	}, func(c *cobra.Command, cfg config.Config, _ []string) error {
		return plantfile.Export(c.Context(), cfg, number, c.OutOrStdout())
	})
	c.Flags().Int64Var(&number, "revision", 0, "an earlier one (see millwright revisions)")
	return c
}

func plan() *cobra.Command {
	return onData(&cobra.Command{
		Use: "plan FILE", Short: "Say what a plant file would change; exit code 3 when it would change something", Args: cobra.ExactArgs(1),
	}, func(c *cobra.Command, cfg config.Config, args []string) error {
		changes, err := plantfile.Plan(c.Context(), cfg, args[0], c.OutOrStdout())
		if err == nil && changes {
			return errChanges
		}
		return err
	})
}

func apply() *cobra.Command {
	var w plantfile.Wish
	c := onData(&cobra.Command{
		Use: "apply FILE", Short: "Put a plant file into use, also while the program runs; exit code 3 when it waits for approval", Args: cobra.ExactArgs(1),
	}, func(c *cobra.Command, cfg config.Config, args []string) error {
		w.File = args[0]
		return plantfile.Apply(c.Context(), cfg, w, c.OutOrStdout())
	})
	c.Flags().StringVar(&w.Why, "why", "", "why it is changed, in a sentence (needed)")
	c.Flags().Int64Var(&w.Base, "base", 0, "the revision it was made from: refused when another is in use")
	c.Flags().BoolVar(&w.Drop, "drop-draft", false, "a draft that people work on may be dropped")
	c.Flags().BoolVar(&w.Unasked, "without-approval", false, "in an emergency: do not wait for the owners who must approve it; the audit tells")
	_ = c.MarkFlagRequired("why") // it fails only for a flag that there is not
	return c
}

func revisions() *cobra.Command {
	var limit int
	c := onData(&cobra.Command{
		Use: "revisions", Short: "List the plant files that were in use", Args: cobra.NoArgs,
	}, func(c *cobra.Command, cfg config.Config, _ []string) error {
		return plantfile.Revisions(c.Context(), cfg, limit, c.OutOrStdout())
	})
	c.Flags().IntVar(&limit, "limit", 50, "how many, from the newest on")
	return c
}

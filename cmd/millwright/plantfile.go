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
	var access bool
	c := onData(&cobra.Command{
		Use: "export", Short: "Print the plant file that is in use, or who and what may come in", Args: cobra.NoArgs,
	}, func(c *cobra.Command, cfg config.Config, _ []string) error {
		if access {
			return plantfile.ExportAccess(c.Context(), cfg, number, c.OutOrStdout())
		}
		return plantfile.Export(c.Context(), cfg, number, c.OutOrStdout())
	})
	c.Flags().Int64Var(&number, "revision", 0, "an earlier one (see millwright revisions)")
	c.Flags().BoolVar(&access, "access", false, "people, tokens, displays, certificates and rules of approval instead of the plant; no secret is in it")
	return c
}

func plan() *cobra.Command {
	var w plantfile.Wish
	c := onData(&cobra.Command{
		Use: "plan FILE", Short: "Say what a plant or access file would change; exit code 3 when it would change something", Args: cobra.ExactArgs(1),
	}, func(c *cobra.Command, cfg config.Config, args []string) error {
		w.File = args[0]
		access, err := plantfile.IsAccess(w.File)
		if err != nil {
			return err
		}
		var changes bool
		if access {
			changes, err = plantfile.PlanAccess(c.Context(), cfg, w, c.OutOrStdout())
		} else {
			changes, err = plantfile.Plan(c.Context(), cfg, args[0], c.OutOrStdout())
		}
		if err == nil && changes {
			return errChanges
		}
		return err
	})
	prunes(c, &w)
	return c
}

func prunes(c *cobra.Command, w *plantfile.Wish) {
	c.Flags().BoolVar(&w.Prune, "prune", false, "of an access file: what its parts leave out is taken away (people disabled, tokens revoked, certificates forgotten)")
}

func apply() *cobra.Command {
	var w plantfile.Wish
	c := onData(&cobra.Command{
		Use: "apply FILE", Short: "Put a plant or access file into use, also while the program runs; exit code 3 when it waits for approval", Args: cobra.ExactArgs(1),
	}, func(c *cobra.Command, cfg config.Config, args []string) error {
		w.File = args[0]
		if access, err := plantfile.IsAccess(w.File); err != nil || access {
			if err == nil {
				err = plantfile.ApplyAccess(c.Context(), cfg, w, c.OutOrStdout())
			}
			return err
		}
		return plantfile.Apply(c.Context(), cfg, w, c.OutOrStdout())
	})
	c.Flags().StringVar(&w.Why, "why", "", "why it is changed, in a sentence (needed)")
	c.Flags().Int64Var(&w.Base, "base", 0, "the revision it was made from: refused when another is in use")
	c.Flags().BoolVar(&w.Drop, "drop-draft", false, "a draft that people work on may be dropped")
	c.Flags().BoolVar(&w.Unasked, "without-approval", false, "in an emergency: do not wait for the owners who must approve it; the audit tells")
	prunes(c, &w)
	_ = c.MarkFlagRequired("why") // it fails only for a flag that there is not
	return c
}

func revisions() *cobra.Command {
	var limit int
	var access bool
	c := onData(&cobra.Command{
		Use: "revisions", Short: "List the plant files that were in use", Args: cobra.NoArgs,
	}, func(c *cobra.Command, cfg config.Config, _ []string) error {
		if access {
			return plantfile.AccessVersions(c.Context(), cfg, limit, c.OutOrStdout())
		}
		return plantfile.Revisions(c.Context(), cfg, limit, c.OutOrStdout())
	})
	c.Flags().IntVar(&limit, "limit", 50, "how many, from the newest on")
	c.Flags().BoolVar(&access, "access", false, "the access files instead")
	return c
}

package main

import (
	"github.com/spf13/cobra"

	"millwright/internal/app/solve"
)

// scheduling is `millwright schedule`.
func scheduling() *cobra.Command {
	c := &cobra.Command{Use: "schedule", Short: "Solve scheduling problems"}
	var o solve.Options
	one := &cobra.Command{
		Use: "solve FILE", Short: "Solve a job shop, or a flexible job shop, of a text file", Args: cobra.ExactArgs(1),
		Long: "Solve reads a file in the text format of the literature: a line with the numbers of jobs and machines, then a line for each job.\nA job shop has pairs of machine (from 0) and duration; a flexible one the number of operations, and for each the number\nof choices and pairs of machine (from 1) and duration. It tells the makespan found, a bound that none is under, and the gap.",
		RunE: func(c *cobra.Command, args []string) error {
			return solve.Run(c.Context(), args[0], o, c.OutOrStdout())
		},
	}
	f := one.Flags()
	f.StringVar(&o.Form, "format", "", "jsp or fjs (default: as the file looks)")
	f.IntVar(&o.Steps, "steps", 300_000, "plans to look at; the same number and seed give the same plan")
	f.Uint64Var(&o.Seed, "seed", 1, "of choices among equals")
	f.DurationVar(&o.For, "for", 0, "the longest time to look for (default: as long as the steps take)")
	f.BoolVar(&o.JSON, "json", false, "tell the whole plan as JSON")
	c.AddCommand(one)
	return c
}

package main

import (
	"github.com/spf13/cobra"

	"millwright/internal/app/bench"
)

// measure is `millwright bench`; its hidden commands are the other side of a measurement, in a process of their own.
func measure() *cobra.Command {
	var o bench.Options
	c := &cobra.Command{
		Use: "bench ingest|live|history|erp|all", Short: "Measure this machine with this program", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return bench.Run(c.Context(), args[0], o, c.OutOrStdout())
		},
	}
	f := c.Flags()
	f.IntVar(&o.Tags, "tags", 0, "tags of the OPC UA server (default: the documented set)")
	f.Float64Var(&o.Hz, "hz", 0, "changes of each tag in a second (default 10)")
	f.IntVar(&o.Pages, "pages", 0, "open live pages (default 1000)")
	f.DurationVar(&o.For, "for", 0, "length of each measurement (default 20s)")
	f.IntVar(&o.Book.Items, "items", 0, "items of the order book (default 20000)")
	f.IntVar(&o.Book.Lines, "lines", 0, "lines of its bills (default five for each item)")
	f.IntVar(&o.Book.Moves, "moves", 0, "moves of two years that lie behind it")
	f.StringVar(&o.Book.Keep, "keep", "", "folder in which its database stays: filled once, measured whenever it is named")
	f.StringVar(&o.Book.Database, "database", "", "PostgreSQL to measure the order book on as well: an empty database, postgres://…")
	f.IntVar(&o.Book.Server, "server", 0, "process of that server where it runs on this machine: its CPU counts too")
	f.BoolVar(&o.Book.Only, "only", false, "measure the order book on that PostgreSQL alone")
	f.BoolVar(&o.Book.Pages, "pages-only", false, "of the order book that was kept, open the pages and value the stock, nothing else")
	c.AddCommand(station(), watch())
	return c
}

func station() *cobra.Command {
	var o bench.Stationed
	var values string
	c := &cobra.Command{Use: "station", Hidden: true, Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		o.Clock = values == "clock"
		return bench.Station(c.Context(), o, c.InOrStdin(), c.OutOrStdout())
	}}
	c.Flags().StringVar(&o.Listen, "listen", "127.0.0.1:4842", "address:port")
	c.Flags().StringVar(&values, "values", "count", "count or clock")
	c.Flags().IntVar(&o.Tags, "tags", 1000, "tags")
	c.Flags().Float64Var(&o.Hz, "hz", 10, "changes a second")
	return c
}

func watch() *cobra.Command {
	var site, token string
	var pages, lines int
	c := &cobra.Command{Use: "watch", Hidden: true, Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		return bench.Watch(c.Context(), bench.Watched{Site: site, Token: token, Pages: pages, Lines: lines}, c.InOrStdin(), c.OutOrStdout())
	}}
	c.Flags().StringVar(&site, "site", "", "address of the program")
	c.Flags().StringVar(&token, "token", "", "token of a viewer")
	c.Flags().IntVar(&pages, "pages", 1, "pages")
	c.Flags().IntVar(&lines, "lines", 1, "lines to spread over")
	return c
}

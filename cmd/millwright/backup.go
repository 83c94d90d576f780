package main

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"millwright/config"
	"millwright/internal/app"
	"millwright/internal/app/backup"
)

func backUp() *cobra.Command {
	var file string
	c := onData(&cobra.Command{
		Use: "backup FILE.tar.gz", Short: "Back a data folder up into one file, also while the program runs", Args: cobra.ExactArgs(1),
	}, func(c *cobra.Command, cfg config.Config, args []string) error {
		if file == "" {
			file = cfg.Backup.PassphraseFile
		}
		passphrase, err := backup.Passphrase(file)
		if err != nil {
			return err
		}
		s, err := app.FindStore(c.Context(), cfg)
		if err != nil {
			return fmt.Errorf("back up %s: %w", cfg.Data, err)
		}
		defer func() { _ = s.Close() }()
		m, err := backup.Source{Data: cfg.Data, Store: s, Passphrase: passphrase, Program: app.Version, Now: time.Now}.File(c.Context(), args[0])
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(c.OutOrStdout(), "%s: %s\n", args[0], m.Told())
		return err
	})
	c.Flags().StringVar(&file, "passphrase-file", "", "file with the passphrase that keys are sealed with (default: the setting backup.passphrase_file)")
	return c
}

func restore() *cobra.Command {
	var file string
	var w backup.Wish
	c := onData(&cobra.Command{
		Use: "restore FILE.tar.gz --data DIR", Short: "Put a backup into an empty folder, once all of it has proved to be right", Args: cobra.ExactArgs(1),
	}, func(c *cobra.Command, cfg config.Config, args []string) (err error) {
		if file == "" {
			file = cfg.Backup.PassphraseFile
		}
		if w.Passphrase, err = backup.Passphrase(file); err != nil {
			return err
		}
		f, err := os.Open(args[0])
		if err != nil {
			return fmt.Errorf("restore %s: %w", args[0], err)
		}
		defer func() { _ = f.Close() }() // only read
		w.Data = cfg.Data
		m, err := backup.Restore(c.Context(), f, w)
		if err != nil {
			return fmt.Errorf("restore %s: %w", args[0], err)
		}
		_, err = fmt.Fprintf(c.OutOrStdout(), "%s is restored into %s: %s\nnow run: millwright verify --data %s\n", args[0], cfg.Data, m.Told(), cfg.Data)
		return err
	})
	c.Flags().StringVar(&file, "passphrase-file", "", "file with the passphrase that its keys were sealed with")
	c.Flags().BoolVar(&w.Migrate, "migrate", false, "agree that the ledgers of an older program are brought up to date")
	c.Flags().BoolVar(&w.Without, "without-keys", false, "leave its keys out; new ones are made, or put yours back")
	return c
}

package main

import (
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"
)

// healthy asks the running program whether it is well, for health checks in containers without a shell.
func healthy() *cobra.Command {
	var s settings
	return s.flags(&cobra.Command{
		Use: "healthy", Short: "Ask the running program whether it is well", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := s.load()
			if err != nil {
				return err
			}
			_, port, err := net.SplitHostPort(cfg.Listen)
			if err != nil {
				return fmt.Errorf("listen is %q: %w", cfg.Listen, err)
			}
			client := http.Client{Timeout: 3 * time.Second}
			r, err := http.NewRequestWithContext(c.Context(), http.MethodGet, "http://127.0.0.1:"+port+"/healthz", nil)
			if err != nil {
				return err
			}
			answer, err := client.Do(r)
			if err != nil {
				return err
			}
			defer func() { _ = answer.Body.Close() }()
			if answer.StatusCode != http.StatusOK {
				return fmt.Errorf("the program says %s", answer.Status)
			}
			return nil
		},
	})
}

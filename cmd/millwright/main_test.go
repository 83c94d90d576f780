package main

import (
	"path/filepath"
	"testing"
)

func TestExitCodesTellWrongUseFromFailure(t *testing.T) {
	for _, c := range []struct {
		args []string
		want int
	}{
		{[]string{"--help"}, 0},
		{[]string{"verify", "--data", filepath.Join(t.TempDir(), "none")}, 1},
		{[]string{"replay", "/nowhere"}, 1},
		{[]string{"bogus"}, 2},
		{[]string{"replay"}, 2},
		{[]string{"serve", "more"}, 2},
		{[]string{"serve", "--liten", "x"}, 2},
		{[]string{"demo", "--speed", "fast"}, 2},
	} {
		if got := run(t.Context(), c.args); got != c.want {
			t.Errorf("millwright %v ends with %d, want %d", c.args, got, c.want)
		}
	}
}

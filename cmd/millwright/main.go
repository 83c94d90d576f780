// Command millwright joins the machines of a plant to its orders: one program, one folder of data.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"millwright/internal/app"
	"millwright/internal/app/plantfile"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// run carries a command line out and gives the exit code: 0 done, 1 failed, 2 wrong use, 3 the plan changes something, or
// what was applied waits for approval.
func run(ctx context.Context, args []string) int {
	root := &cobra.Command{
		Use:           "millwright",
		Short:         "Millwright joins the shop floor to the order book",
		Version:       app.Version,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetArgs(args)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return wrongUse{fmt.Errorf("%w; see '%s --help'", err, c.CommandPath())}
	})
	begun := false // a command was found, and takes these arguments
	root.PersistentPreRun = func(*cobra.Command, []string) { begun = true }
	root.AddCommand(serve(), demo(), simulate(), replay(), user(), token(), check(), verify(), measure(), healthy())
	root.AddCommand(export(), plan(), apply(), revisions(), backUp(), restore(), scheduling(), licenceList())
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	if errors.Is(err, errChanges) || errors.Is(err, plantfile.ErrWaits) {
		return 3
	}
	fmt.Fprintln(os.Stderr, "millwright:", err)
	if !begun || errors.As(err, &wrongUse{}) {
		return 2
	}
	return 1
}

type wrongUse struct{ error }

func (w wrongUse) Unwrap() error { return w.error }

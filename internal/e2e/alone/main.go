// Command alone prints the packages of a module whose tests start no goroutine, nor does anything of the module that they
// are built of: the race detector would have nothing to see in them. Its argument is the module's folder.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// program is what `go list -test` says of a package, or of the program that tests one.
type program struct {
	ImportPath, Dir                    string
	Module                             *struct{ Main bool }
	GoFiles, TestGoFiles, XTestGoFiles []string
	Imports, TestImports, XTestImports []string
	Deps                               []string
}

// starts is how a goroutine is started, by our own words; others start some as well.
var (
	starts = regexp.MustCompile(`(?m)^\s*go [\w(]|\.Parallel\(\)`)
	others = []string{"net/http", "net/http/httptest", "database/sql", "os/exec", "net"}
)

func main() {
	if err := list(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func list(module string) error {
	cmd := exec.Command("go", "list", "-test", "-deps", "-json=ImportPath,Dir,Module,GoFiles,TestGoFiles,XTestGoFiles,Imports,TestImports,XTestImports,Deps", "./...")
	cmd.Dir, cmd.Stderr = module, os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	ours := map[string]program{}
	for dec := json.NewDecoder(out); ; {
		var p program
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		if p.Module != nil && p.Module.Main {
			ours[p.ImportPath] = p
		}
	}
	if err := cmd.Wait(); err != nil {
		return err
	}
	busy := map[string]bool{}
	for path, p := range ours {
		if busy[path], err = p.busy(); err != nil {
			return err
		}
	}
	var alone []string
	for path, p := range ours {
		tested, is := strings.CutSuffix(path, ".test")
		if is && !busy[tested] && !slices.ContainsFunc(p.Deps, func(d string) bool { return busy[d] }) {
			alone = append(alone, tested)
		}
	}
	slices.Sort(alone)
	fmt.Println(strings.Join(alone, "\n"))
	return nil
}

// busy tells whether the package or its tests start a goroutine, or use what may.
func (p program) busy() (bool, error) {
	for _, path := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
		if slices.Contains(others, path) {
			return true, nil
		}
	}
	for _, f := range slices.Concat(p.GoFiles, p.TestGoFiles, p.XTestGoFiles) {
		if !filepath.IsAbs(f) {
			f = filepath.Join(p.Dir, f)
		}
		text, err := os.ReadFile(f)
		if err != nil {
			return false, err
		}
		if starts.Match(text) {
			return true, nil
		}
	}
	return false, nil
}

//go:build unix

package embedded

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"millwright/internal/errs"
)

func TestAFolderOfSomebodyElsesIsNotInUse(t *testing.T) {
	if os.Geteuid() == 0 {
		runAsNobody(t) // root may write everything
		return
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "lock"), nil, 0o400); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, registry(t, 1), nil, Options{}); errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), "may not be written") {
		t.Errorf("a lock that may not be written: %v", err)
	}
}

// runAsNobody runs this test once more as a user without rights, from a folder that anybody reaches.
func runAsNobody(t *testing.T) {
	t.Helper()
	const nobody = 65534
	dir, err := os.MkdirTemp("", "millwright-nobody-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	self, tmp := filepath.Join(dir, "test"), filepath.Join(dir, "tmp")
	err = errors.Join(os.Chmod(dir, 0o755), copyProgram(self), os.Mkdir(tmp, 0o700), os.Chown(tmp, nobody, nobody))
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(self, "-test.run", "^"+t.Name()+"$", "-test.v")
	c.Dir, c.Env = dir, append(os.Environ(), "TMPDIR="+tmp)
	c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	said, err := c.CombinedOutput()
	if err != nil || !strings.Contains(string(said), "--- PASS: "+t.Name()) {
		t.Errorf("as nobody: %v\n%s", err, said)
	}
}

// copyProgram copies the program of these tests.
func copyProgram(to string) (err error) {
	path, err := os.Executable()
	if err != nil {
		return err
	}
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

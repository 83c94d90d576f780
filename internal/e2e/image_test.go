package e2e

import (
	"encoding/json"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// image is what the last stage of the Dockerfile says about how the program runs.
type image struct {
	user               uint32
	env                []string
	volume             string
	entry, cmd, health []string
}

// readImage reads the last stage of the Dockerfile.
func readImage(t *testing.T) (i image) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	_, last, _ := strings.Cut(string(text)[strings.LastIndex(string(text), "\nFROM ")+1:], "\n")
	for line := range strings.Lines(last) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch word {
		case "USER":
			id, _, _ := strings.Cut(rest, ":")
			n, err := strconv.ParseUint(id, 10, 32)
			if err != nil || n == 0 {
				t.Fatalf("USER %s is not the number of a user without rights", rest)
			}
			i.user = uint32(n)
		case "ENV":
			i.env = strings.Fields(rest)
		case "VOLUME":
			i.volume = rest
		case "ENTRYPOINT":
			i.entry = words(t, rest)
		case "CMD":
			i.cmd = words(t, rest)
		case "HEALTHCHECK":
			_, command, _ := strings.Cut(rest, "CMD ")
			i.health = words(t, command)
		case "COPY":
			if strings.Contains(rest, "--chown") && strings.Contains(rest, "millwright") {
				t.Errorf("who runs the program could write over it: COPY %s", rest)
			}
		case "RUN":
			t.Errorf("the last stage has no shell: %s", line)
		}
	}
	return i
}

// words reads a command that needs no shell.
func words(t *testing.T, list string) (out []string) {
	t.Helper()
	if err := json.Unmarshal([]byte(list), &out); err != nil || len(out) == 0 {
		t.Fatalf("%s is no list of words, as a command without a shell must be: %v", list, err)
	}
	return out
}

// command is a command of the image, in a root folder of its own.
func (i image) command(root string, words []string) *exec.Cmd {
	c := exec.Command(words[0], words[1:]...)
	c.Dir, c.Env = "/", i.env
	c.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: i.user, Gid: i.user}}
	return c
}

// root makes a folder with the program and an empty volume, and nothing else.
func (i image) root(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	program, err := os.ReadFile(binary(t))
	if err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(root, i.volume)
	err = errors.Join(
		os.Chmod(root, 0o755), os.WriteFile(filepath.Join(root, i.entry[0]), program, 0o755),
		os.Mkdir(data, 0o700), os.Chown(data, int(i.user), int(i.user)),
	)
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func TestTheImageNeedsNothingButTheProgram(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		missing(t, "root, who alone may give a program another root folder,")
	}
	i := readImage(t)
	_, port, err := net.SplitHostPort(freePort(t))
	if err != nil {
		t.Fatal(err)
	}
	for n, e := range i.env {
		i.env[n] = strings.Replace(e, ":8080", ":"+port, 1)
	}
	root := i.root(t)
	s := &server{t: t}
	s.cmd = i.command(root, append(i.entry, i.cmd...))
	s.cmd.Stdout, s.cmd.Stderr = s, s
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.gone = make(chan struct{})
	go func() { _ = s.cmd.Wait(); close(s.gone) }()
	t.Cleanup(func() {
		s.stop(syscall.SIGTERM)
		if code := s.cmd.ProcessState.ExitCode(); code != 0 || t.Failed() {
			t.Errorf("it ended with %d and said:\n%s", code, s.said())
		}
	})
	var said []byte
	s.eventually(30*time.Second, "the health check to succeed", func() bool {
		said, err = i.command(root, i.health).CombinedOutput()
		return err == nil
	})
	if len(said) > 0 {
		t.Errorf("a healthy program's check says %s", said)
	}
	if link := s.setupLink(); !strings.Contains(link, ":"+port) {
		t.Errorf("the set-up link is %s", link)
	}
	s.stop(syscall.SIGTERM)
	if said, err := i.command(root, i.health).CombinedOutput(); err == nil {
		t.Errorf("a program that ended is healthy: %s", said)
	}
}

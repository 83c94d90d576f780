package drivertest

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"

	"millwright/internal/ot/tag"
)

// Process is a device that is a child process, so that it can be killed and stopped in mid-flight.
//
// The child listens at the port in its environment's DEVICE_PORT, prints "ready" when it answers, and
// then reads commands from its standard input, one JSON object a line, each answered with one line:
// "ok", or what went wrong. It ends when its input ends.
type Process struct {
	Command func() *exec.Cmd // a fresh command for each start
	Env     []string         // beside the port

	port int
	mu   sync.Mutex
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Scanner
	said said // its standard error
}

// said keeps the end of what a child prints as errors.
type said struct {
	mu   sync.Mutex
	text []byte
}

// Write implements io.Writer.
func (s *said) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text = append(s.text, b...)
	s.text = s.text[max(0, len(s.text)-2000):]
	return len(b), nil
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.text)
}

// Command is what a child is told to do. Op "set" shows a signal; others belong to the test that made
// the child.
type Command struct {
	Op   string `json:"op"`
	Name string `json:"name,omitempty"`
	Kind string `json:"kind,omitempty"` // of the value: bool, int, uint, float, text
	Type string `json:"type,omitempty"` // in the device's own words, where a test needs that
	// For signals that a test adds to the device.
	Declared string `json:"declared,omitempty"`
	Readonly bool   `json:"readonly,omitempty"`
	Value    string `json:"value,omitempty"` // as text
	Quality  uint32 `json:"quality,omitempty"`
	Time     int64  `json:"time,omitempty"` // of the source, in microseconds since 1970; 0 for now
}

// patience is how long a child may take to get ready.
const patience = 30 * time.Second

// NewProcess prepares a device that is a child process.
func NewProcess(t testing.TB, command func() *exec.Cmd, env ...string) *Process {
	t.Helper()
	var listen net.ListenConfig
	l, err := listen.Listen(t.Context(), "tcp", "127.0.0.1:0") // a port that is free now
	must(t, err)
	p := &Process{Command: command, Env: env, port: l.Addr().(*net.TCPAddr).Port}
	must(t, l.Close())
	t.Cleanup(func() { _ = p.Kill() })
	return p
}

// Address implements Device.
func (p *Process) Address() string { return fmt.Sprintf("127.0.0.1:%d", p.port) }

// Start implements Device.
func (p *Process) Start() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd != nil {
		return errors.New("the device runs already")
	}
	cmd := p.Command()
	cmd.Env = append(append(os.Environ(), fmt.Sprintf("DEVICE_PORT=%d", p.port)), p.Env...)
	cmd.Stderr = &p.said
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	p.cmd, p.in, p.out = cmd, in, bufio.NewScanner(out)
	late := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	defer late.Stop()
	if err := p.answer("ready"); err != nil {
		return errors.Join(fmt.Errorf("start the device: %w", err), p.stop(syscall.SIGKILL))
	}
	return nil
}

// answer reads lines until the one that is wanted; any other that is not empty is an error.
func (p *Process) answer(want string) error {
	for p.out.Scan() {
		switch line := p.out.Text(); line {
		case want:
			return nil
		case "":
		default:
			return errors.New(line)
		}
	}
	return fmt.Errorf("the device ended: %s", p.said.String())
}

// Do tells the child something and waits until it has done it.
func (p *Process) Do(c Command) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil {
		return errors.New("the device does not run")
	}
	line, err := json.Marshal(c)
	if err != nil {
		return err
	}
	if _, err := p.in.Write(append(line, '\n')); err != nil {
		return err
	}
	if err := p.answer("ok"); err != nil {
		return fmt.Errorf("%s %s: %w", c.Op, c.Name, err)
	}
	return nil
}

// Set implements Device.
func (p *Process) Set(s Signal) error {
	c := Command{Op: "set", Name: s.Name, Kind: s.Value.Kind().String(), Value: s.Value.String(), Quality: uint32(s.Quality)}
	if !s.Time.IsZero() {
		c.Time = s.Time.UnixMicro()
	}
	return p.Do(c)
}

// Signal reads a "set" command on the child's side; the time is zero for now.
func (c Command) Signal() (Signal, error) {
	s := Signal{Name: c.Name, Quality: tag.Quality(c.Quality)}
	if c.Time != 0 {
		s.Time = time.UnixMicro(c.Time).UTC()
	}
	var err error
	s.Value, err = parseValue(c.Kind, c.Value)
	return s, err
}

// Stop implements Device.
func (p *Process) Stop() error { return p.end(syscall.SIGTERM) }

// Kill implements Device.
func (p *Process) Kill() error { return p.end(syscall.SIGKILL) }

// Pause implements Device.
func (p *Process) Pause() error { return p.signal(syscall.SIGSTOP) }

// Resume implements Device.
func (p *Process) Resume() error { return p.signal(syscall.SIGCONT) }

func (p *Process) signal(s syscall.Signal) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil {
		return errors.New("the device does not run")
	}
	return p.cmd.Process.Signal(s)
}

func (p *Process) end(s syscall.Signal) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil {
		return nil
	}
	return p.stop(s)
}

// stop ends the child and waits for it; one that does not want to is killed.
func (p *Process) stop(s syscall.Signal) error {
	cmd := p.cmd
	p.cmd = nil
	err := cmd.Process.Signal(s)
	late := time.AfterFunc(endsWithin, func() { _ = cmd.Process.Kill() })
	defer late.Stop()
	_ = cmd.Wait() // how it ended is what we asked for
	return err
}

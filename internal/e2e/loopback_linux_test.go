package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// listening are the addresses at which a process waits for somebody, as the kernel writes them.
func listening(t *testing.T, pid int) (all []string) {
	t.Helper()
	own := map[string]bool{}
	fds, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range fds {
		if at, err := os.Readlink(fd); err == nil {
			own[strings.TrimSuffix(strings.TrimPrefix(at, "socket:["), "]")] = true
		}
	}
	for _, table := range []string{"tcp", "tcp6", "udp", "udp6"} {
		text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "net", table))
		if err != nil {
			continue // a machine without this protocol
		}
		for line := range strings.Lines(string(text)) {
			const state, listens, unbound, inode = 3, "0A", "07", 9
			if f := strings.Fields(line); len(f) > inode && (f[state] == listens || f[state] == unbound) && own[f[inode]] {
				all = append(all, f[1])
			}
		}
	}
	return all
}

// onLoopback fails when one of the program's processes can be reached from another machine.
func (s *server) onLoopback() {
	s.t.Helper()
	for _, pid := range []int{s.cmd.Process.Pid, s.simulator()} {
		all := listening(s.t, pid)
		if len(all) == 0 {
			s.t.Errorf("process %d listens nowhere", pid)
		}
		for _, at := range all {
			if !strings.HasPrefix(at, "0100007F:") && !strings.HasPrefix(at, "00000000000000000000000001000000:") {
				s.t.Errorf("process %d listens at %s, which is not loopback", pid, at)
			}
		}
	}
}

package demoplant

import (
	"os/exec"
	"syscall"
)

// endWithUs lets the system end the process when this one is killed.
func endWithUs(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM} }

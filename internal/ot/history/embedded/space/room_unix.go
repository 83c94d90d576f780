//go:build unix

package space

import "syscall"

// Room is how much of the disk under a folder we may still use.
func Room(dir string) (uint64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, err
	}
	return uint64(s.Bavail) * uint64(s.Bsize), nil //nolint:unconvert // its type is another on other systems
}

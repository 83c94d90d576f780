package app

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"millwright/internal/ot/collect"
)

// securedPlant has one connection that signs in, to a port on which nobody listens.
func securedPlant(t *testing.T, password string) Plan {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	text := "connections: [{id: plc, driver: opcua, endpoint: \"opc.tcp://" + l.Addr().String() + "\", user: mill, password: " + password + "}]\n" + countingPlant("one")
	return Plan{Name: "plant.yaml", Text: []byte(text)}
}

func TestPasswordsOfAPlantFileAreMovedAndSealed(t *testing.T) {
	data, plan := t.TempDir(), securedPlant(t, "hunter2-hunter2")
	for range 2 { // the second start finds the plant unchanged
		a, err := together(t, data, plan)
		if err != nil {
			t.Fatal(err)
		}
		list, err := a.store.Revisions().Revisions(t.Context(), 0, 10)
		if err != nil || len(list) != 1 {
			t.Errorf("%d revisions, %v", len(list), err)
		}
		head, err := a.store.Revisions().Head(t.Context())
		if err != nil || !strings.Contains(head.Text, "${sealed:") {
			t.Errorf("the revision does not name the sealed password: %v", err)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
	}
	err := filepath.WalkDir(data, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if text, err := os.ReadFile(path); err == nil && bytes.Contains(text, []byte("hunter2-hunter2")) {
			t.Errorf("the password stands in %s", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestALostKeyOfThePasswordsStopsOnlyTheirConnections(t *testing.T) {
	data := t.TempDir()
	a, err := together(t, data, securedPlant(t, "hunter2-hunter2"))
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(data, "secret.key")); err != nil {
		t.Fatal(err)
	}
	if a, err = together(t, data, Plan{Name: "no file"}); err != nil {
		t.Fatal(err)
	}
	runs(t, a)
	eventually(t, "the connection says why", func() bool {
		s := a.Connections()
		return len(s) == 1 && s[0].Phase == collect.Waiting && strings.Contains(s[0].LastError, "secret.key, is gone")
	})
}

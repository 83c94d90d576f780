package app

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"millwright/internal/mes/execution"
	"millwright/internal/ot/driver"
	"millwright/internal/ot/driver/drivertest"
	"millwright/internal/plant"
)

// jobMachine is a node-opcua server that takes job orders, made from the public nodeset of OPC 10031-4.
func jobMachine(t *testing.T) *drivertest.Process {
	t.Helper()
	const folder = "../ot/driver/opcua/testdata/node-opcua"
	if _, err := os.Stat(filepath.Join(folder, "node_modules", "node-opcua")); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("node-opcua is not installed: run " + folder + "/install.sh")
		}
		t.Skip("SKIPPED: node-opcua is not installed: run " + folder + "/install.sh")
	}
	p := drivertest.NewProcess(t, func() *exec.Cmd {
		return exec.Command("node", filepath.Join(folder, "server.js"))
	}, "DEVICE_FOLDER="+t.TempDir(), `DEVICE_OPTIONS={"jobs":true}`)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	return p
}

// A job that is started and held by the API is so at its machine, and what the machine does then the job does too: both
// are read on the page of the line's queue.
func TestAJobGoesToItsMachineAndItsStateComesBack(t *testing.T) {
	machine := jobMachine(t)
	text := strings.Replace(countingPlant("one"), "{id: press,", `{id: press, name: Press, job_orders: {connection: plc, receiver: "nsu=urn:millwright:test-device;s=Receiver", ahead: 1},`, 1) +
		"connections: [{id: plc, driver: opcua, endpoint: \"opc.tcp://" + machine.Address() + "\", policy: None, mode: None}]\n"
	a, err := together(t, t.TempDir(), Plan{Name: "jobs.yaml", Text: []byte(text)})
	if err != nil {
		t.Fatal(err)
	}
	site, err := a.Site()
	if err != nil {
		t.Fatal(err)
	}
	runs(t, a)
	token, err := a.NewToken(t.Context(), "hand", plant.Manager)
	if err != nil {
		t.Fatal(err)
	}
	j, err := a.floor.Load().execution.Add(t.Context(), execution.Job{Line: "one", Product: "BOX", Planned: plant.Pieces(500)}, plant.Program(), "")
	if err != nil {
		t.Fatal(err)
	}
	stands := func(at driver.JobState, is execution.Status) {
		t.Helper()
		eventually(t, "the machine has it as "+at.String()+", and the job is "+string(is), func() bool {
			j, _ = a.floor.Load().execution.Job(j.ID)
			status, page := request(t, http.MethodGet, site+"/line/one/queue", token, "")
			return status == http.StatusOK && j.Status == is && strings.Contains(page, "at Press: "+at.String())
		})
	}
	stands(driver.JobNotAllowedToStart, execution.Waiting)
	step := func(name string) {
		t.Helper()
		body, err := json.Marshal(map[string]any{"version": j.Version})
		if err != nil {
			t.Fatal(err)
		}
		if status, text := request(t, http.MethodPost, site+"/api/v1/jobs/"+url.PathEscape(j.ID)+"/"+name, token, string(body)); status != http.StatusOK {
			t.Fatalf("%s %s: %d %s", name, strconv.Quote(j.ID), status, text)
		}
	}
	does := func(state driver.JobState) {
		t.Helper()
		if err := machine.Do(drivertest.Command{Op: "job", Name: j.ID, Value: state.String()}); err != nil {
			t.Fatal(err)
		}
	}
	step("start")
	stands(driver.JobAllowedToStart, execution.Running)
	does(driver.JobRunning)
	stands(driver.JobRunning, execution.Running)
	step("hold")
	stands(driver.JobInterrupted, execution.Held)
	does(driver.JobRunning)
	stands(driver.JobRunning, execution.Running)
	does(driver.JobEnded)
	eventually(t, "the job is completed", func() bool {
		j, _ = a.floor.Load().execution.Job(j.ID)
		return j.Status == execution.Completed
	})
}

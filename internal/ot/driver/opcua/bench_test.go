package opcua_test

import (
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"millwright/internal/ot/driver"
	"millwright/internal/ot/driver/drivertest"
	"millwright/internal/ot/driver/opcua"
	"millwright/internal/ot/tag"

	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/ua"
	"github.com/gopcua/opcua/uasc"
)

const flooded = 1000 // values in each publication of a flood

// flood makes the server answer every publish request at once, with a thousand changed values.
func (d *gopcuaDevice) flood() {
	var mu sync.Mutex
	sequence := uint32(0)
	values := make([]*ua.MonitoredItemNotification, flooded)
	for i := range values {
		v := &ua.DataValue{Value: ua.MustVariant(float64(i)), SourceTimestamp: time.Now(), ServerTimestamp: time.Now()}
		v.UpdateMask()
		values[i] = &ua.MonitoredItemNotification{ClientHandle: uint32(i), Value: v}
	}
	change := ua.NewExtensionObject(&ua.DataChangeNotification{MonitoredItems: values})
	d.server.RegisterHandler(id.PublishRequest_Encoding_DefaultBinary, func(_ *uasc.SecureChannel, req ua.Request, _ uint32) (ua.Response, error) {
		mu.Lock()
		defer mu.Unlock()
		sequence++
		return &ua.PublishResponse{
			ResponseHeader: &ua.ResponseHeader{
				RequestHandle: req.Header().RequestHandle, ServiceDiagnostics: &ua.DiagnosticInfo{}, AdditionalHeader: ua.NewExtensionObject(nil),
			},
			SubscriptionID: 1, NotificationMessage: &ua.NotificationMessage{
				SequenceNumber: sequence, PublishTime: time.Now(), NotificationData: []*ua.ExtensionObject{change},
			},
		}, nil
	})
}

// BenchmarkRun is what one value costs this process, from the socket to emit, with the server in a
// process of its own.
func BenchmarkRun(b *testing.B) {
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	device := drivertest.NewProcess(b, func() *exec.Cmd { return exec.Command(self) }, "DEVICE=gopcua", "DEVICE_FLOOD=1")
	if err := device.Start(); err != nil {
		b.Fatal(err)
	}
	d, err := opcua.New(opcua.Config{Endpoint: "opc.tcp://" + device.Address()})
	if err != nil {
		b.Fatal(err)
	}
	points := make([]driver.Point, flooded)
	for i := range points {
		points[i] = driver.Point{Tag: tag.ID(i + 1), Address: at("a")}
	}
	var got atomic.Int64
	enough := make(chan struct{})
	var before, after syscall.Rusage
	go func() {
		err := d.Run(b.Context(), points, func(batch []tag.Sample) {
			n := got.Add(int64(len(batch)))
			if n == int64(len(batch)) {
				_ = syscall.Getrusage(syscall.RUSAGE_SELF, &before)
				b.ResetTimer()
			}
			if n >= int64(b.N+1)*flooded && n < int64(b.N+1)*flooded+int64(len(batch)) {
				_ = syscall.Getrusage(syscall.RUSAGE_SELF, &after)
				close(enough)
			}
		})
		if err != nil {
			b.Error(err)
		}
	}()
	<-enough
	b.StopTimer()
	cpu := after.Utime.Nano() + after.Stime.Nano() - before.Utime.Nano() - before.Stime.Nano()
	b.ReportMetric(float64(cpu)/float64(b.N)/flooded, "ns-cpu/value")
	b.ReportMetric(float64(b.N)*flooded/b.Elapsed().Seconds(), "values/s")
}

package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"millwright/internal/live"
)

// meters measures the site and gathers what the other parts measure.
type meters struct {
	requests *prometheus.HistogramVec
	handler  http.Handler
}

func newMeters(hub *live.Hub, queues func() []Queue, others []prometheus.Collector) *meters {
	reg := prometheus.NewRegistry()
	m := &meters{
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "millwright_http_request_seconds",
			Help:    "Time to answer a request, by route.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, 1, 5},
		}, []string{"method", "route", "status"}),
	}
	reg.MustRegister(m.requests, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for name, value := range hubGauges(hub) {
		reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "millwright_live_" + name.name, Help: name.help}, value))
	}
	for name, value := range hubCounters(hub) {
		reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "millwright_live_" + name.name + "_total", Help: name.help}, value))
	}
	reg.MustRegister(queueMeters{queues})
	reg.MustRegister(others...)
	m.handler = promhttp.HandlerFor(reg, promhttp.HandlerOpts{})
	return m
}

type meter struct{ name, help string }

func hubGauges(h *live.Hub) map[meter]func() float64 {
	return map[meter]func() float64{
		{"clients", "Pages that are connected."}:   func() float64 { return float64(h.Stats().Clients) },
		{"panels", "Different panels on display."}: func() float64 { return float64(h.Stats().Panels) },
	}
}

func hubCounters(h *live.Hub) map[meter]func() float64 {
	of := func(pick func(live.Stats) uint64) func() float64 {
		return func() float64 { return float64(pick(h.Stats())) }
	}
	return map[meter]func() float64{
		{"renders", "Panels drawn."}:                         of(func(s live.Stats) uint64 { return s.Renders }),
		{"renders_failed", "Panels that were not drawn."}:    of(func(s live.Stats) uint64 { return s.Failed }),
		{"messages", "Messages sent to pages."}:              of(func(s live.Stats) uint64 { return s.Sent }),
		{"message_bytes", "Bytes sent to pages."}:            of(func(s live.Stats) uint64 { return s.Bytes }),
		{"skipped", "Drawings that a slow page skipped."}:    of(func(s live.Stats) uint64 { return s.Skipped }),
		{"slow", "Pages given up because they were slow."}:   of(func(s live.Stats) uint64 { return s.Slow }),
		{"refused", "Connections refused for their number."}: of(func(s live.Stats) uint64 { return s.Refused }),
	}
}

// queueMeters tells how the queues of the engines do that are there just now: with another plant come other engines, and
// they count from nothing.
type queueMeters struct{ all func() []Queue }

// Describe implements prometheus.Collector.
func (queueMeters) Describe(ch chan<- *prometheus.Desc) {
	ch <- queueWaiting()
	ch <- queueDropped()
}

func queueWaiting() *prometheus.Desc {
	return prometheus.NewDesc("millwright_queue_waiting", "Batches that wait for an engine.", []string{"queue"}, nil)
}

func queueDropped() *prometheus.Desc {
	return prometheus.NewDesc("millwright_queue_dropped_total", "Batches that had to make room for newer ones; the engine reads them from the history.", []string{"queue"}, nil)
}

// Collect implements prometheus.Collector.
func (m queueMeters) Collect(ch chan<- prometheus.Metric) {
	for _, q := range m.all() {
		l := q.Load()
		ch <- prometheus.MustNewConstMetric(queueWaiting(), prometheus.GaugeValue, float64(l.Waiting), q.Name)
		ch <- prometheus.MustNewConstMetric(queueDropped(), prometheus.CounterValue, float64(l.Dropped), q.Name)
	}
}

// observe notes one request. What is no route of ours is one route, so that nobody can fill the memory with names.
func (m *meters) observe(c echo.Context, took time.Duration) {
	route := c.Path()
	if route == "" {
		route = "none"
	}
	method := c.Request().Method
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut:
	default:
		method = "other"
	}
	m.requests.WithLabelValues(method, route, strconv.Itoa(c.Response().Status)).Observe(took.Seconds())
}

package app

import "github.com/prometheus/client_golang/prometheus"

// meters tells what the parts count, for /metrics: what is dropped, refused or lost is never silent.
func (a *App) meters() []prometheus.Collector {
	count := func(name, help string, read func() float64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "millwright", Name: name, Help: help}, read)
	}
	gauge := func(name, help string, read func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "millwright", Name: name, Help: help}, read)
	}
	return []prometheus.Collector{
		count("samples_received_total", "Samples that the sessions delivered.", func() float64 { return float64(a.Received()) }),
		count("history_written_total", "Samples from sessions that the history keeps.", func() float64 { return float64(a.writer.Written().Samples) }),
		count("history_refused_total", "Samples from sessions that the history refused.", func() float64 { return float64(a.writer.Written().Refused) }),
		count("history_lost_total", "Samples dropped from the full queue while the history was down.", func() float64 { return float64(a.writer.Written().Lost) }),
		gauge("history_waiting", "Batches that wait to be written.", func() float64 { return float64(a.writer.Written().Waiting) }),
		count("session_losses_total", "Times that sessions to machines were lost.", func() float64 { return float64(a.losses()) }),
		gauge("sessions_down", "Connections that deliver nothing now.", func() float64 { return float64(a.down()) }),
	}
}

func (a *App) losses() (n uint64) {
	for _, s := range a.Connections() {
		n += s.Losses
	}
	return n
}

func (a *App) down() (n int) {
	for _, s := range a.Connections() {
		if s.Phase != "active" {
			n++
		}
	}
	return n
}

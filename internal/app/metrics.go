package app

import (
	"github.com/prometheus/client_golang/prometheus"

	"millwright/internal/ot/collect"
)

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
		gauge("history_thinned", "Samples from sessions that were left out, or are held back, by the swing of their tags.", func() float64 { return float64(a.writer.Written().Thinned) }),
		count("history_refused_total", "Samples from sessions that the history refused.", func() float64 { return float64(a.writer.Written().Refused) }),
		count("history_lost_total", "Samples dropped from the full queue while the history was down.", func() float64 { return float64(a.writer.Written().Lost) }),
		gauge("history_waiting", "Batches that wait to be written.", func() float64 { return float64(a.writer.Written().Waiting) }),
		count("session_losses_total", "Times that sessions to machines were lost.", func() float64 { return float64(a.sessions().Losses) }),
		count("session_skewed_total", "Samples stamped out of reason: taken at their arrival and marked uncertain.", func() float64 { return float64(a.sessions().Skewed) }),
		count("session_retyped_total", "Times that a tag began to send another kind of value.", func() float64 { return float64(a.sessions().Retyped) }),
		count("session_merged_total", "Samples over a connection's limit: they went into newer ones of their tags.", func() float64 { return float64(a.sessions().Merged) }),
		count("session_overflows_total", "Samples that said that the machine had dropped others of their tags: at least so many are lost.", func() float64 { return float64(a.sessions().Overflows) }),
		gauge("sessions_down", "Connections that should deliver and cannot: lost, or never opened.", func() float64 { return float64(a.sessions().Down) }),
		gauge("sessions_degraded", "Connections that deliver, but not all that they should.", func() float64 { return float64(a.sessions().Degraded) }),
	}
}

// sessions tells how the connections are doing, all together.
func (a *App) sessions() collect.Tally { return a.crew.Tally() }

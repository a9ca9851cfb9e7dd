package worker

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"careerstream/schemas/fault"
)

// Names of the metrics.
const (
	MetricHandled      = "careerstream_messages_handled_total"
	MetricFailed       = "careerstream_messages_failed_total"
	MetricDead         = "careerstream_messages_dead_total"
	MetricRedeliveries = "careerstream_messages_redelivered_total"
	MetricInFlight     = "careerstream_messages_in_flight"
	MetricPending      = "careerstream_messages_pending"
	MetricSeconds      = "careerstream_handle_seconds"
)

// Metrics of all stages of a process. A nil *Metrics counts nothing.
type Metrics struct {
	handled, redelivered *prometheus.CounterVec
	failed, dead         *prometheus.CounterVec
	inFlight, pending    *prometheus.GaugeVec
	seconds              *prometheus.HistogramVec
}

// NewMetrics registers the metrics. It fails when one is registered already.
func NewMetrics(registry prometheus.Registerer) (*Metrics, error) {
	stage, kind := []string{"stage"}, []string{"stage", "kind"}
	m := &Metrics{
		handled:     prometheus.NewCounterVec(prometheus.CounterOpts{Name: MetricHandled, Help: "Messages handled and acknowledged."}, stage),
		failed:      prometheus.NewCounterVec(prometheus.CounterOpts{Name: MetricFailed, Help: "Tries that failed, by fault kind."}, kind),
		dead:        prometheus.NewCounterVec(prometheus.CounterOpts{Name: MetricDead, Help: "Messages dead-lettered, by fault kind."}, kind),
		redelivered: prometheus.NewCounterVec(prometheus.CounterOpts{Name: MetricRedeliveries, Help: "Messages delivered again."}, stage),
		inFlight:    prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: MetricInFlight, Help: "Messages held without a verdict."}, stage),
		pending:     prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: MetricPending, Help: "Messages of the stream not yet delivered."}, stage),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: MetricSeconds, Help: "Time from taking a message up to its verdict.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 4, 9),
		}, stage),
	}
	var errs []error
	for _, collector := range []prometheus.Collector{m.handled, m.failed, m.dead, m.redelivered, m.inFlight, m.pending, m.seconds} {
		errs = append(errs, registry.Register(collector))
	}
	return m, errors.Join(errs...)
}

func (m *Metrics) onHandled(stage string, took time.Duration) {
	if m != nil {
		m.handled.WithLabelValues(stage).Inc()
		m.seconds.WithLabelValues(stage).Observe(took.Seconds())
	}
}

func (m *Metrics) onFailed(stage string, kind fault.Kind) {
	if m != nil {
		m.failed.WithLabelValues(stage, string(kind.Info().Kind)).Inc()
	}
}

func (m *Metrics) onDead(stage string, kind fault.Kind) {
	if m != nil {
		m.dead.WithLabelValues(stage, string(kind.Info().Kind)).Inc()
	}
}

func (m *Metrics) onRedelivered(stage string) {
	if m != nil {
		m.redelivered.WithLabelValues(stage).Inc()
	}
}

func (m *Metrics) setHeld(stage string, held int) {
	if m != nil {
		m.inFlight.WithLabelValues(stage).Set(float64(held))
	}
}

func (m *Metrics) setPending(stage string, pending uint64) {
	if m != nil {
		m.pending.WithLabelValues(stage).Set(float64(pending))
	}
}

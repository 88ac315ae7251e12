package syslog

import "github.com/prometheus/client_golang/prometheus"

type metrics struct {
	socketBuffer prometheus.Gauge
	kernelDrops  prometheus.Counter
	connections  prometheus.Gauge
	handshakes   prometheus.Counter
}

func newMetrics(r prometheus.Registerer, name string) (*metrics, error) {
	labels := prometheus.Labels{"input": name}
	m := &metrics{
		socketBuffer: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "haetae_syslog_socket_buffer_bytes", ConstLabels: labels,
			Help: "Receive buffer of the UDP socket that the kernel granted.",
		}),
		kernelDrops: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "haetae_syslog_kernel_drops_total", ConstLabels: labels,
			Help: "Datagrams that the kernel dropped because the UDP socket's buffer was full.",
		}),
		connections: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "haetae_syslog_connections", ConstLabels: labels,
			Help: "Connections open, TCP and TLS together.",
		}),
		handshakes: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "haetae_syslog_tls_handshake_failures_total", ConstLabels: labels,
			Help: "TLS handshakes that failed.",
		}),
	}
	for _, c := range []prometheus.Collector{m.socketBuffer, m.kernelDrops, m.connections, m.handshakes} {
		if err := r.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// unregister makes room for an input of the same name after a change of the configuration.
func (m *metrics) unregister(r prometheus.Registerer) {
	for _, c := range []prometheus.Collector{m.socketBuffer, m.kernelDrops, m.connections, m.handshakes} {
		r.Unregister(c)
	}
}

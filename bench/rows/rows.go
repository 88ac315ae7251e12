// Package rows makes the synthetic log rows that Haetae is measured with: nginx access logs (40%), JSON logs of
// applications on Kubernetes (30%), Java logs with stack traces (20%) and sshd (10%), in 182 streams. The same seed
// gives the same bytes on every machine.
package rows

import (
	"math/rand/v2"
	"strconv"
	"time"
)

// Options of a Generator.
type Options struct {
	Seed  uint64
	Rows  int           // rows in all; needles and times are spread over them
	Start time.Time     // time of the first row
	Span  time.Duration // from the first row to the last
	Hosts int           // so many hosts take turns; 0 leaves the hosts of Streams
	Apps  int           // so many numbers behind the names of applications take turns; 0 is none
}

// Facts of the rows that queries rely on.
const (
	Streams = 182
	// Needle stands in the messages of Needles rows, whatever the seed.
	Needle  = "ledger-7f3c9e1d"
	Needles = 3
)

// Generator makes rows in the order of their times. It is used by one goroutine.
type Generator struct {
	opt  Options
	rnd  *rand.Rand
	row  int
	now  int64 // ns since the epoch
	step int64 // mean ns between rows
	msg  []byte

	nginx, kube, java, sshd []source
}

// source is one stream.
type source struct{ host, app string }

// New returns a generator. Start defaults to 2026-11-20, Span to six hours.
func New(opt Options) *Generator {
	if opt.Start.IsZero() {
		opt.Start = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	}
	if opt.Span == 0 {
		opt.Span = 6 * time.Hour
	}
	g := &Generator{opt: opt, rnd: rand.New(rand.NewPCG(opt.Seed, 0x686165746165)), now: opt.Start.UnixNano()}
	g.step = int64(opt.Span) / int64(max(opt.Rows, 1))
	g.nginx = sources(nil, "web", 40, "nginx")
	for _, app := range kubeApps {
		g.kube = sources(g.kube, "node", 5, app)
	}
	for _, app := range javaApps {
		g.java = sources(g.java, "app", 6, app)
	}
	g.sshd = sources(nil, "srv", 40, "sshd")
	return g
}

func sources(dst []source, prefix string, n int, app string) []source {
	for i := range n {
		dst = append(dst, source{host: prefix + "-" + string([]byte{'0' + byte(i/10), '0' + byte(i%10)}), app: app})
	}
	return dst
}

// Append appends the next row as one JSON object with a line feed: _time, host, app, the application's own fields
// for Kubernetes rows, and _msg.
func (g *Generator) Append(dst []byte) []byte {
	g.now += g.step/2 + g.rnd.Int64N(g.step+1)
	dst = append(dst, `{"_time":"`...)
	dst = time.Unix(0, g.now).UTC().AppendFormat(dst, "2006-01-02T15:04:05.000Z")
	g.msg = g.msg[:0]
	var src source
	var fields func([]byte) []byte
	kind := g.rnd.IntN(10)
	if g.needleDue() {
		kind = 4
	}
	switch {
	case kind < 4:
		src = g.stream(g.nginx)
		g.nginxLine()
	case kind < 7:
		src = g.stream(g.kube)
		fields = g.kubeLine(src.app)
	case kind < 9:
		src = g.stream(g.java)
		g.javaLine()
	default:
		src = g.stream(g.sshd)
		g.sshdLine()
	}
	dst = append(dst, `","host":"`...)
	if g.opt.Hosts > 0 {
		dst = strconv.AppendInt(append(dst, "host-"...), int64(g.row%g.opt.Hosts), 10)
	} else {
		dst = append(dst, src.host...)
	}
	dst = append(dst, `","app":"`...)
	dst = append(dst, src.app...)
	if g.opt.Apps > 0 {
		dst = strconv.AppendInt(append(dst, '-'), int64(g.row%g.opt.Apps), 10)
	}
	dst = append(dst, '"')
	g.row++
	if fields != nil {
		dst = fields(dst)
	}
	dst = append(dst, `,"_msg":"`...)
	dst = appendEscaped(dst, g.msg)
	return append(dst, "\"}\n"...)
}

// stream prefers the first streams of a kind: some hosts are busier than others.
func (g *Generator) stream(of []source) source { return of[g.few(len(of))] }

// needleDue spreads the needles over the rows.
func (g *Generator) needleDue() bool {
	part := g.opt.Rows / (Needles + 1)
	return part > 0 && g.row > 0 && g.row%part == 0 && g.row/part <= Needles
}

// few returns a number below n; small ones are more frequent, as paths, users and hosts are.
func (g *Generator) few(n int) int {
	f := g.rnd.Float64()
	return int(f * f * float64(n))
}

func (g *Generator) chance(percent float64) bool { return g.rnd.Float64()*100 < percent }

// millis returns a latency: mostly short, with a long tail.
func (g *Generator) millis() int64 {
	v := 2 + g.rnd.ExpFloat64()*35
	if g.chance(1) {
		v *= 40
	}
	return int64(v)
}

func appendEscaped(dst, msg []byte) []byte {
	for _, c := range msg {
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

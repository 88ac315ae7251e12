package rows

import (
	"strconv"
	"time"
)

func (g *Generator) add(s ...string) {
	for _, v := range s {
		g.msg = append(g.msg, v...)
	}
}

func (g *Generator) num(n int64) { g.msg = strconv.AppendInt(g.msg, n, 10) }

func (g *Generator) appendHex(dst []byte, digits int) []byte {
	const alphabet = "0123456789abcdef"
	for digits > 0 {
		v := g.rnd.Uint64()
		for range min(digits, 16) {
			dst = append(dst, alphabet[v&15])
			v >>= 4
		}
		digits -= 16
	}
	return dst
}

// address is one of about 60,000 clients, a few of them very busy.
func (g *Generator) address() {
	n := g.few(60_000)
	g.num(int64(11 + n%180))
	g.add(".")
	g.num(int64(n / 251 % 251))
	g.add(".")
	g.num(int64(n * 7 % 253))
	g.add(".")
	g.num(int64(1 + n*13%254))
}

// nginxLine is nginx's format "combined".
func (g *Generator) nginxLine() {
	g.address()
	g.add(" - - [")
	g.msg = time.Unix(0, g.now).UTC().AppendFormat(g.msg, "02/Jan/2006:15:04:05 -0700")
	path := paths[g.few(len(paths))]
	g.add(`] "`, methods[g.few(len(methods))], " ", path)
	if g.chance(55) {
		if path != "/" {
			g.add("/")
		}
		g.num(int64(g.few(90_000)))
	}
	if g.chance(20) {
		g.add("?page=")
		g.num(int64(1 + g.few(40)))
	}
	g.add(` HTTP/1.1" `)
	status := 200
	switch p := g.rnd.Float64() * 100; {
	case p < 3:
		status = 304
	case p < 6:
		status = 404
	case p < 7:
		status = 302
	case p < 8:
		status = 401
	case p < 8.6:
		status = 502
	case p < 9:
		status = 500
	}
	g.num(int64(status))
	g.add(" ")
	if status == 304 {
		g.add("0")
	} else {
		g.num(120 + int64(g.rnd.ExpFloat64()*5200))
	}
	referrer := "-"
	if g.chance(66) {
		referrer = "https://shop.example.com/"
	}
	g.add(` "`, referrer, `" "`, agents[g.few(len(agents))], `"`)
}

// kubeLine makes the message of an application that logs JSON, and returns what appends its other fields.
func (g *Generator) kubeLine(app string) func([]byte) []byte {
	level, status := "info", 200
	needle := g.needleDue()
	switch p := g.rnd.Float64() * 100; {
	case needle:
		level = "warn"
		g.add("payment held for review: ledger checksum of ", Needle, " does not match")
	case p < 20:
		level, status = "error", 500
		g.add(kubeFailures[g.few(len(kubeFailures))])
		g.num(int64(g.rnd.IntN(9000)))
	case p < 26:
		level, status = "warn", 429
		g.add("slow request, retry ")
		g.num(int64(1 + g.rnd.IntN(4)))
		g.add(" of 5")
	default:
		g.add(kubeWork[g.few(len(kubeWork))])
		g.num(int64(g.few(500_000)))
	}
	millis := g.millis()
	return func(dst []byte) []byte {
		dst = append(dst, `,"level":"`...)
		dst = append(dst, level...)
		dst = append(dst, `","logger":"`...)
		dst = append(dst, app...)
		dst = append(dst, `.http","trace_id":"`...)
		dst = g.appendHex(dst, 32)
		dst = append(dst, `","status":`...)
		dst = strconv.AppendInt(dst, int64(status), 10)
		dst = append(dst, `,"duration_ms":`...)
		return strconv.AppendInt(dst, millis, 10)
	}
}

// javaLine is logback's usual pattern; one line in fifty brings a stack trace.
func (g *Generator) javaLine() {
	g.msg = time.Unix(0, g.now).UTC().AppendFormat(g.msg, "2006-01-02 15:04:05.000")
	logger := loggers[g.few(len(loggers))]
	trace := g.chance(2)
	switch {
	case trace:
		g.add(" ERROR [", threads[g.few(len(threads))], "-")
		g.num(int64(1 + g.rnd.IntN(64)))
		g.add("] ", logger, " - error while handling order ")
		g.num(int64(g.few(2_000_000)))
		g.stackTrace()
	case g.chance(8):
		g.add(" WARN  [", threads[g.few(len(threads))], "-")
		g.num(int64(1 + g.rnd.IntN(64)))
		g.add("] ", logger, " - upstream answered with error code ")
		g.num(int64(400 + g.few(130)))
	default:
		g.add(" INFO  [", threads[g.few(len(threads))], "-")
		g.num(int64(1 + g.rnd.IntN(64)))
		g.add("] ", logger, " - ", javaWork[g.few(len(javaWork))])
		g.num(int64(g.few(2_000_000)))
		g.add(" in ")
		g.num(g.millis())
		g.add(" ms")
	}
}

func (g *Generator) stackTrace() {
	e := g.few(len(exceptions))
	g.add("\n", exceptions[e])
	g.num(int64(g.few(5000)))
	frames := 8 + g.few(12)
	at := e * 7
	for i := range frames {
		f := frameNames[(at+i)%len(frameNames)]
		g.add("\n\tat ", f.method, "(", f.file, ".java:")
		g.num(int64(20 + (at*31+i*17)%480))
		g.add(")")
	}
	if g.chance(40) {
		g.add("\nCaused by: ", exceptions[(e+3)%len(exceptions)])
		g.num(int64(g.few(5000)))
		g.add("\n\t... ")
		g.num(int64(3 + g.few(20)))
		g.add(" more")
	}
}

func (g *Generator) sshdLine() {
	g.add("sshd[")
	g.num(int64(900 + g.rnd.IntN(32_000)))
	g.add("]: ")
	switch p := g.rnd.Float64() * 100; {
	case p < 38:
		g.add("Failed password for ")
		if g.chance(60) {
			g.add("invalid user ")
		}
		g.add(users[g.few(len(users))], " from ")
		g.address()
		g.port()
	case p < 52:
		g.add("Invalid user ", users[g.few(len(users))], " from ")
		g.address()
		g.port()
	case p < 57:
		g.add("error: maximum authentication attempts exceeded for ", users[g.few(len(users))], " from ")
		g.address()
		g.port()
	case p < 75:
		g.add("Connection closed by authenticating user ", users[g.few(len(users))], " ")
		g.address()
		g.port()
	case p < 85:
		g.add("Accepted publickey for deploy from 10.0.")
		g.num(int64(g.few(30)))
		g.add(".")
		g.num(int64(1 + g.few(250)))
		g.port()
		g.add(" ssh2")
	default:
		g.add("pam_unix(sshd:session): session closed for user deploy")
	}
}

func (g *Generator) port() {
	g.add(" port ")
	g.num(int64(1024 + g.rnd.IntN(64_000)))
}

// Package facts compares answers with those that VictoriaLogs gave to the same queries over the same rows. The
// queries and answers are kept in queries/*.txt, one file a feature; the program in record/ writes the answers.
package facts

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// Start and End bound the times of all rows: three days, Saturday to Monday.
var (
	Start = time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC)
	End   = time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC)
)

// StreamFields are the fields that make the streams of the rows.
const StreamFields = "app,host"

// rowCount rows are spread over the time evenly, so that no two have the same time.
const rowCount = 1200

// Rows returns the rows as JSON lines: access lines, an application's JSON, sshd, Java with stack traces, and Korean
// text. They are the same at every call.
func Rows() []byte {
	g := generator{rand: rand.New(rand.NewPCG(5, 26))}
	var out []byte
	step := End.Sub(Start) / rowCount
	for i := range rowCount {
		row := map[string]string{"_time": Start.Add(time.Duration(i)*step + 1234567).Format(time.RFC3339Nano)}
		switch i % 5 {
		case 0:
			g.access(row)
		case 1:
			g.order(row, i)
		case 2:
			g.login(row)
		case 3:
			g.java(row)
		default:
			g.korean(row, i)
		}
		line, err := json.Marshal(row) // sorts the keys
		if err != nil {
			panic(err) // a map of strings
		}
		out = append(append(out, line...), '\n')
	}
	return out
}

type generator struct{ rand *rand.Rand }

func (g *generator) pick(of ...string) string { return of[g.rand.IntN(len(of))] }

func (g *generator) ip() string {
	return fmt.Sprintf("10.%d.%d.%d", g.rand.IntN(3), g.rand.IntN(4), 1+g.rand.IntN(30))
}

func (g *generator) access(row map[string]string) {
	row["app"], row["host"] = "nginx", g.pick("web-1", "web-2")
	row["status"] = g.pick("200", "200", "200", "204", "301", "404", "500", "502")
	row["bytes"] = fmt.Sprint(g.rand.IntN(100_000))
	row["path"] = g.pick("/", "/api/v1/orders", "/api/v1/users/7", "/health", "/static/app.js", "/login")
	row["_msg"] = fmt.Sprintf("%s %s %s served with %s in %dms", g.ip(), g.pick("GET", "GET", "POST", "PUT"), row["path"], row["status"], g.rand.IntN(900))
}

func (g *generator) order(row map[string]string, i int) {
	row["app"], row["host"] = "orders", g.pick("app-1", "app-2", "app-10")
	row["level"] = g.pick("debug", "info", "info", "INFO", "warn", "error")
	row["user"] = g.pick("alice", "bob", "carol", "dave", "Eve")
	row["ip"] = g.ip()
	row["took"] = g.pick("12ms", "1.5s", "250µs", "2m3s", "900ms", "15ms")
	row["limit"] = g.pick("1s", "20ms", "2m")
	row["size"] = g.pick("10KiB", "512", "2MB", "1.5KB", "7")
	row["amount"] = strconv.FormatFloat(float64(g.rand.IntN(20_000)-2_000)/100, 'f', -1, 64)
	row["items"] = fmt.Sprint(1 + g.rand.IntN(9))
	row["trace"] = fmt.Sprintf("%016x", g.rand.Uint64())
	row["tags"] = g.pick(`["new","vip"]`, `["new"]`, `[]`, `["a","b","c"]`, `[1,2.5,"x y"]`)
	row["billed"] = g.pick(row["user"], "alice")
	if i%3 == 0 {
		row["coupon"] = g.pick("SUMMER", "winter", "가을")
	}
	row["_msg"] = fmt.Sprintf(g.pick(
		"order %d placed by %s", "order %d of %s failed: payment refused", `order %d: user="%s" retry=3`,
	), 10_000+g.rand.IntN(500), row["user"])
	row["doc"] = fmt.Sprintf(`{"order":%d,"by":"%s","nested":{"a":1.5,"b":[true,null]}}`, g.rand.IntN(500), row["user"])
}

func (g *generator) login(row map[string]string) {
	row["app"], row["host"] = "sshd", g.pick("web-1", "bastion")
	row["pid"] = fmt.Sprint(400 + g.rand.IntN(40))
	row["_msg"] = fmt.Sprintf(g.pick(
		"Failed password for invalid user %s from %s port %d ssh2", "Accepted publickey for %s from %s port %d ssh2",
		"Connection closed by authenticating user %s %s port %d [preauth]",
	), g.pick("root", "admin", "git", "deploy"), g.ip(), 1024+g.rand.IntN(60_000))
}

func (g *generator) java(row map[string]string) {
	row["app"], row["host"] = "billing", g.pick("app-1", "app-2")
	row["level"] = g.pick("INFO", "WARN", "ERROR")
	row["thread"] = fmt.Sprintf("pool-%d-thread-%d", 1+g.rand.IntN(3), 1+g.rand.IntN(8))
	switch row["level"] {
	case "ERROR":
		row["_msg"] = "Cannot charge card\njava.lang.IllegalStateException: card " + g.pick("expired", "locked") +
			"\n\tat com.example.Billing.charge(Billing.java:" + fmt.Sprint(40+g.rand.IntN(5)) + ")\n\tat com.example.Main.run(Main.java:17)"
	default:
		row["_msg"] = g.pick("cache refreshed", "Cache miss for key k_", "ERROR budget left: ") + fmt.Sprint(g.rand.IntN(50)) +
			g.pick("", " foo_bar", " foo-bar", " fooBar", "\t(re)try \"quoted\" it's `back`")
	}
}

func (g *generator) korean(row map[string]string, i int) {
	row["app"], row["host"] = "관제", g.pick("장비-1", "장비-2")
	row["심각도"] = g.pick("정보", "경고", "장애")
	row["logfmt"] = fmt.Sprintf(`dur=%dms name="%s kim" ok=%v empty= n=%d`, g.rand.IntN(40), g.pick("lee", "park"), i%2 == 0, g.rand.IntN(1000))
	row["syslog"] = fmt.Sprintf("<%d>1 2026-10-31T%02d:%02d:03.004Z node%d app%d %d ID47 - body %d", g.rand.IntN(190), g.rand.IntN(24), g.rand.IntN(60), g.rand.IntN(4), g.rand.IntN(3), g.rand.IntN(999), i)
	row["colored"] = "\x1b[31m" + g.pick("red", "alert") + "\x1b[0m text"
	row["_msg"] = strings.Join([]string{g.pick("네트워크장비가", "서버가", "스위치가"), g.pick("응답하지 않습니다", "복구되었습니다", "재시작합니다"), fmt.Sprintf("(시도 %d회, id=%08x)", 1+g.rand.IntN(5), g.rand.Uint32())}, " ")
}

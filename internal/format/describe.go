package format

import "strings"

// Description tells people what a format is.
type Description struct {
	Name    string   `json:"name" doc:"name@version, as _format holds it"`
	Summary string   `json:"summary"`
	Example string   `json:"example" doc:"a line of this format"`
	Fields  []string `json:"fields" nullable:"false" doc:"fields that lines of this format may have"`
	Open    bool     `json:"open" doc:"lines may have other fields too"`
}

// examples holds a summary and a line for each format by its bare name.
var examples = map[string]struct{ summary, line string }{
	"json":        {"One JSON object; its fields are stored", `{"time":"2026-11-20T12:00:00.118+09:00","level":"error","msg":"payment failed","order":{"id":118}}`},
	"syslog-5424": {"Syslog of RFC 5424", `<165>1 2026-11-20T12:00:00.118+09:00 web-1 sshd 4711 ID47 [origin ip="192.0.2.7"] Accepted publickey for kim`},
	"syslog-3164": {"Syslog of RFC 3164, as devices and files have it", `<38>Nov 20 12:00:00 web-1 sshd[4711]: Failed password for root from 192.0.2.7 port 50022 ssh2`},
	"nginx-access": {
		"Access log of nginx, and combined logs like it",
		`192.0.2.7 - kim [20/Nov/2026:12:00:00 +0900] "GET /cart?id=118 HTTP/1.1" 200 5120 "https://shop.example/" "Mozilla/5.0 (X11)"`,
	},
	"apache-access": {"Access log of Apache where it differs from nginx's", `192.0.2.7 - - [20/Nov/2026:12:00:00 +0900] "GET /cart HTTP/1.1" 304 - "-" "Wget/1.21 \"q\""`},
	"nginx-error":   {"Error log of nginx", `2026/11/20 12:00:00 [error] 123#456: *789 open() "/a" failed (2: No such file or directory), client: 192.0.2.7, server: shop, request: "GET /a HTTP/1.1", host: "shop"`},
	"apache-error":  {"Error log of Apache", `[Fri Nov 20 12:00:00.118123 2026] [proxy:error] [pid 123:tid 456] [client 192.0.2.7:50022] AH01114: HTTP: failed to make connection to backend`},
	"java":          {"log4j, Logback and alike, with stack traces", `2026-11-20 12:00:00,118 ERROR [http-nio-8080-exec-1] com.example.shop.Cart - payment failed`},
	"python":        {"Python's logging, with tracebacks", `2026-11-20 12:00:00,118 - shop.views - WARNING - slow query`},
	"klog":          {"Kubernetes components (klog, glog)", `I1120 12:00:00.118123   12345 kubelet.go:123] "Pod status updated" pod="kube-system/x" status="Running"`},
	"cef":           {"Common Event Format of security products", `CEF:0|Vendor|Firewall|2.0|100|worm stopped|10|src=192.0.2.7 dst=198.51.100.2 spt=1232`},
	"leef":          {"Log Event Extended Format of security products", "LEEF:1.0|Vendor|Gateway|2.0|login|devTime=2026-11-20 12:00:00\tsev=5\tusrName=kim"},
	"postgresql":    {"PostgreSQL", `2026-11-20 12:00:00.118 KST [123] kim@shop ERROR:  relation "x" does not exist at character 15`},
	"logfmt":        {"logfmt: name=value with level and message", `time=2026-11-20T12:00:00.118+09:00 level=warn msg="slow \"query\"" took=1.5s`},
	"kv":            {"Pairs name=value parted by commas, semicolons or bars, as devices write them", `src=192.0.2.7, dst=198.51.100.2; action=deny | level=crit`},
}

// Describe lists the newest version of every format in the order of All.
func Describe() []Description {
	var out []Description
	seen := map[string]bool{}
	for _, f := range all {
		name, _, _ := strings.Cut(f.Name(), "@")
		if seen[name] {
			continue
		}
		seen[name] = true
		example := examples[name]
		out = append(out, Description{
			Name: f.Name(), Summary: example.summary, Example: example.line,
			Fields: append([]string{}, f.ViewNames()...), Open: f.Open(),
		})
	}
	return out
}

package pipeline

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/config"
	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// Quota bounds what each source that matches may send; it is an entry of limits.sources.
type Quota struct {
	Name  string          `yaml:"name,omitempty"`
	Match QuotaMatch      `yaml:"match,omitempty"`
	Per   string          `yaml:"per,omitempty"`   // perSource, perStream or perRule; "" is perSource
	Rate  float64         `yaml:"rate,omitempty"`  // records per second; 0 is no bound
	Bytes config.Size     `yaml:"bytes,omitempty"` // of messages and fields per second; 0 is no bound
	Burst config.Duration `yaml:"burst,omitempty"` // so many seconds' worth may come at once; 0 is defaultBurst
	Over  string          `yaml:"over,omitempty"`  // overWait, overDrop or overSample; "" is overWait
	Keep  int             `yaml:"keep,omitempty"`  // overSample: one in so many
}

// QuotaMatch says which records a quota is for: each key that is given must fit, by one of its values.
type QuotaMatch struct {
	Input  []string `yaml:"input,omitempty"`
	Peer   []string `yaml:"peer,omitempty"`
	Host   []string `yaml:"host,omitempty"`
	Stream string   `yaml:"stream,omitempty"`
}

// What has a quota of its own.
const (
	perSource = "source"
	perStream = "stream"
	perRule   = "rule"
)

// What becomes of records over a quota.
const (
	overWait   = "wait"
	overDrop   = "drop"
	overSample = "sample"
)

const (
	defaultBurst = 10 * time.Second
	maxBurst     = time.Hour
	maxQuotas    = 100
)

// quota is a Quota made ready, with the buckets of its sources.
type quota struct {
	name      string
	inputs    []string
	peers     []peerMatch
	hosts     []string
	stream    *logsql.StreamFilter // nil matches all
	perStream bool
	perRule   bool
	wait      bool
	keep      uint64 // 0 drops what is over
	factor    string // keep as a value of FieldSampling
	limit     limit
	buckets   map[bucketKey]*bucket
	swept     int64 // when unused buckets were last looked for, ns
}

// peerMatch is a range of addresses, or a text.
type peerMatch struct {
	text  string
	block netip.Prefix
}

// quotaKey is how a quota is called in the configuration.
func quotaKey(i int) string { return fmt.Sprintf("sources[%d]", i) }

// quotaFault is what is wrong with a quota.
type quotaFault struct {
	key string // within its entry, "" for the whole of it
	err error
}

func wrongQuota(key, format string, args ...any) *quotaFault {
	return &quotaFault{key, fmt.Errorf(format, args...)}
}

// CheckQuotas returns what is wrong with the first wrong quota, and its key below limits.
func CheckQuotas(list []Quota) (key string, err error) {
	_, key, err = parseQuotas(list)
	return key, err
}

// parseQuotas returns with an error the key below limits that is wrong.
func parseQuotas(list []Quota) (out []*quota, key string, err error) {
	if len(list) > maxQuotas {
		return nil, "sources", fmt.Errorf("wants at most %d entries", maxQuotas)
	}
	names := map[string]bool{}
	for i := range list {
		q, fault := newQuota(&list[i], "limits."+quotaKey(i))
		if fault == nil && names[q.name] {
			fault = wrongQuota("name", "%q is the name of another entry", q.name)
		}
		if fault != nil {
			return nil, strings.TrimSuffix(quotaKey(i)+"."+fault.key, "."), fault.err
		}
		names[q.name] = true
		out = append(out, q)
	}
	return out, "", nil
}

// newQuota makes a quota ready, which is called name unless it has one.
func newQuota(c *Quota, name string) (*quota, *quotaFault) {
	if fault := c.validate(); fault != nil {
		return nil, fault
	}
	peers, fault := parsePeers(c.Match.Peer)
	if fault != nil {
		return nil, fault
	}
	stream, fault := parseStream(c.Match.Stream)
	if fault != nil {
		return nil, fault
	}
	q := &quota{
		name: cmp.Or(c.Name, name), inputs: c.Match.Input, peers: peers, hosts: c.Match.Host, stream: stream,
		perStream: c.Per == perStream, perRule: c.Per == perRule, wait: c.Over == "" || c.Over == overWait,
		limit:   newLimit(c.Rate, float64(c.Bytes), cmp.Or(time.Duration(c.Burst), defaultBurst)),
		buckets: map[bucketKey]*bucket{},
	}
	if c.Over == overSample {
		q.keep, q.factor = uint64(c.Keep), strconv.Itoa(c.Keep)
	}
	return q, nil
}

// validate says what is wrong with the words and numbers.
func (c *Quota) validate() *quotaFault {
	switch burst := time.Duration(c.Burst); {
	case !slices.Contains([]string{"", perSource, perStream, perRule}, c.Per):
		return wrongQuota("per", "wants source, stream or rule, not %q", c.Per)
	case !slices.Contains([]string{"", overWait, overDrop, overSample}, c.Over):
		return wrongQuota("over", "wants wait, drop or sample, not %q", c.Over)
	case c.Over == overSample && c.Keep < 2:
		return wrongQuota("keep", "wants 2 or more: one record in so many is kept of what is over")
	case c.Over != overSample && c.Keep != 0:
		return wrongQuota("keep", "goes with over: sample alone")
	case !(c.Rate >= 0) || c.Rate > 1e12:
		return wrongQuota("rate", "wants a number of records a second, above 0")
	case c.Bytes < 0:
		return wrongQuota("bytes", "wants a size, above 0")
	case c.Rate == 0 && c.Bytes == 0:
		return wrongQuota("", "wants rate, bytes, or both")
	case burst != 0 && (burst < time.Second || burst > maxBurst):
		return wrongQuota("burst", "wants 1s to 1h")
	}
	return nil
}

// parsePeers reads addresses, ranges of them, and texts.
func parsePeers(texts []string) (peers []peerMatch, fault *quotaFault) {
	for _, text := range texts {
		block, err := netip.ParsePrefix(text)
		if strings.Contains(text, "/") && err != nil && text[0] >= '0' && text[0] <= '9' {
			return nil, wrongQuota("match.peer", "%q is no range of addresses, write it like 10.1.0.0/16", text)
		}
		peers = append(peers, peerMatch{text, block})
	}
	return peers, nil
}

// parseStream returns nil for a text that matches all.
func parseStream(text string) (*logsql.StreamFilter, *quotaFault) {
	if text == "" {
		return nil, nil
	}
	f, err := logsql.ParseStreamFilter(text)
	if err != nil {
		return nil, &quotaFault{"match.stream", err}
	}
	if _, all := f.(logsql.All); all {
		return nil, nil
	}
	stream, ok := f.(*logsql.StreamFilter)
	if !ok {
		return nil, wrongQuota("match.stream", `wants one stream filter, such as {app="web" or app="shop"}`)
	}
	return stream, nil
}

// matches reports whether the quota is for a record.
func (q *quota) matches(r *model.Record) bool {
	return (len(q.inputs) == 0 || anyText(q.inputs, r.Input)) &&
		(len(q.peers) == 0 || q.matchesPeer(r.Peer)) &&
		(len(q.hosts) == 0 || anyText(q.hosts, hostOf(r))) &&
		(q.stream == nil || matchesStream(q.stream, r.Stream))
}

func (q *quota) matchesPeer(peer string) bool {
	addr, err := netip.ParseAddr(peer)
	return slices.ContainsFunc(q.peers, func(p peerMatch) bool {
		return matchesText(p.text, peer) || err == nil && p.block.Contains(addr)
	})
}

func anyText(patterns []string, text string) bool {
	for _, p := range patterns {
		if matchesText(p, text) {
			return true
		}
	}
	return false
}

// matchesText compares with a text whose * at the end stands for any rest.
func matchesText(pattern, text string) bool {
	if begin, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(text, begin)
	}
	return pattern == text
}

// matchesStream is StreamFilter.Match without a row around the stream.
func matchesStream(f *logsql.StreamFilter, stream []model.Field) bool {
	for _, alternative := range f.Or {
		fits := true
		for i := range alternative {
			value, _ := valueOf(stream, alternative[i].Label)
			if fits = alternative[i].Match(value); !fits {
				break
			}
		}
		if fits {
			return true
		}
	}
	return false
}

// hostNames are the fields that name the host of a record (docs/fields.md, "Aliases").
var hostNames = [...]string{"host.name", "host", "hostname"}

func hostOf(r *model.Record) string {
	for _, list := range [...][]model.Field{r.Stream, r.Fields} {
		for _, name := range hostNames {
			if v, ok := valueOf(list, name); ok {
				return v
			}
		}
	}
	return ""
}

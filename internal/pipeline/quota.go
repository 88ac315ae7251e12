package pipeline

import (
	"errors"
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

// CheckQuotas returns what is wrong with the first wrong quota, and its key below limits.
func CheckQuotas(list []Quota) (key string, err error) {
	_, key, err = compileQuotas(list)
	return key, err
}

func compileQuotas(list []Quota) (out []*quota, key string, err error) {
	if len(list) > maxQuotas {
		return nil, "sources", fmt.Errorf("wants at most %d entries", maxQuotas)
	}
	names := map[string]bool{}
	for i := range list {
		q, key, err := list[i].compile("limits." + quotaKey(i))
		if err != nil {
			return nil, quotaKey(i) + key, err
		}
		if names[q.name] {
			return nil, quotaKey(i) + ".name", fmt.Errorf("%q is the name of another entry", q.name)
		}
		names[q.name] = true
		out = append(out, q)
	}
	return out, "", nil
}

// compile returns with an error the key that is wrong, with a dot before it.
func (c *Quota) compile(name string) (q *quota, key string, err error) {
	q = &quota{name: name, inputs: c.Match.Input, hosts: c.Match.Host, buckets: map[bucketKey]*bucket{}}
	if c.Name != "" {
		q.name = c.Name
	}
	switch c.Per {
	case "", perSource:
	case perStream:
		q.perStream = true
	case perRule:
		q.perRule = true
	default:
		return nil, ".per", fmt.Errorf("wants source, stream or rule, not %q", c.Per)
	}
	switch c.Over {
	case "", overWait:
		q.wait = true
	case overDrop:
	case overSample:
		if c.Keep < 2 {
			return nil, ".keep", errors.New("wants 2 or more: one record in so many is kept of what is over")
		}
		q.keep, q.factor = uint64(c.Keep), strconv.Itoa(c.Keep)
	default:
		return nil, ".over", fmt.Errorf("wants wait, drop or sample, not %q", c.Over)
	}
	if c.Keep != 0 && q.keep == 0 {
		return nil, ".keep", errors.New("goes with over: sample alone")
	}
	switch {
	case !(c.Rate >= 0) || c.Rate > 1e12:
		return nil, ".rate", errors.New("wants a number of records a second, above 0")
	case c.Bytes < 0:
		return nil, ".bytes", errors.New("wants a size, above 0")
	case c.Rate == 0 && c.Bytes == 0:
		return nil, "", errors.New("wants rate, bytes, or both")
	}
	burst := time.Duration(c.Burst)
	if burst == 0 {
		burst = defaultBurst
	}
	if burst < time.Second || burst > maxBurst {
		return nil, ".burst", errors.New("wants 1s to 1h")
	}
	q.limit = newLimit(c.Rate, float64(c.Bytes), burst)
	for _, p := range c.Match.Peer {
		block, err := netip.ParsePrefix(p)
		if strings.Contains(p, "/") && err != nil && p[0] >= '0' && p[0] <= '9' {
			return nil, ".match.peer", fmt.Errorf("%q is no range of addresses, write it like 10.1.0.0/16", p)
		}
		q.peers = append(q.peers, peerMatch{p, block})
	}
	if c.Match.Stream != "" {
		f, err := logsql.ParseStreamFilter(c.Match.Stream)
		if err != nil {
			return nil, ".match.stream", err
		}
		if _, all := f.(logsql.All); !all {
			var ok bool
			if q.stream, ok = f.(*logsql.StreamFilter); !ok {
				return nil, ".match.stream", errors.New(`wants one stream filter, such as {app="web" or app="shop"}`)
			}
		}
	}
	return q, "", nil
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

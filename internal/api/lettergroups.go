package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/haetae/haetae/internal/config"
	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// LetterGroup is the dead letters of one reason and input, and of one topic where the input read topics.
type LetterGroup struct {
	Reason string `json:"reason"`
	Input  string `json:"input" doc:"that received the records; empty when they cannot be decoded"`
	// Where the newest record stood.
	Topic     string    `json:"topic,omitempty" doc:"of the newest: that the input read, else that of the queue on Kafka; missing for a queue on disk"`
	Partition *int32    `json:"partition,omitempty" doc:"of the newest, in the topic, else in the queue"`
	Offset    *int64    `json:"offset,omitempty" doc:"of the newest, in the partition"`
	Source    string    `json:"source" doc:"the place of the newest as text: topic/partition @ offset" example:"orders/3 @ 18220417"`
	Count     int64     `json:"count"`
	Replayed  int64     `json:"replayed" doc:"of them, went through the intake again"`
	Held      int64     `json:"held" doc:"of them, have a replay that has not worked and is tried again"`
	First     time.Time `json:"first" doc:"receipt of the oldest"`
	Last      time.Time `json:"last" doc:"receipt of the newest"`
	Query     string    `json:"query" doc:"LogsQL filter over dead letters that finds these; a replay takes it"`
}

// maxLetterGroups bounds the answer: reasons may hold what differs from record to record.
const maxLetterGroups = 500

// maxLetterKinds bounds what is held while letters are grouped; those of further groups are only counted.
const maxLetterKinds = 10_000

type letterGroupsInput struct {
	Since string `query:"since" default:"24h" doc:"earliest receipt: a duration before now, RFC 3339, or Unix time"`
}

type letterGroupsOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Total   int64         `json:"total" doc:"letters in all groups"`
		Groups  []LetterGroup `json:"groups" nullable:"false" doc:"the newest first; 500 at most"`
		More    int           `json:"more,omitempty" doc:"groups left out"`
		Partial string        `json:"partial,omitempty" doc:"why letters may be missing"`
	}
}

func (s *server) registerLetterGroups(a huma.API) {
	huma.Register(a, huma.Operation{
		OperationID: "group-dead-letters", Method: http.MethodGet, Path: "/api/v1/dead-letters/groups", Tags: []string{"dead letters"},
		Summary: "Records that could not be processed, by reason and input, with the place of the newest",
	}, s.groupLetters)
}

// letterFields are what a group is made of.
var letterFields = []string{
	model.FieldRecordID, model.FieldTime, model.FieldSource, "deadletter.reason", "deadletter.topic", "deadletter.partition", "deadletter.offset",
	"kafka.topic", "kafka.partition", "kafka.offset",
}

func (s *server) groupLetters(ctx context.Context, in *letterGroupsInput) (*letterGroupsOutput, error) {
	return s.letterGroups.get(groupsAsked{in.Since, scopeOf(ctx)}, func() (*letterGroupsOutput, error) { return s.makeGroups(ctx, in) })
}

func (s *server) makeGroups(ctx context.Context, in *letterGroupsInput) (*letterGroupsOutput, error) {
	now := time.Now()
	since, err := parseSince(in.Since, now)
	if err != nil {
		return nil, problemOf(invalid("since", err))
	}
	req, err := s.letterRequest(ctx, "*", "", "")
	if err != nil {
		return nil, problemOf(err)
	}
	req.Min = since.UnixNano()
	quoted := make([]string, len(letterFields))
	for i, name := range letterFields {
		quoted[i] = quote(name)
	}
	if req, err = with(req, "fields "+strings.Join(quoted, ", ")); err != nil {
		return nil, problemOf(err)
	}
	groups, passed := letterGroups{}, int64(0)
	stats, err := s.Engine.Run(ctx, req, func(b *logsql.Batch) error {
		ids := make([]string, b.N)
		for i := range ids {
			ids[i] = b.Value(i, model.FieldRecordID)
		}
		replays, err := s.Letters.Replays(ctx, ids)
		if err != nil {
			return err
		}
		for i := range b.N {
			if !groups.add(b, i, replays) {
				passed++
			}
		}
		return nil
	})
	if err != nil {
		return nil, problemOf(err)
	}
	out := letterGroupsOutput{CacheControl: "no-store"}
	out.Body.Groups, out.Body.Total = groups.list()
	if n := len(out.Body.Groups); n > maxLetterGroups {
		out.Body.Groups, out.Body.More = out.Body.Groups[:maxLetterGroups], n-maxLetterGroups
	}
	out.Body.Total += passed
	switch {
	case stats.Partial:
		out.Body.Partial = stats.PartialReason
	case passed > 0:
		out.Body.Partial = fmt.Sprintf("there are more than %[2]d groups; %[1]d letters of further ones are only counted: shorten since", passed, maxLetterKinds)
	}
	return &out, nil
}

// parseSince reads a time, or a duration before now.
func parseSince(text string, now time.Time) (time.Time, error) {
	if d, err := config.ParseDuration(text); err == nil {
		return now.Add(-time.Duration(d)), nil
	}
	ns, err := parseTime(text, now)
	if err != nil {
		return time.Time{}, errors.New("wants a duration such as 24h, or a time")
	}
	return time.Unix(0, ns), nil
}

// groupKey is what letters of a group have in common. The topic is one that an input read.
type groupKey struct{ reason, input, topic string }

type letterGroups map[groupKey]*LetterGroup

// add counts the letter of row i, unless it is of one group too many.
func (g letterGroups) add(b *logsql.Batch, i int, replays map[string]bool) bool {
	input, _, _ := strings.Cut(b.Value(i, model.FieldSource), "/")
	topic, partition, offset, read := letterPlace(b, i)
	key := groupKey{reason: b.Value(i, "deadletter.reason"), input: input}
	if read {
		key.topic = topic
	}
	at := time.Unix(0, b.Times[i]).UTC()
	group := g[key]
	if group == nil {
		if len(g) == maxLetterKinds {
			return false
		}
		key = groupKey{strings.Clone(key.reason), strings.Clone(key.input), strings.Clone(key.topic)}
		group = &LetterGroup{Reason: key.reason, Input: key.input, First: at}
		g[key] = group
	}
	group.Count++
	if held, known := replays[b.Value(i, model.FieldRecordID)]; held {
		group.Held++
	} else if known {
		group.Replayed++
	}
	if at.Before(group.First) {
		group.First = at
	}
	if at.After(group.Last) {
		group.Last = at
		group.place(strings.Clone(topic), partition, offset)
	}
	return true
}

// letterPlace says where the record of row i stood: in the topic that its input read, else in the queue.
func letterPlace(b *logsql.Batch, i int) (topic, partition, offset string, read bool) {
	_, peer, _ := strings.Cut(b.Value(i, model.FieldSource), "/")
	if t, p := b.Value(i, "kafka.topic"), b.Value(i, "kafka.partition"); t != "" && peer == t+"/"+p { // and no sender's own field
		return t, p, b.Value(i, "kafka.offset"), true
	}
	return b.Value(i, "deadletter.topic"), b.Value(i, "deadletter.partition"), b.Value(i, "deadletter.offset"), false
}

// place notes where the newest record stood.
func (g *LetterGroup) place(topic, partition, offset string) {
	g.Topic, g.Partition, g.Offset, g.Source = topic, nil, nil, ""
	p, err := strconv.ParseInt(partition, 10, 32)
	if err != nil {
		return
	}
	o, err := strconv.ParseInt(offset, 10, 64)
	if err != nil {
		return
	}
	g.Partition, g.Offset = new(int32(p)), &o
	g.Source = fmt.Sprintf("%s/%d @ %d", cmp.Or(topic, "queue"), p, o)
}

// list returns the groups, that with the newest letter first, and how many letters they have.
func (g letterGroups) list() (list []LetterGroup, total int64) {
	list = []LetterGroup{}
	for key, group := range g {
		group.Query = key.query(group.First, group.Last)
		list = append(list, *group)
		total += group.Count
	}
	slices.SortFunc(list, func(a, b LetterGroup) int {
		return cmp.Or(b.Last.Compare(a.Last), cmp.Compare(a.Query, b.Query))
	})
	return list, total
}

// query finds the letters of a group that were received from first to last.
func (k groupKey) query(first, last time.Time) string {
	source := fmt.Sprintf("(_source:=%s or _source:=%s*)", quote(k.input), quote(k.input+"/"))
	switch {
	case k.topic != "":
		source = fmt.Sprintf("_source:=%s* kafka.topic:=%s", quote(k.input+"/"+k.topic+"/"), quote(k.topic))
	case k.input == "":
		source = `_source:=""`
	}
	return fmt.Sprintf("_time:[%s, %s] deadletter.reason:=%s %s", logsql.TimeText(first.UnixNano()), logsql.TimeText(last.UnixNano()), quote(k.reason), source)
}

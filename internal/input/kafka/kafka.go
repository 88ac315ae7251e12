// Package kafka is the input that reads people's own topics of Apache Kafka: what Filebeat, Fluent Bit, Vector, the
// OpenTelemetry Collector and programs write there.
//
// One process stores each record once. Its mark is the topic and partition with the offset, and the store passes over what
// is not above the mark that it has (model.Mark); so the group's offset may lag behind, after a crash, and what is read
// again is not stored again.
//
// Processes of one group that share no store know nothing of each other's marks: between them only the group's offset
// counts. A partition that moves is therefore written to its end and committed before it is let go (held.go). What was
// written within the last second before a crash, or by a process that the group gave up, the next process stores again.
package kafka

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/input/deliver"
	connection "github.com/haetae/haetae/internal/kafka"
)

// Descriptor describes the input.
var Descriptor = input.Descriptor{
	Type:     "kafka",
	Summary:  "topics of Apache Kafka",
	Defaults: func() any { return defaults() },
	New:      newInput,
}

// Values of the settings that choose.
const (
	fromEarliest = "earliest"
	fromLatest   = "latest"
)

// Settings of the input. Kafka's own names stand for Kafka's own meanings.
type Settings struct {
	input.Common          `yaml:",inline"`
	connection.Connection `yaml:",inline"`

	Topics   []string `yaml:"topics" doc:"topics to read"`
	Pattern  string   `yaml:"pattern" doc:"regular expression of more topics to read, of the whole name; new ones are found"`
	Exclude  string   `yaml:"exclude" doc:"regular expression of topics that pattern leaves out"`
	Encoding string   `yaml:"encoding" doc:"auto decides for each record; json, syslog, text, or otlp (protobuf or JSON)"`
	Group    Group    `yaml:"group" doc:"consumer group"`
	Session  Session  `yaml:"session" doc:"when a silent process counts as gone"`
	Auto     Auto     `yaml:"auto" doc:"where to begin"`
}

// Parts of Settings; each is a dotted name of Kafka.
type (
	// Group is group.id and group.instance.id.
	Group struct {
		ID       string `yaml:"id" doc:"empty means one of this input's own; processes with the same share the partitions (docs/kafka.md says what a crash repeats)"`
		Instance struct {
			ID string `yaml:"id" doc:"a name that only this process has: then even a planned restart within session.timeout.ms moves no partition"`
		} `yaml:"instance"`
	}
	// Session is session.timeout.ms.
	Session struct {
		Timeout struct {
			MS int64 `yaml:"ms" doc:"milliseconds; the brokers bound it"`
		} `yaml:"timeout"`
	}
	// Auto is auto.offset.reset.
	Auto struct {
		Offset struct {
			Reset string `yaml:"reset" doc:"in a partition that the group has not read: earliest or latest"`
		} `yaml:"offset"`
	}
)

func defaults() *Settings {
	s := &Settings{Encoding: encodingAuto, Exclude: `haetae\..*|_.*`}
	s.Auto.Offset.Reset = fromEarliest
	s.Session.Timeout.MS = 45_000
	return s
}

// Bounds of what is fetched and not written yet.
const (
	fetchBytes          = 4 << 20
	fetchPartitionBytes = 1 << 20
	commitEvery         = time.Second
)

// reader is the running input.
type reader struct {
	env     input.Env
	set     *Settings
	opts    []kgo.Opt
	decoder *decoder
	writer  *deliver.Writer

	held held

	client  *kgo.Client
	running atomic.Pointer[kgo.Client] // the same for who looks at it from outside, nil while it does not run
	group   string
	member  string
	ctx     context.Context // ends when Stop gives up
	giveUp  context.CancelFunc
	stop    context.CancelFunc // ends polling
	ended   sync.WaitGroup
}

func newInput(settings any, env input.Env) (input.Input, error) {
	set := settings.(*Settings)
	opts, err := set.options(&env)
	if err != nil {
		return nil, err
	}
	d, err := newDecoder(set, &env)
	if err != nil {
		return nil, err
	}
	return &reader{env: env, set: set, opts: opts, decoder: d, writer: deliver.NewWriter(&env, env.Log), held: held{given: map[topicPartition]bool{}}}, nil
}

func (s *Settings) options(env *input.Env) ([]kgo.Opt, error) {
	wrong := func(key string, err error) ([]kgo.Opt, error) { return nil, &input.SettingError{Key: key, Err: err} }
	opts, err := s.Connection.Options(env.Log)
	if setting := (*connection.SettingError)(nil); errors.As(err, &setting) {
		return wrong(setting.Key, setting.Err)
	} else if err != nil {
		return nil, err
	}
	begin := kgo.NewOffset().AtStart()
	switch s.Auto.Offset.Reset {
	case fromEarliest:
	case fromLatest:
		begin = kgo.NewOffset().AtEnd()
	default:
		return wrong("auto.offset.reset", fmt.Errorf("%q is neither earliest nor latest", s.Auto.Offset.Reset))
	}
	if len(s.Topics) == 0 && s.Pattern == "" {
		return wrong("topics", errors.New("is empty; name a topic, or give a pattern"))
	}
	for _, name := range s.Topics {
		if err := connection.CheckTopic(name); err != nil {
			return wrong("topics", err)
		}
	}
	topics := s.Topics
	if s.Pattern != "" {
		if _, err := regexp.Compile(s.Pattern); err != nil {
			return wrong("pattern", err)
		}
		if _, err := regexp.Compile(s.Exclude); err != nil {
			return wrong("exclude", err)
		}
		topics = []string{whole(s.Pattern)}
		for _, t := range s.Topics {
			topics = append(topics, whole(regexp.QuoteMeta(t)))
		}
		opts = append(opts, kgo.ConsumeRegex())
		if s.Exclude != "" {
			opts = append(opts, kgo.ConsumeExcludeTopics(whole(s.Exclude)))
		}
	}
	if s.Session.Timeout.MS < 1000 {
		return wrong("session.timeout.ms", errors.New("wants 1000 at least"))
	}
	return append(opts,
		kgo.SessionTimeout(time.Duration(s.Session.Timeout.MS)*time.Millisecond),
		kgo.HeartbeatInterval(time.Duration(min(s.Session.Timeout.MS/5, 3_000))*time.Millisecond),
		kgo.ConsumeTopics(topics...), kgo.ConsumeResetOffset(begin),
		kgo.Balancers(kgo.CooperativeStickyBalancer()),
		kgo.FetchMaxBytes(fetchBytes), kgo.FetchMaxPartitionBytes(fetchPartitionBytes),
		kgo.AutoCommitMarks(), kgo.AutoCommitInterval(commitEvery),
	), nil
}

func whole(expression string) string { return "^(?:" + expression + ")$" }

// Start joins the group; brokers that do not answer are asked again until they do.
func (r *reader) Start(ctx context.Context) error {
	own, err := r.ownID(ctx)
	if err != nil {
		return err
	}
	r.group, r.member = cmp.Or(r.set.Group.ID, own), cmp.Or(r.set.Group.Instance.ID, own)
	opts := slices.Concat(r.opts, r.sharing(), []kgo.Opt{kgo.ConsumerGroup(r.group), kgo.InstanceID(r.member)})
	if r.client, err = kgo.NewClient(opts...); err != nil {
		return fmt.Errorf("cannot join the consumer group %q: %w", r.group, err)
	}
	r.ctx, r.giveUp = context.WithCancel(context.Background())
	polling, stop := context.WithCancel(r.ctx)
	r.stop = stop
	r.running.Store(r.client)
	r.ended.Go(func() { r.run(polling) })
	r.ended.Go(func() { r.watch(polling) })
	return nil
}

// ownID is a name that this input of this process keeps for itself.
func (r *reader) ownID(ctx context.Context) (string, error) {
	const key = "group.id"
	id, err := r.env.State.Get(ctx, key)
	if err != nil || id != nil {
		return string(id), err
	}
	random := make([]byte, 4)
	_, _ = rand.Read(random) // it never fails: crypto/rand
	id = []byte("haetae-" + r.env.Name + "-" + hex.EncodeToString(random))
	return string(id), r.env.State.Put(ctx, map[string][]byte{key: id})
}

// Addrs is nil: nothing listens.
func (r *reader) Addrs() map[string]string { return nil }

// Stop writes what was fetched, or gives it up when ctx ends, and tells the group how far it is.
func (r *reader) Stop(ctx context.Context) error {
	if r.client == nil {
		return nil
	}
	r.stop()
	r.running.Store(nil)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		r.ended.Wait()
	}()
	var err error
	select {
	case <-ended:
	case <-ctx.Done():
		err = fmt.Errorf("records of topics wait for the queue; they are read again: %w", ctx.Err())
	}
	r.giveUp()
	<-ended
	if failed := r.client.CommitMarkedOffsets(ctx); failed != nil {
		r.env.Log.Info("the group was not told how far it is; what it reads again is not stored again", "error", failed)
	}
	r.client.Close()
	return errors.Join(err, r.leave(ctx))
}

// leave lets others have the partitions at once.
func (r *reader) leave(ctx context.Context) error {
	if r.set.Group.Instance.ID != "" {
		return nil
	}
	opts, err := r.set.Connection.Options(r.env.Log)
	if err != nil {
		return err
	}
	client, err := kgo.NewClient(opts...)
	if err != nil {
		return err
	}
	defer client.Close()
	if err := connection.Leave(ctx, client, r.group, r.member); err != nil {
		r.env.Log.Info("others get the partitions when this session ends", "error", err)
	}
	return nil
}

package kafka

import (
	"cmp"
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/model"
)

// Dataset is one whose records travel in a topic of their own.
type Dataset struct {
	Name       string
	Partitions int       // of a topic that Open makes
	Retention  Retention // likewise

	topic string
}

// topicOf names the topic of a dataset, where logs is that of the dataset logs: a name that ends in "logs" ends in the
// dataset instead, any other gets it behind a dot.
func topicOf(logs, dataset string) string {
	if base, ok := strings.CutSuffix(logs, model.DatasetLogs); ok {
		return base + dataset
	}
	return logs + "." + dataset
}

// topic is one topic as the brokers describe it.
type topic struct {
	name       string
	id         string // another one when it is made again (KIP-516), or in another cluster
	partitions int
}

// run numbers consecutive partitions of one topic.
type run struct {
	Topic string `json:"topic"`
	ID    string `json:"id"`    // of the topic
	First int    `json:"first"` // its partition
	Count int    `json:"count"`
}

// number gives numbers to the partitions of topics that have none. Runs follow one another, and none ever goes: positions,
// epochs and the identities of records hang on the number, so that it belongs to one partition of one topic for good. What a
// topic has gained comes behind all others, and one that was made again gets new numbers.
func number(runs []run, found []topic) []run {
	for _, t := range found {
		has := 0
		for _, r := range runs {
			if r.ID == t.id {
				has += r.Count
			}
		}
		if has < t.partitions {
			runs = append(slices.Clip(runs), run{Topic: t.name, ID: t.id, First: has, Count: t.partitions - has})
		}
	}
	return runs
}

// idOf is the id that a topic of this name had last, "" when there was none: earlier ones were made again since.
func idOf(name string, runs []run) string {
	for _, r := range slices.Backward(runs) {
		if r.Topic == name {
			return r.ID
		}
	}
	return ""
}

// place is a partition of a topic.
type place struct {
	topic     string // "" when it is no more
	partition int32
}

// numbering is the queue's partitions and where they are.
type numbering struct {
	id       string           // of the queue: that of the topic of logs
	topics   []topic          // those that are, logs first
	places   []place          // by number
	numbers  map[place]int32  // of the partitions that are
	datasets map[string][]int // numbers of a dataset's topic, in order
}

// newNumbering lays the runs out.
func newNumbering(id string, runs []run, datasets []Dataset) *numbering {
	n := &numbering{id: id, numbers: map[place]int32{}, datasets: map[string][]int{}}
	carries := map[string]string{} // dataset by id of its topic
	for _, d := range datasets {
		if id := idOf(d.topic, runs); id != "" {
			carries[id] = d.Name
		}
	}
	for _, r := range runs {
		dataset, is := carries[r.ID]
		for k := range r.Count {
			at, number := place{partition: int32(r.First + k)}, len(n.places)
			if is {
				at.topic = r.Topic
				n.numbers[at] = int32(number)
				n.datasets[dataset] = append(n.datasets[dataset], number)
			}
			n.places = append(n.places, at)
		}
	}
	for _, d := range datasets {
		if has := len(n.datasets[d.Name]); has > 0 {
			n.topics = append(n.topics, topic{name: d.topic, id: idOf(d.topic, runs), partitions: has})
		}
	}
	return n
}

// names are those of all topics.
func (n *numbering) names() (list []string) {
	for _, t := range n.topics {
		list = append(list, t.name)
	}
	return list
}

// numbersOf returns the numbers of partitions by topic, in order. Those that were added to a topic since have none: they are
// empty, for appends do not know them.
func (n *numbering) numbersOf(partitions map[string][]int32) []int32 {
	list := []int32{}
	for topic, of := range partitions {
		for _, p := range of {
			if number, ok := n.numbers[place{topic, p}]; ok {
				list = append(list, number)
			}
		}
	}
	slices.Sort(list)
	return list
}

// Partition implements queue.Queue: each dataset goes to its topic, or with the logs when it has none, and the key modulo the
// topic's partitions says to which of them.
func (q *Queue) Partition(dataset string, key uint64) int {
	of := q.PartitionsOf(dataset)
	return of[key%uint64(len(of))]
}

// PartitionsOf lists the partitions that records of a dataset go to.
func (q *Queue) PartitionsOf(dataset string) []int {
	if of := q.numbers.datasets[cmp.Or(dataset, model.DatasetLogs)]; of != nil {
		return of
	}
	return q.numbers.datasets[model.DatasetLogs]
}

// Topics are the queue's, that of logs first.
func (q *Queue) Topics() []string { return q.numbers.names() }

// Place returns where a partition of the queue is; topic is "" when its topic was made again since, so that nothing comes to
// it any more.
func (q *Queue) Place(partition int) (topic string, at int) {
	p := q.numbers.places[partition]
	return p.topic, int(p.partition)
}

// Fresh are those of Topics that the queue did not know before it was opened. Keep remembers them.
func (q *Queue) Fresh() []string { return q.fresh }

// Closed lists the partitions whose topic is no more.
func (q *Queue) Closed() (list []int) {
	for number, at := range q.numbers.places {
		if at.topic == "" {
			list = append(list, number)
		}
	}
	return list
}

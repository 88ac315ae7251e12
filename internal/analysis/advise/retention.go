package advise

import (
	"fmt"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// Bounds of the rules.
const (
	timesLongest = 10 // that retention.ms should be, of the longest lag
	worthLag     = time.Minute
	fullSoon     = 14.              // days
	enoughRate   = 10 * time.Minute // of measuring; a burst says nothing of days
)

const day = 24 * time.Hour

// retention compares how long Kafka keeps records with the longest time that the store was behind: what Kafka has forgotten
// before it is stored is lost.
func retention(f *Figures) *model.Advice {
	if f.Topic == nil {
		return nil
	}
	keeps := f.Topic.RetentionMS
	v := values{"longest_ms": ms(f.Backlog.Longest), "retention_ms": float64(keeps)}
	want := timesLongest * f.Backlog.Longest.Milliseconds()
	if keeps < 0 || f.Backlog.Longest < worthLag || keeps >= want {
		if keeps < 0 {
			return fine("retention", "retention_for_ever", v)
		}
		return fine("retention", "retention_fine", v)
	}
	hour := time.Hour.Milliseconds()
	to := (want + hour - 1) / hour * hour
	v["expected_ms"] = float64(to)
	return change("retention", "retention_raise", "retention.ms", keeps, to, v)
}

// wire is the bytes that all processes have sent: those of this one, and as many for each record of the others.
func wire(f *Figures) float64 {
	var appended int64
	for _, p := range f.Partitions {
		appended += p.Appended
	}
	return float64(f.Produce.Wire) * max(1, ratio(float64(appended), float64(f.Produce.Records)))
}

// disks tells which broker's disk is full first at the rate of the window, when retention does not hold the topic below it.
func disks(f *Figures) *model.Advice {
	if f.Topic == nil || f.Window < enoughRate || len(f.Brokers) == 0 || f.Produce.Wire == 0 {
		return nil
	}
	daily := perBroker(f, wire(f)/f.Window.Seconds()*day.Seconds())
	held, has := perBroker(f, heldBytes(f)), perBroker(f, float64(f.Topic.Bytes))
	first, days := Broker{}, -1.
	for _, b := range f.Brokers {
		free := float64(b.DiskTotal - b.DiskUsed)
		if b.DiskTotal == 0 || held >= 0 && held-has < free {
			continue
		}
		if d := free / daily; days < 0 || d < days {
			first, days = b, d
		}
	}
	v := values{"daily_bytes": daily}
	if held >= 0 {
		v["held_bytes"] = held
	}
	if days < 0 {
		if known(f.Brokers) {
			return fine("disks", "disks_fine", v)
		}
		return nil
	}
	v["broker"], v["full_days"], v["free_bytes"], v["total_bytes"] = float64(first.ID), days, float64(first.DiskTotal-first.DiskUsed), float64(first.DiskTotal)
	a := look(fmt.Sprint("disks.", first.ID), "disk_fills", v)
	a.Setting = "retention.bytes"
	if days < fullSoon {
		a.Severity = model.AdviceChange
	}
	return a
}

// perBroker is what a broker has of the copies of so many bytes; copies are spread evenly.
func perBroker(f *Figures, bytes float64) float64 {
	copies := 0
	for _, p := range f.Partitions {
		copies += p.Replicas
	}
	return bytes * float64(copies) / float64(max(len(f.Partitions), 1)) / float64(len(f.Brokers))
}

// heldBytes is what one copy of the topic grows to at the present rate until retention takes as much as comes; -1 when
// nothing bounds it.
func heldBytes(f *Figures) float64 {
	held := -1.
	if age := f.Topic.RetentionMS; age >= 0 {
		held = wire(f) / f.Window.Seconds() * float64(age) / 1000
	}
	if size := f.Topic.RetentionBytes; size >= 0 {
		if all := float64(size) * float64(len(f.Partitions)); held < 0 || all < held {
			held = all
		}
	}
	return held
}

// known reports whether a broker tells of its disk.
func known(list []Broker) bool {
	for _, b := range list {
		if b.DiskTotal > 0 {
			return true
		}
	}
	return false
}

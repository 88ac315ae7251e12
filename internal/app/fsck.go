package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/queue/wal"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs"
	"github.com/haetae/haetae/internal/store/meta"
	"github.com/haetae/haetae/internal/vfs"
)

// Fsck checks a data folder that no server has open.
type Fsck struct {
	Data   string
	Repair bool // puts right what can be; files are moved to quarantine, never deleted
	JSON   bool
	Out    io.Writer
}

// fsckResult is what Fsck writes as JSON.
type fsckResult struct {
	Data     string          `json:"data"`
	Findings []model.Finding `json:"findings"`
	// Queue names one that is not on this disk, and so not checked; "" when it is.
	Queue string `json:"queue,omitempty"`
	Left  int    `json:"left"` // findings that are neither harmless nor repaired
	// Quarantine is where files were moved to, "" when none was.
	Quarantine string `json:"quarantine,omitempty"`
}

// Run writes the findings and returns how many of them are left; an error means that the folder could not be checked.
func (f Fsck) Run(ctx context.Context) (left int, err error) {
	if _, err := os.Stat(filepath.Join(f.Data, "meta.db")); err != nil {
		if _, folderErr := os.Stat(filepath.Join(f.Data, folderFile)); folderErr == nil && errors.Is(err, fs.ErrNotExist) {
			return 0, fmt.Errorf("the metadata of %s are not in it but in PostgreSQL, or lost: without meta.db nothing can be compared", f.Data)
		}
		return 0, fmt.Errorf("%s is not a data folder of Haetae: %w", f.Data, err)
	}
	unlock, err := lockData(f.Data)
	if err != nil {
		return 0, fmt.Errorf("%w; or take a backup, restore it elsewhere, and check that", err)
	}
	defer unlock()
	run := fsckRun{Fsck: f, result: fsckResult{Data: f.Data, Findings: []model.Finding{}}}
	if err := run.check(ctx); err != nil {
		return 0, fmt.Errorf("cannot check %s: %w", f.Data, err)
	}
	if f.Repair {
		if err := run.repair(ctx); err != nil {
			return 0, fmt.Errorf("cannot repair %s: %w", f.Data, err)
		}
	}
	for _, finding := range run.result.Findings {
		if !finding.Harmless && finding.Repaired == "" {
			run.result.Left++
		}
	}
	return run.result.Left, run.write()
}

// fsckRun is one run.
type fsckRun struct {
	Fsck
	result fsckResult
}

func (r *fsckRun) check(ctx context.Context) error {
	contents, err := meta.Check(ctx, filepath.Join(r.Data, "meta.db"), lastQueues)
	if err != nil {
		return err
	}
	for _, damage := range contents.Damage {
		r.result.Findings = append(r.result.Findings, model.Finding{Kind: model.FindingMeta, File: "meta.db", Detail: damage})
	}
	if len(contents.Damage) > 0 { // then every segment would seem unknown
		return nil
	}
	segments, err := logs.Check(vfs.OS, filepath.Join(r.Data, "logs"), contents.Segments, contents.Positions)
	if err != nil {
		return err
	}
	r.add("logs", segments)
	for _, value := range contents.State { // of one process: metadata of several are in PostgreSQL
		var last lastQueue
		if err := json.Unmarshal(value, &last); err != nil {
			return fmt.Errorf("what is remembered of the queue cannot be read: %w", err)
		}
		r.result.Queue = fmt.Sprintf("topic %s of the brokers %v", last.Topic, last.Brokers)
	}
	if _, err := os.Stat(filepath.Join(r.Data, "queue")); r.result.Queue != "" && errors.Is(err, fs.ErrNotExist) {
		return nil // else there is one that was left for Kafka: whoever goes back to it finds its damage then
	}
	frames, err := wal.Check(vfs.OS, filepath.Join(r.Data, "queue"), func(queue string, partition int) (int64, bool) {
		i := slices.IndexFunc(contents.Positions, func(p store.Position) bool { return p.Queue == queue && p.Partition == partition })
		if i < 0 {
			return 0, false
		}
		return contents.Positions[i].Offset, true
	})
	r.add("queue", frames)
	return err
}

func (r *fsckRun) add(dir string, findings []model.Finding) {
	for _, f := range findings {
		f.File = filepath.ToSlash(filepath.Join(dir, f.File))
		r.result.Findings = append(r.result.Findings, f)
	}
}

// place makes room for a file or folder of the data folder in quarantine.
func (r *fsckRun) place(name string) (to string, err error) {
	if r.result.Quarantine == "" {
		r.result.Quarantine = filepath.Join(r.Data, "quarantine", time.Now().UTC().Format("20060102T150405.000Z"))
	}
	to = filepath.Join(r.result.Quarantine, name)
	return to, vfs.MkdirDurable(vfs.OS, filepath.Dir(to))
}

// aside moves a file or folder of the data folder to quarantine.
func (r *fsckRun) aside(name string) error {
	to, err := r.place(name)
	if err != nil {
		return err
	}
	from := filepath.Join(r.Data, name)
	if err := os.Rename(from, to); err != nil {
		return fmt.Errorf("cannot move %s to quarantine: %w", name, err)
	}
	return errors.Join(vfs.OS.SyncDir(filepath.Dir(to)), vfs.OS.SyncDir(filepath.Dir(from)))
}

// keep puts a file into quarantine that stays in its place, where there are hard links, until the metadata do not name it
// any more.
func (r *fsckRun) keep(name string) error {
	to, err := r.place(name)
	if err != nil {
		return err
	}
	if os.Link(filepath.Join(r.Data, name), to) != nil { // there are no hard links
		return r.aside(name)
	}
	return vfs.OS.SyncDir(filepath.Dir(to))
}

// repair puts right what it can. Files that nothing names go aside first, as opening the store would remove them.
func (r *fsckRun) repair(ctx context.Context) error {
	for i := range r.result.Findings {
		f := &r.result.Findings[i]
		if f.Kind == model.FindingUnknown && strings.HasPrefix(f.File, "logs/") {
			if err := r.aside(f.File); err != nil {
				return err
			}
			f.Repaired = "moved to quarantine"
		}
	}
	if err := r.repairSegments(ctx); err != nil {
		return err
	}
	return r.repairQueue()
}

// repairSegments puts what can be read of damaged segments in their place.
func (r *fsckRun) repairSegments(ctx context.Context) error {
	if !slices.ContainsFunc(r.result.Findings, salvageable) {
		return nil
	}
	log := slog.New(slog.DiscardHandler)
	m, err := meta.Open(ctx, filepath.Join(r.Data, "meta.db"), log)
	if err != nil {
		return err
	}
	defer m.Close()
	s, err := logs.Open(logs.Options{Dir: filepath.Join(r.Data, "logs"), Meta: m, Queue: "fsck", Memory: 8 << 20, Log: log})
	if err != nil {
		return err
	}
	defer s.Close()
	done := map[string]string{}
	for i := range r.result.Findings {
		f := &r.result.Findings[i]
		if !salvageable(*f) {
			continue
		}
		if done[f.File] == "" {
			lost, err := s.Salvage(ctx, filepath.Base(f.File), func() error {
				if f.Kind == model.FindingMissing {
					return nil
				}
				return r.keep(f.File)
			})
			if err != nil {
				return err
			}
			done[f.File] = fmt.Sprintf("%d records are lost to searches; the rest is in a new segment, the file in quarantine", lost)
			if f.Kind == model.FindingMissing {
				done[f.File] = fmt.Sprintf("%d records are given up; put the file back from a backup to have them again, before you repair", lost)
			}
		}
		f.Repaired = done[f.File]
		done[f.File] = "with what is found before of the same file" // the loss is that of all its blocks
	}
	return nil
}

func salvageable(f model.Finding) bool {
	return f.Kind == model.FindingMissing || f.Kind == model.FindingFooter || f.Kind == model.FindingSegment
}

// repairQueue moves a queue aside that is older than the metadata: it would take nothing.
func (r *fsckRun) repairQueue() error {
	moved := false
	for i := range r.result.Findings {
		f := &r.result.Findings[i]
		if f.Kind != model.FindingQueueOld {
			continue
		}
		if !moved {
			if err := r.aside("queue"); err != nil {
				return err
			}
			moved = true
		}
		f.Repaired = "the queue was moved to quarantine; a start makes a new one"
	}
	return nil
}

func (r *fsckRun) write() error {
	if r.JSON {
		return json.NewEncoder(r.Out).Encode(&r.result)
	}
	var b strings.Builder
	for _, f := range r.result.Findings {
		fmt.Fprintf(&b, "%-18s %s: %s", f.Kind, f.File, f.Detail)
		switch {
		case f.Repaired != "":
			b.WriteString("; repaired: " + f.Repaired)
		case f.Harmless:
			b.WriteString(" (harmless: the next start puts it right)")
		}
		b.WriteByte('\n')
	}
	if r.result.Queue != "" {
		fmt.Fprintf(&b, "the queue is %s; what it holds is not checked\n", r.result.Queue)
	}
	switch {
	case r.result.Left == 0:
		fmt.Fprintf(&b, "%s is in order\n", r.Data)
	case r.Repair:
		fmt.Fprintf(&b, "%d findings are left\n", r.result.Left)
	default:
		fmt.Fprintf(&b, "%d findings; --repair puts right what can be, and moves files to quarantine\n", r.result.Left)
	}
	if r.result.Quarantine != "" {
		fmt.Fprintf(&b, "in quarantine: %s\n", r.result.Quarantine)
	}
	_, err := io.WriteString(r.Out, b.String())
	return err
}

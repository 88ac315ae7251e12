package query

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs"
	"github.com/haetae/haetae/internal/store/logs/others"
	"github.com/haetae/haetae/internal/store/meta"
)

// Random queries have the same answers from whichever process is asked, and from a scan: of rows that are unsealed at their
// owners, which hand them over by HTTP, and sealed in the folder of all.
func TestAnswersOfSeveralOwnersAreThoseOfAScan(t *testing.T) { eachSeed(t, 1, askAndCompare) }

func askAndCompare(t *testing.T, seed uint64) {
	const owners = 3 // of as many partitions; the last owns nothing
	rows := scan(t, seed, 120, func(i int) (int, int64) { return i % owners, int64(i / owners) })
	known, err := meta.Open(t.Context(), filepath.Join(t.TempDir(), "meta.db"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := known.Close(); err != nil {
			t.Error(err)
		}
	})
	dir := t.TempDir()
	var stores [owners]*logs.Store
	for i := range stores {
		stores[i] = processOf(t, known, dir, string(rune('a'+i)), owners)
	}
	var writers [owners]*logs.Writer
	for p := range writers {
		writers[p] = ownerOf(t, known, stores[min(p, owners-2)], p, string(rune('a'+min(p, owners-2))))
	}
	checkpoint := func(p int) {
		t.Helper()
		if _, err := writers[p].Checkpoint(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for i := range rows.records {
		writers[i%owners].Append(int64(i/owners), &rows.records[i])
		if rows.g.rand.IntN(300) == 0 {
			checkpoint(rows.g.rand.IntN(owners))
		}
	}
	for _, w := range writers {
		w.Publish()
	}
	rows.check(t, "asked at an owner", stores[0])
	rows.check(t, "asked at a process that owns nothing", stores[owners-1])
	checkpoint(1)
	rows.check(t, "one owner's rows sealed in part", stores[owners-1])
	for p := range writers {
		checkpoint(p)
	}
	for joined := true; joined; {
		if joined, err = joinOf(t.Context(), known, stores[1]); err != nil {
			t.Fatal(err)
		}
	}
	rows.check(t, "sealed and joined", stores[0])
}

// processOf opens the store of one process, which answers the others.
func processOf(t *testing.T, known *meta.Meta, dir, member string, partitions int) *logs.Store {
	t.Helper()
	const secret = "of this test"
	client := others.NewClient(secret, nil)
	s, err := logs.Open(logs.Options{
		Dir: dir, Meta: known, Queue: "q", Memory: 64 << 20, Cache: 8 << 20, Partitions: partitions, Turn: turnOf(known, member),
		Sharing: &logs.Sharing{Member: member, Snapshot: known.Snapshot, Others: client},
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(others.NewHandler(s, slog.New(slog.DiscardHandler)))
	t.Cleanup(func() {
		client.Close()
		server.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	who := store.Member{ID: member, Address: strings.TrimPrefix(server.URL, "http://"), Version: "test"}
	epoch, err := known.Join(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	go func() { // the queries may take longer than others wait for a member that is silent
		for t.Context().Err() == nil {
			if err := known.Beat(t.Context(), member, epoch); err != nil && t.Context().Err() == nil {
				t.Error(err)
				return
			}
			time.Sleep(time.Second)
		}
	}()
	return s
}

// turnOf runs a job under its lease.
func turnOf(known *meta.Meta, member string) func(context.Context, string, func(context.Context) error) (bool, error) {
	return func(ctx context.Context, job string, f func(context.Context) error) (bool, error) {
		lease, err := known.Lease(ctx, job, member, time.Minute)
		if err != nil {
			return false, err
		}
		return true, errors.Join(f(store.WithLease(ctx, lease)), known.Release(ctx, lease))
	}
}

// joinOf joins segments once.
func joinOf(ctx context.Context, known *meta.Meta, s *logs.Store) (joined bool, err error) {
	_, err = turnOf(known, "b")(ctx, logs.JobJoin, func(ctx context.Context) (err error) {
		joined, err = s.Join(ctx)
		return err
	})
	return joined, err
}

// ownerOf begins to write a partition at a process.
func ownerOf(t *testing.T, known *meta.Meta, s *logs.Store, partition int, member string) *logs.Writer {
	t.Helper()
	epoch, err := known.Claim(t.Context(), "q", partition, member)
	if err != nil {
		t.Fatal(err)
	}
	w, err := s.Writer(t.Context(), partition, epoch)
	if err != nil {
		t.Fatal(fmt.Errorf("partition %d: %w", partition, err))
	}
	t.Cleanup(w.Close)
	return w
}

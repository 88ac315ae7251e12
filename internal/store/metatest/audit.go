package metatest

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/model"
)

// Audit is the chain of the audit trail.
type Audit interface {
	ChainAudit(ctx context.Context, link func(model.AuditBook) (model.AuditBook, []model.AuditSealed, error)) error
	AuditBook(ctx context.Context) (model.AuditBook, error)
	WaitingAudit(ctx context.Context) ([]model.AuditSealed, error)
	ClearAudit(ctx context.Context, entries []model.AuditSealed) error
}

// linkOne makes the chain one entry longer; its hash names the one before it.
func linkOne(ctx context.Context, s Store, source string) error {
	return s.ChainAudit(ctx, func(book model.AuditBook) (model.AuditBook, []model.AuditSealed, error) {
		next := model.AuditLink{Seq: book.Head.Seq + 1, Hash: fmt.Sprintf("%d behind %d", book.Head.Seq+1, book.Head.Seq), Time: book.Head.Time + 5}
		e := model.AuditSealed{AuditLink: next, Text: []byte(book.Head.Hash), Source: source, Queue: "q"}
		book.Head = next
		return book, []model.AuditSealed{e}, nil
	})
}

func testAudit(t *testing.T, s Store) {
	ctx := t.Context()
	if book, err := s.AuditBook(ctx); err != nil || book != (model.AuditBook{}) {
		t.Fatalf("at first %+v, %v", book, err)
	}
	for range 3 {
		if err := linkOne(ctx, s, "m"); err != nil {
			t.Fatal(err)
		}
	}
	failed := s.ChainAudit(ctx, func(book model.AuditBook) (model.AuditBook, []model.AuditSealed, error) {
		book.Head.Seq = 99
		return book, nil, context.Canceled
	})
	if failed == nil {
		t.Error("a link that fails is taken")
	}
	err := s.ChainAudit(ctx, func(book model.AuditBook) (model.AuditBook, []model.AuditSealed, error) {
		book.Floor = model.AuditLink{Seq: 1, Hash: "1 behind 0", Time: 5}
		return book, nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	waiting, err := s.WaitingAudit(ctx)
	if err != nil || len(waiting) != 3 {
		t.Fatalf("%d wait, %v", len(waiting), err)
	}
	if err := s.ClearAudit(ctx, waiting[:2]); err != nil {
		t.Fatal(err)
	}
	s = s.Reopen(t)
	book, err := s.AuditBook(ctx)
	want := model.AuditBook{Head: model.AuditLink{Seq: 3, Hash: "3 behind 2", Time: 15}, Floor: model.AuditLink{Seq: 1, Hash: "1 behind 0", Time: 5}}
	if err != nil || book != want {
		t.Errorf("the book is %+v, %v, want %+v", book, err, want)
	}
	left, err := s.WaitingAudit(ctx)
	if diff := cmp.Diff(waiting[2:], left); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// Several processes make one chain.
func testAuditOfSeveral(t *testing.T, s Store) {
	const each = 40
	ctx := t.Context()
	stores := []Store{s, s.Second(t)}
	var wg sync.WaitGroup
	for i, one := range stores {
		wg.Go(func() {
			for range each {
				if err := linkOne(ctx, one, fmt.Sprint(i)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	waiting, err := s.WaitingAudit(ctx)
	if err != nil || len(waiting) != len(stores)*each {
		t.Fatalf("%d entries, %v", len(waiting), err)
	}
	before := ""
	for i, e := range waiting {
		if e.Seq != int64(i+1) || string(e.Text) != before {
			t.Fatalf("entry %d is %d, behind %q instead of %q", i+1, e.Seq, e.Text, before)
		}
		before = e.Hash
	}
}

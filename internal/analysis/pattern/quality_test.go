package pattern

import (
	"context"
	"log/slog"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/haetae/haetae/internal/analysis/pattern/loghub"
)

// memory is a State that lives as long as a test.
type memory map[string][]byte

func (m memory) Keys(context.Context, string) ([]string, error) {
	return slices.Sorted(maps.Keys(m)), nil
}

func (m memory) Get(_ context.Context, key string) ([]byte, error) { return m[key], nil }

func (m memory) Put(_ context.Context, values map[string][]byte) error {
	for key, v := range values {
		if v == nil {
			delete(m, key)
		} else {
			m[key] = v
		}
	}
	return nil
}

func openBook(t testing.TB, state State) *Book {
	t.Helper()
	b, err := Open(t.Context(), state, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// alone returns the pattern of each line by its looks alone.
func alone(b *Book, lines []string) []string {
	f, out := b.Finder(), make([]string, len(lines))
	for i, line := range lines {
		out[i] = f.Find(line).String()
	}
	return out
}

// The floors are what is measured, rounded down: whoever makes patterns worse must see it.
func TestQuality(t *testing.T) {
	dir, ok := loghub.Folder("../../..")
	if !ok {
		if os.Getenv("CI") != "" {
			t.Fatalf("the labelled logs are not at %q: set HAETAE_SHARED_DATA", dir)
		}
		t.Skipf("SKIPPED: the labelled logs are not at %q: set HAETAE_SHARED_DATA", dir)
	}
	floors := map[string][4]float64{ // GA and F1 of groups of content, then of raw lines
		"Apache": {1, 1, 1, 1}, "Hadoop": {.989, .973, .988, .969}, "Linux": {1, 1, 1, 1}, "Spark": {.999, .957, .999, .957},
		"HDFS": {.997, .838, .997, .866}, "HealthApp": {1, 1, 1, 1}, "OpenSSH": {.998, .943, .998, .943}, "Zookeeper": {.994, .915, .994, .915},
	}
	var mean, looks [4]float64
	for _, system := range slices.Concat(loghub.Tuned, loghub.HeldOut) {
		l, err := loghub.Read(dir, system)
		if err != nil {
			t.Fatal(err)
		}
		var got [4]float64
		got[0], got[1] = loghub.Score(loghub.Group(openBook(t, nil), l.Content), l.Events)
		got[2], got[3] = loghub.Score(loghub.Group(openBook(t, nil), l.Raw), l.Events)
		log(t, system, got)
		ga, f1 := loghub.Score(alone(openBook(t, nil), l.Content), l.Events)
		rawGA, rawF1 := loghub.Score(alone(openBook(t, nil), l.Raw), l.Events)
		for i, v := range [4]float64{ga, f1, rawGA, rawF1} {
			looks[i] += v / 8
		}
		for i, floor := range floors[system] {
			mean[i] += got[i] / 8
			if got[i] < floor {
				t.Errorf("%s: figure %d is %.4f, it was %.4f", system, i, got[i], floor)
			}
		}
	}
	log(t, "mean", mean)
	log(t, "by looks alone, mean", looks)
	for i, target := range [4]float64{.88, .86, .83, .86} {
		if mean[i] < target {
			t.Errorf("mean of figure %d is %.3f, want %.2f", i, mean[i], target)
		}
	}
}

func log(t *testing.T, what string, v [4]float64) {
	t.Helper()
	t.Logf("%-20s content GA %.3f F1 %.3f, raw GA %.3f F1 %.3f", what, v[0], v[1], v[2], v[3])
}

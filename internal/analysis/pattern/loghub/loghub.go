// Package loghub reads the labelled logs of Loghub (Zhu et al., ISSRE 2023) with the labels that Khan et al. corrected
// (ICSE 2022), and scores a grouping of their lines. The files are read where they are, by a path.
package loghub

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/model"
)

// Systems that what finds patterns was made with, and those that it was only tried on.
var (
	Tuned   = []string{"Apache", "Hadoop", "Linux", "Spark"}
	HeldOut = []string{"HDFS", "HealthApp", "OpenSSH", "Zookeeper"}
)

// Folder returns the folder of the data: $HAETAE_SHARED_DATA, or shared/data beside the repository at root. ok is
// false when it is not there.
func Folder(root string) (dir string, ok bool) {
	dir = os.Getenv("HAETAE_SHARED_DATA")
	if dir == "" {
		dir = filepath.Join(root, "..", "shared", "data")
	}
	_, err := os.Stat(filepath.Join(dir, "loghub_corrected"))
	return dir, err == nil
}

// Lines are the 2,000 lines of one system.
type Lines struct {
	Raw     []string // as they were written
	Content []string // without their header
	Events  []string // the corrected template of each
}

// Read reads one system from the folder of the data.
func Read(dir, system string) (*Lines, error) {
	raw, err := os.ReadFile(filepath.Join(dir, "loghub", system, system+"_2k.log"))
	if err != nil {
		return nil, err
	}
	l := &Lines{Raw: strings.Split(strings.TrimRight(strings.ReplaceAll(string(raw), "\r\n", "\n"), "\n"), "\n")}
	f, err := os.Open(filepath.Join(dir, "loghub_corrected", system+"_2k.log_structured_corrected.csv"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	content, event := slices.Index(rows[0], "Content"), slices.Index(rows[0], "EventTemplate")
	if content < 0 || event < 0 || len(rows)-1 != len(l.Raw) {
		return nil, fmt.Errorf("cannot use %q: columns %q, %d labels for %d lines", f.Name(), rows[0], len(rows)-1, len(l.Raw))
	}
	for _, row := range rows[1:] {
		l.Content, l.Events = append(l.Content, row[content]), append(l.Events, row[event])
	}
	return l, nil
}

// Group returns the pattern of each line, as one query that sees them all has it.
func Group(book model.Patterns, lines []string) []string {
	finder, places := book.Finder(), map[model.PatternID]int{}
	var seen []model.SeenPattern
	at := make([]int, len(lines))
	for i, line := range lines {
		id := finder.Find(line)
		k, ok := places[id]
		if !ok {
			k = len(seen)
			places[id] = k
			seen = append(seen, model.SeenPattern{ID: id, Line: line})
		}
		at[i] = k
	}
	patterns := book.Learn(seen)
	out := make([]string, len(lines))
	for i, k := range at {
		out[i] = patterns[k].ID.String()
	}
	return out
}

// Score compares groups of lines with their events. A group is right when it has all lines of one event and no
// other. ga is the part of the lines that are in a right group (grouping accuracy, Zhu et al., ICSE-SEIP 2019); fga
// the harmonic mean of the part of the groups that are right and the part of the events that have a right group (F1
// of groups, Jiang et al., ISSTA 2024). Both are 0 to 1.
func Score(groups, events []string) (ga, fga float64) {
	rowsOf, sizes := map[string][]int{}, map[string]int{}
	for i := range groups {
		rowsOf[groups[i]] = append(rowsOf[groups[i]], i)
		sizes[events[i]]++
	}
	right, lines := 0, 0
	for _, rows := range rowsOf {
		event := events[rows[0]]
		if len(rows) == sizes[event] && !slices.ContainsFunc(rows, func(i int) bool { return events[i] != event }) {
			right++
			lines += len(rows)
		}
	}
	return float64(lines) / float64(len(groups)), 2 * float64(right) / float64(len(rowsOf)+len(sizes))
}

package logs

import (
	"strconv"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// blockStats returns how a block keeps its fields, a row for each: the fields of the pipe block_stats.
func blockStats(u *unit, rows block.Rows) (*logsql.Batch, error) {
	sizes, err := rows.FieldSizes()
	if err != nil {
		return nil, err
	}
	part := u.id
	if part == "" {
		part = "memory"
	}
	n := len(sizes)
	names, kinds := make([]string, n), make([]string, n)
	values, words, dict, items := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	for i, f := range sizes {
		names[i], kinds[i] = f.Name, f.Kind
		values[i], words[i] = strconv.FormatInt(f.Values, 10), strconv.FormatInt(f.Words, 10)
		dict[i], items[i] = strconv.FormatInt(f.Dict, 10), strconv.Itoa(f.Items)
	}
	return &logsql.Batch{N: n, Columns: []logsql.Column{
		logsql.PlainColumn("field", names), logsql.PlainColumn("type", kinds), logsql.PlainColumn("values_bytes", values),
		logsql.PlainColumn("bloom_bytes", words), logsql.PlainColumn("dict_bytes", dict), logsql.PlainColumn("dict_items", items),
		logsql.ConstColumn("rows", strconv.Itoa(rows.Info().Rows)), logsql.ConstColumn("part_path", part),
	}}, nil
}

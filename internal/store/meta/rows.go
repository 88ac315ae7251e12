package meta

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// atOnce are the numbers of rows that go into one statement: a trip to a server for each row would take too long, and a
// text for each number of rows too many prepared statements.
var atOnce = [...]int{100, 10, 1}

// insertRows inserts rows of as many values as there are columns; conflict says what happens with those that are there
// already. No two rows may be the same by their key.
func insertRows(ctx context.Context, tx *sql.Tx, table, columns, conflict string, rows [][]any) error {
	width := strings.Count(columns, ",") + 1
	for _, n := range atOnce {
		if len(rows) < n {
			continue
		}
		insert, err := tx.PrepareContext(ctx, `INSERT INTO `+table+` (`+columns+`) VALUES `+places(n, width)+` `+conflict)
		if err != nil {
			return err
		}
		args := make([]any, 0, n*width)
		for ; len(rows) >= n; rows = rows[n:] {
			args = args[:0]
			for _, row := range rows[:n] {
				args = append(args, row...)
			}
			if _, err := insert.ExecContext(ctx, args...); err != nil {
				_ = insert.Close() // the first error says what is wrong
				return err
			}
		}
		if err := insert.Close(); err != nil {
			return err
		}
	}
	return nil
}

// places writes ($1, $2), ($3, $4) for two rows of two values.
func places(rows, width int) string {
	var b strings.Builder
	for i := range rows * width {
		switch {
		case i == 0:
			b.WriteByte('(')
		case i%width == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", i+1)
	}
	return b.String() + ")"
}

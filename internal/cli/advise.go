package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// ErrAdvice means that there is something to change.
var ErrAdvice = errors.New("there is something to change")

// Advise shows what the running figures say about the settings of the queue.
type Advise struct {
	Server Server
	Words  map[string]string // sentences by code; values stand in them as {{name}}
	Korean bool
	Out    io.Writer
	JSON   bool // the server's
	Color  bool
}

type adviceAnswer struct {
	Since   time.Time      `json:"since"`
	Until   time.Time      `json:"until"`
	Problem string         `json:"problem"`
	Advice  []model.Advice `json:"advice"`
}

// Run writes the advice and returns ErrAdvice when some of it is to change something. What is wrong with the brokers is an error
// instead: the figures of a queue that stands still say nothing of its settings.
func (a Advise) Run(ctx context.Context) error {
	var raw json.RawMessage
	if err := a.Server.client().call(ctx, http.MethodGet, "/api/v1/pipeline/advice", nil, &raw); err != nil {
		return err
	}
	var answer adviceAnswer
	if err := json.Unmarshal(raw, &answer); err != nil {
		return fmt.Errorf("cannot read the answer: %w", err)
	}
	out := bufio.NewWriter(a.Out)
	if a.JSON {
		fmt.Fprintln(out, string(raw))
	} else if answer.Problem == "" {
		a.write(out, &answer)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("cannot write the advice: %w", err)
	}
	if answer.Problem != "" {
		return errors.New("cannot advise: " + answer.Problem)
	}
	for i := range answer.Advice {
		if answer.Advice[i].Severity == model.AdviceChange {
			return ErrAdvice
		}
	}
	return nil
}

// What stands before each advice, in English and Korean as in the console, and its colour.
var adviceMarks = map[string]struct{ english, korean, color string }{
	model.AdviceChange: {"change", "변경", "1;33"},
	model.AdviceLook:   {"decide", "검토", "36"},
	model.AdviceFine:   {"fine", "적정", "2"},
}

// adviceWidth is that of a line in terminal cells, adviceIndent that of the column of marks.
const (
	adviceWidth  = 100
	adviceIndent = 8
)

func (a Advise) write(out *bufio.Writer, answer *adviceAnswer) {
	measured := durationText(answer.Until.Sub(answer.Since).Round(time.Second), a.Korean)
	if a.Korean {
		fmt.Fprintf(out, "%s까지 %s 동안의 수치\n", timeText(answer.Until.Format(time.RFC3339Nano)), measured)
	} else {
		fmt.Fprintf(out, "from the figures of %s until %s\n", measured, timeText(answer.Until.Format(time.RFC3339Nano)))
	}
	for i := range answer.Advice {
		x := &answer.Advice[i]
		mark := adviceMarks[x.Severity]
		word := mark.english
		if a.Korean {
			word = mark.korean
		}
		out.WriteByte('\n')
		paint(out, a.Color, mark.color, pad(word, adviceIndent))
		text := a.sentence(x)
		if x.Setting != "" && x.To != "" {
			paint(out, a.Color, "1", fmt.Sprintf("%s: %s -> %s", x.Setting, x.From, x.To))
			text = "\n" + text
		}
		wrapped(out, text)
	}
}

// sentence words an advice. A code that this binary does not know, of a newer server, is shown with its numbers.
func (a Advise) sentence(x *model.Advice) string {
	text, ok := a.Words[x.Code]
	if !ok {
		numbers, err := json.Marshal(x.Values)
		if err != nil {
			return x.Code
		}
		return x.Code + " " + string(numbers)
	}
	pairs := []string{"{{from}}", x.From, "{{to}}", x.To}
	for name, v := range x.Values {
		pairs = append(pairs, "{{"+name+"}}", valueText(name, v, a.Korean))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// wrapped writes a text below the column of marks.
func wrapped(out *bufio.Writer, text string) {
	first := true
	for line := range strings.Lines(text) {
		if !first {
			out.WriteString(strings.Repeat(" ", adviceIndent))
		}
		first = false
		room := adviceWidth - adviceIndent
		for i, word := range strings.Fields(line) {
			width := textWidth(word)
			switch {
			case i == 0:
			case width+1 > room:
				out.WriteString("\n" + strings.Repeat(" ", adviceIndent))
				room = adviceWidth - adviceIndent
			default:
				out.WriteByte(' ')
				room--
			}
			out.WriteString(word)
			room -= width
		}
		out.WriteByte('\n')
	}
}

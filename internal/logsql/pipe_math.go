package logsql

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
)

// PipeMath computes fields from numbers of others: math (b - a) / 1000 as ms, round(c) as d.
type PipeMath struct{ Results []MathResult }

// MathResult is one expression and the field that gets its value.
type MathResult struct {
	Expr MathExpr
	As   string
}

// MathExpr is an expression over the numbers of a row.
type MathExpr interface {
	// Eval computes the value; number returns the number of a field, NaN when it has none.
	Eval(number func(field string) float64) float64
	// String writes the expression with all its parentheses.
	String() string
	fields(visit func(string))
}

// Name is "math".
func (*PipeMath) Name() string { return "math" }

func (p *PipeMath) String() string {
	out := make([]string, len(p.Results))
	for i, r := range p.Results {
		out[i] = r.Expr.String() + " as " + quoteName(r.As)
	}
	return "math " + strings.Join(out, ", ")
}

func (p *PipeMath) needs(s *fieldSet) {
	for i := len(p.Results) - 1; i >= 0; i-- {
		r := p.Results[i]
		if s.has(r.As) {
			s.remove(r.As)
			r.Expr.fields(func(f string) { s.add(f) })
		}
	}
}

type (
	mathNumber struct {
		value float64
		text  string
	}
	mathField  struct{ name string }
	mathBinary struct {
		op   string
		a, b MathExpr
	}
	mathCall struct {
		name string
		args []MathExpr
	}
)

func (e mathNumber) Eval(func(string) float64) float64       { return e.value }
func (e mathNumber) String() string                          { return e.text }
func (e mathNumber) fields(func(string))                     {}
func (e mathField) Eval(number func(string) float64) float64 { return number(e.name) }
func (e mathField) String() string                           { return quoteMathName(e.name) }
func (e mathField) fields(visit func(string))                { visit(e.name) }
func (e mathBinary) String() string {
	return "(" + e.a.String() + " " + e.op + " " + e.b.String() + ")"
}

func (e mathBinary) fields(visit func(string)) { e.a.fields(visit); e.b.fields(visit) }

func (e mathBinary) Eval(number func(string) float64) float64 {
	a := e.a.Eval(number)
	if e.op == "default" {
		if math.IsNaN(a) {
			return e.b.Eval(number)
		}
		return a
	}
	b := e.b.Eval(number)
	switch e.op {
	case "+":
		return a + b
	case "-":
		return a - b
	case "*":
		return a * b
	case "/":
		return a / b
	case "%":
		return math.Mod(a, b)
	case "&", "xor", "or":
		return bitwise(e.op, a, b)
	}
	return math.Pow(a, b)
}

// bitwise combines whole numbers of at most 53 bits.
func bitwise(op string, a, b float64) float64 {
	if math.IsNaN(a) || math.IsNaN(b) {
		return math.NaN()
	}
	switch x, y := uint64(a), uint64(b); op {
	case "&":
		return float64(x & y)
	case "xor":
		return float64(x ^ y)
	default:
		return float64(x | y)
	}
}

func (e mathCall) String() string {
	out := make([]string, len(e.args))
	for i, a := range e.args {
		out[i] = a.String()
	}
	return e.name + "(" + strings.Join(out, ", ") + ")"
}

func (e mathCall) fields(visit func(string)) {
	for _, a := range e.args {
		a.fields(visit)
	}
}

func (e mathCall) Eval(number func(string) float64) float64 {
	if e.name == "rand" {
		return rand.Float64()
	}
	v := e.args[0].Eval(number)
	switch e.name {
	case "abs":
		return math.Abs(v)
	case "ceil":
		return math.Ceil(v)
	case "floor":
		return math.Floor(v)
	case "exp":
		return math.Exp(v)
	case "ln":
		return math.Log(v)
	case "round":
		if len(e.args) == 1 {
			return math.Round(v)
		}
		step := e.args[1].Eval(number)
		// The inverse keeps round(1.23456, 0.01) from showing the error of the step.
		if inverse := math.Round(1 / step); step < 1 && math.Abs(1/inverse-step) < 1e-15 {
			return math.Round(v*inverse) / inverse
		}
		return math.Round(v/step) * step
	}
	for _, a := range e.args[1:] {
		w := a.Eval(number)
		if math.IsNaN(v) || !math.IsNaN(w) && (e.name == "max") == (w > v) {
			v = w
		}
	}
	return v
}

// mathFunctions are the functions with the counts of arguments that they take.
var mathFunctions = map[string][2]int{
	"now": {0, 0}, "rand": {0, 0}, "abs": {1, 1}, "ceil": {1, 1}, "floor": {1, 1}, "exp": {1, 1}, "ln": {1, 1}, "round": {1, 2},
	"min": {1, 100}, "max": {1, 100},
}

// mathLevels are the operators from the weakest to the strongest.
var mathLevels = [][]string{{"default"}, {"or"}, {"xor"}, {"&"}, {"+", "-"}, {"*", "/", "%"}, {"^"}}

// ParseMathValue reads what math takes for a number: what ParseNumber reads, an RFC 3339 time in ns since the epoch, or
// an IPv4 address as its 32-bit number.
func ParseMathValue(s string) (float64, bool) {
	if f, ok := ParseNumber(s); ok {
		return f, true
	}
	if ns, ok := ParseTimeText(s); ok {
		return float64(ns), true
	}
	if ip, ok := ParseIPv4(s); ok {
		return float64(ip), true
	}
	return 0, false
}

// quoteMathName writes a field name, in quotes where it would be read as an operator or a number.
func quoteMathName(name string) string {
	if _, _, ok := leadingNumber(name); ok || strings.ContainsAny(name, "+-*/%^&") || name == "default" || name == "xor" {
		return quoteString(name)
	}
	if _, ok := mathFunctions[name]; ok {
		return quoteString(name)
	}
	return quoteName(name)
}

func parseMath(p *parser, _ string) (Pipe, error) {
	pipe := &PipeMath{}
	for {
		start := p.pos
		e, err := p.mathExpr(0)
		if err != nil {
			return nil, err
		}
		as, err := p.resultName()
		if err != nil {
			return nil, err
		}
		if as == "" {
			as = strings.TrimSpace(p.text[start:p.pos])
		}
		pipe.Results = append(pipe.Results, MathResult{e, as})
		if !p.take(",") {
			return pipe, nil
		}
	}
}

// mathExpr reads operators of a level and all stronger ones.
func (p *parser) mathExpr(level int) (MathExpr, error) {
	if level == len(mathLevels) {
		return p.mathOperand()
	}
	a, err := p.mathExpr(level + 1)
	if err != nil {
		return nil, err
	}
	for {
		op := p.mathOperator(mathLevels[level])
		if op == "" {
			return a, nil
		}
		b, err := p.mathExpr(level + 1)
		if err != nil {
			return nil, err
		}
		a = mathBinary{op, a, b}
	}
}

func (p *parser) mathOperator(ops []string) string {
	if ops[0][0] >= 'a' {
		return p.keyword(ops[0])
	}
	for _, op := range ops {
		if p.take(op) {
			return op
		}
	}
	return ""
}

// mathOperand reads a number, a field, a call, or what stands in parentheses.
func (p *parser) mathOperand() (MathExpr, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxDepth {
		return nil, p.errorAt(tooDeep, p.pos, p.pos+1, "", "parentheses nest deeper than %d", maxDepth)
	}
	p.space()
	open := p.pos
	switch {
	case p.take("("):
		e, err := p.mathExpr(0)
		if err != nil {
			return nil, err
		}
		return e, p.close(")", open)
	case p.take("-"):
		e, err := p.mathOperand()
		if err != nil {
			return nil, err
		}
		return mathBinary{"-", mathNumber{0, "0"}, e}, nil
	}
	if text, ok, err := p.quoted(); ok || err != nil {
		if f, isNumber := ParseMathValue(text); isNumber {
			return mathNumber{f, quoteString(text)}, err
		}
		return mathField{text}, err
	}
	end := p.pos
	for end < len(p.text) && bareByte[p.text[end]] && !strings.ContainsRune("+-*/%^&", rune(p.text[end])) {
		end++
	}
	w := p.text[p.pos:end]
	if w == "" || strings.EqualFold(w, "as") {
		return nil, p.unexpected("a number or a field")
	}
	p.pos = end
	if f, ok := ParseNumber(w); ok {
		return mathNumber{f, w}, nil
	}
	if p.peek() != '(' {
		return mathField{w}, nil
	}
	return p.mathArgs(strings.ToLower(w), open)
}

// mathArgs reads the arguments of a function whose name began at start.
func (p *parser) mathArgs(name string, start int) (MathExpr, error) {
	counts, ok := mathFunctions[name]
	if !ok {
		return nil, p.errorAt(unknownFunction, start, start+len(name), nearest(name, mathNames()), "unknown math function %q", name)
	}
	open := p.pos
	p.pos++
	call := mathCall{name: name}
	for p.peek() != ')' {
		e, err := p.mathExpr(0)
		if err != nil {
			return nil, err
		}
		call.args = append(call.args, e)
		if !p.take(",") {
			break
		}
	}
	if err := p.close(")", open); err != nil {
		return nil, err
	}
	if name == "now" && len(call.args) == 0 {
		return mathNumber{float64(p.now), strconv.FormatInt(p.now, 10)}, nil
	}
	if n := len(call.args); n < counts[0] || n > counts[1] {
		return nil, p.errorAt(wrongCount, start, p.pos, "", "%s() takes %d to %d values, got %d", name, counts[0], counts[1], n)
	}
	return call, nil
}

package model

// PatternTally counts the values of a pattern's variables, for one goroutine.
type PatternTally interface {
	// Add takes a line; one that is of another pattern is passed over. The line is valid only during the call.
	Add(line string)
	// Variables returns what each variable of the pattern holds, with so many of its values.
	Variables(top int) []PatternVariable
}

// PatternVariable is the distribution of one variable of a pattern.
type PatternVariable struct {
	Var          int             `json:"var" doc:"its place among the variables of the pattern, from 0"`
	Kind         PatternKind     `json:"kind"`
	Name         string          `json:"name" doc:"what the text before it calls it, or empty"`
	Distinct     int             `json:"distinct" doc:"different values"`
	DistinctMore bool            `json:"distinct_more" doc:"there are more: counting of new values stopped there"`
	Top          []ValueHits     `json:"top" nullable:"false" doc:"the most frequent values"`
	Numeric      *PatternNumbers `json:"numeric,omitempty" doc:"when at least 90 % of the values are numbers of one unit"`
}

// ValueHits is a value and its rows.
type ValueHits struct {
	Value string `json:"value"`
	Hits  int64  `json:"hits"`
}

// PatternNumbers is the distribution of numbers.
type PatternNumbers struct {
	Count   int             `json:"count"`
	Unit    string          `json:"unit,omitempty" doc:"as it stands in the lines"`
	Min     float64         `json:"min"`
	Max     float64         `json:"max"`
	P50     float64         `json:"p50"`
	P90     float64         `json:"p90"`
	P99     float64         `json:"p99"`
	Buckets []NumbersBucket `json:"buckets" nullable:"false" doc:"of the same width, from min to max"`
}

// NumbersBucket is a range of numbers, From <= x < To, the last one with its end.
type NumbersBucket struct {
	From float64 `json:"from"`
	To   float64 `json:"to"`
	Hits int64   `json:"hits"`
}

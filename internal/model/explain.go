package model

// Explain tells how a query was answered: what was left out without being read, and why; what was read; and who
// decided on the rows.
type Explain struct {
	Search  ExplainSearch   `json:"search"`
	Pipes   []ExplainPipe   `json:"pipes" doc:"in the order of the query"`
	Steps   []ExplainStep   `json:"steps" doc:"in the order of the work; numbers are what each step left"`
	Reads   []ExplainRead   `json:"reads" doc:"what was read from segments, the most first"`
	Answers []ExplainAnswer `json:"answers" doc:"what decided on rows and gave their fields"`
}

// ExplainSearch is the part of a query that the store answers.
type ExplainSearch struct {
	Datasets  []string `json:"datasets"`
	Start     string   `json:"start,omitempty" doc:"earliest time, RFC 3339; missing when there is no bound"`
	End       string   `json:"end,omitempty" doc:"latest time, included"`
	Filter    string   `json:"filter"`
	Fields    []string `json:"fields" doc:"fields wanted of the rows besides those that the filter looks at"`
	AllFields bool     `json:"all_fields" doc:"all fields of the rows are wanted"`
	Order     string   `json:"order,omitempty" enum:"newest,oldest" doc:"the search ends early: only the first rows of this order are wanted"`
	Limit     int      `json:"limit,omitempty"`
}

// ExplainPipe is a pipe of a query.
type ExplainPipe struct {
	Text    string `json:"text"`
	Repeats bool   `json:"repeats" doc:"takes equal rows as one with a number, so that they can be counted without being looked at"`
}

// Names of what decides; ExplainStep.By, ExplainPruned.By and ExplainAnswer.By.
const (
	ByTime       = "time"
	ByStream     = "stream"
	ByAbsent     = "absent"       // no row of the block has the field
	ByConstant   = "constant"     // all rows of the block have one value
	ByBounds     = "bounds"       // smallest and largest number of the block
	ByFilter     = "token_filter" // words of the block
	ByDictionary = "dictionary"
	ByTemplate   = "template" // static text of messages
	ByOffsets    = "offsets"  // record ids of the block
	ByRows       = "rows"     // each row's own value
	ByCounts     = "counts"   // rows counted from metadata
	ByParser     = "parser"   // views read back from lines
	ByColumns    = "columns"
)

// ExplainStep is one step of a search.
type ExplainStep struct {
	Step     string          `json:"step" enum:"dataset,time,filter"`
	Filter   string          `json:"filter,omitempty" doc:"a part of the filter that all rows must match"`
	Segments int64           `json:"segments"`
	Blocks   int64           `json:"blocks"`
	Rows     int64           `json:"rows"`
	Bytes    int64           `json:"bytes" doc:"stored bytes of what is left"`
	Pruned   []ExplainPruned `json:"pruned,omitempty" doc:"what the step took away, by what told it"`
}

// ExplainPruned counts what one kind of knowledge took away.
type ExplainPruned struct {
	By     string `json:"by" enum:"time,stream,absent,constant,bounds,token_filter,dictionary,template,offsets,rows,parser"`
	Blocks int64  `json:"blocks" doc:"whole blocks, of which nothing more was read"`
	Rows   int64  `json:"rows"`
}

// ExplainRead counts what was read for one column.
type ExplainRead struct {
	Column string `json:"column" doc:"a field, or token_filter, times, streams"`
	Bytes  int64  `json:"bytes" doc:"stored bytes read from segments"`
	Cached int64  `json:"cached" doc:"parts found decompressed in memory"`
}

// ExplainAnswer counts the rows that one way of answering gave.
type ExplainAnswer struct {
	By     string `json:"by" enum:"counts,columns,parser"`
	Format string `json:"format,omitempty" doc:"whose parser read views"`
	Rows   int64  `json:"rows"`
}

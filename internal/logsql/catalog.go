package logsql

import (
	"maps"
	"slices"
)

// Entry describes a word of the language for completion and help.
type Entry struct {
	Name   string // the word itself
	Syntax string // how it is written
	Help   string // what it does, in one line
}

// Functions are the filter functions.
var Functions = []Entry{
	{"chosung", `chosung(ㅈㅂㄱ)`, "Hangul whose syllables begin with these consonants"},
	{"contains_all", `contains_all(word, "a phrase")`, "the value holds each word and phrase"},
	{"contains_any", `contains_any(word, "a phrase")`, "the value holds one of the words and phrases"},
	{"contains_common_case", `contains_common_case(Error)`, "one of the words and phrases as written, in upper case or with capitals in lower case"},
	{"eq_field", `user:eq_field(owner)`, "both fields have the same value"},
	{"equals_common_case", `equals_common_case(Error)`, "the value equals one of the list as written, in upper case or with capitals in lower case"},
	{"exact", `exact("cannot open"*)`, `the value as a whole, or its start: the same as ="text"`},
	{"i", `i(word)`, "the word or phrase in any case"},
	{"in", `in(a, "b c")`, "the value equals one of the list"},
	{"ipv4_range", `ipv4_range("10.0.0.0/8")`, "an IPv4 address within a network or between two addresses"},
	{"ipv6_range", `ipv6_range("2001:db8::/32")`, "an IPv6 address within a network or between two addresses"},
	{"json_array_contains_any", `json_array_contains_any(prod, dev)`, "the value is a JSON array that holds one of the list"},
	{"le_field", `took:le_field(limit)`, "the value is smaller than that of the other field, or the same"},
	{"len_range", `len_range(5, 10)`, "the value has so many characters"},
	{"lt_field", `took:lt_field(limit)`, "the value is smaller than that of the other field"},
	{"pattern_match", `pattern_match("user=<N> from <IP4>")`, "the pattern is found; <N> <UUID> <IP4> <TIME> <DATE> <DATETIME> <W> stand for what they name"},
	{"pattern_match_full", `pattern_match_full("took <N>ms")`, "the whole value has the form of the pattern"},
	{"pattern_match_prefix", `pattern_match_prefix("<DATETIME> ")`, "the value begins with the pattern"},
	{"pattern_match_suffix", `pattern_match_suffix("took <N>ms")`, "the value ends with the pattern"},
	{"range", `range[1, 10KiB)`, "a number, duration or size between two bounds; a round bracket leaves its bound out"},
	{"re", `re("GET|POST")`, `an RE2 expression is found in the value: the same as ~"expression"`},
	{"seq", `seq(word, "a phrase")`, "the words and phrases one behind the other"},
	{"string_range", `string_range(a, c)`, "a text from the first bound up to but not including the second"},
	{"value_type", `value_type(uint64)`, "the value is a uint8 uint16 uint32 uint64 int64 float64 ipv4 iso8601 or string, or its block keeps it as const or dict"},
}

// Filters are the forms of filters other than functions.
var Filters = []Entry{
	{"word", `error`, "the word, whole, in the message"},
	{"phrase", `"cannot open"`, "the phrase between word boundaries"},
	{"prefix", `err*`, "words that begin so"},
	{"substring", `*ampl*`, "the text anywhere, within words too"},
	{"field", `host.name:web-1`, "the filter on another field than the message"},
	{"fields", `http.*:GET`, "the filter on any of the fields whose names begin so; *:GET on any field"},
	{"exact", `="text"`, "the value as a whole"},
	{"exact prefix", `="text"*`, "a value that begins so"},
	{"regexp", `~"GET|POST"`, "an RE2 expression is found in the value"},
	{"compare", `took:>1.5s`, "numbers, durations, sizes and addresses by size, other text by bytes"},
	{"any", `user:*`, "the field is there"},
	{"missing", `user:""`, "the field is missing"},
	{"_time", `_time:5m`, "the last five minutes; also a date, a range [a, b) or >="},
	{"day_range", `_time:day_range[08:00, 18:00)`, "times of day"},
	{"week_range", `_time:week_range[Mon, Fri]`, "days of the week"},
	{"_stream", `{app="nginx"}`, "streams by their fields with = != =~ !~ in not_in"},
	{"and", `a b`, "both, with or without the word and"},
	{"or", `a or b`, "one of them"},
	{"not", `!a`, "not; also -a and not a"},
}

// Pipes are the pipes by their main names.
var Pipes = []Entry{
	{"block_stats", `block_stats`, "how the blocks with such rows keep each field"},
	{"blocks_count", `blocks_count`, "the number of blocks with such rows"},
	{"collapse_nums", `collapse_nums at _msg prettify`, "puts <N> in the place of numbers"},
	{"copy", `copy a as b`, "copies fields"},
	{"count", `count() by (host.name)`, "counts rows: short for stats count()"},
	{"decolorize", `decolorize _msg`, "takes the colours of terminals out of a text"},
	{"delete", `delete a, b*`, "drops fields"},
	{"drop_empty_fields", `drop_empty_fields`, "leaves out rows without any field"},
	{"extract", `extract "user=<user> " from _msg`, "takes fields out of a text by a pattern"},
	{"extract_regexp", `extract_regexp "(?P<user>\w+)@"`, "takes the named groups of an expression as fields"},
	{"facets", `facets 10`, "the most frequent values of every field"},
	{"field_names", `field_names`, "the names of all fields with their rows"},
	{"field_values", `field_values host.name`, "the values of a field with their rows"},
	{"fields", `fields _time, _msg`, "keeps only these fields"},
	{"filter", `filter hits:>10`, "keeps the rows that match"},
	{"first", `first 3 by (_time)`, "the first rows of an order"},
	{"format", `format "<host.name>: <_msg>" as line`, "writes fields into a text"},
	{"generate_sequence", `generate_sequence 10`, "passes on the numbers from 0 as rows"},
	{"hash", `hash(user) as h`, "the hash of a field as a number"},
	{"join", `join by (user) (level:error | stats by (user) count() as errors)`, "adds the fields of rows of another query with the same values"},
	{"json_array_len", `json_array_len(tags) as n`, "the number of items of a JSON array"},
	{"last", `last 3 by (_time)`, "the last rows of an order"},
	{"len", `len(_msg) as bytes`, "the length of a field in bytes"},
	{"limit", `limit 10`, "passes on so many rows"},
	{"math", `math sent / 1024 as kib`, "computes fields from numbers"},
	{"offset", `offset 10`, "leaves out so many rows"},
	{"pack_json", `pack_json fields (a, b*) as line`, "writes fields as a JSON object"},
	{"pack_logfmt", `pack_logfmt fields (a, b*) as line`, "writes fields as name=value pairs"},
	{"patterns", `patterns limit 50`, "the patterns of messages with their rows: lines that are the same event"},
	{"query_stats", `query_stats`, "what the query cost, instead of its rows"},
	{"rename", `rename a as b`, "gives fields other names"},
	{"replace", `replace ("a", "b") at _msg`, "replaces a text within a field"},
	{"replace_regexp", `replace_regexp ("\d+", "N") at _msg`, "replaces what an expression matches"},
	{"running_stats", `running_stats by (user) sum(sent) as so_far`, "statistics of the rows up to each row, in the order of time"},
	{"sample", `sample 100`, "passes on one row of so many, by chance"},
	{"set_stream_fields", `set_stream_fields host, app`, "makes _stream of other fields"},
	{"sort", `sort by (_time desc) limit 10`, "sorts rows"},
	{"split", `split "," from path as parts`, "the parts of a text between separators as a JSON array"},
	{"stats", `stats by (_time:5m, host.name) count() as n`, "counts and measures rows in groups"},
	{"stream_context", `stream_context before 2 after 5`, "rows of the same stream before and behind each row"},
	{"time_add", `time_add 9h at _time`, "moves a time by a duration"},
	{"top", `top 10 by (host.name)`, "the most frequent values with their rows"},
	{"total_stats", `total_stats by (user) count() as all_rows`, "adds statistics of its group to each row"},
	{"union", `union (_time:1h panic)`, "passes on the rows of another query too"},
	{"uniq", `uniq by (host.name) with hits`, "each combination of values once"},
	{"unpack_json", `unpack_json from _msg`, "makes fields of a JSON object"},
	{"unpack_logfmt", `unpack_logfmt from _msg`, "makes fields of name=value pairs"},
	{"unpack_syslog", `unpack_syslog from _msg`, "makes fields of a syslog message"},
	{"unpack_words", `unpack_words from _msg as words`, "the words of a text as a JSON array"},
	{"unroll", `unroll by (tags)`, "makes a row of each item of JSON arrays"},
}

// StatsFunctions are the functions of stats.
var StatsFunctions = []Entry{
	{"avg", `avg(took)`, "the mean of the numbers"},
	{"count", `count()`, "the number of rows; of those that have one of the fields when some are named"},
	{"count_empty", `count_empty(user)`, "the number of rows that lack the fields"},
	{"count_uniq", `count_uniq(user)`, "the number of different values"},
	{"count_uniq_hash", `count_uniq_hash(user)`, "the number of different values by their hashes, in less memory"},
	{"histogram", `histogram(bytes)`, "numbers counted in ranges that grow by one factor, as JSON"},
	{"json_values", `json_values(_time, _msg) sort by (_time desc) limit 10`, "fields of the rows as a JSON array"},
	{"max", `max(took)`, "the largest value"},
	{"median", `median(took)`, "the value in the middle"},
	{"min", `min(took)`, "the smallest value"},
	{"quantile", `quantile(0.95, took)`, "the value that this part of the values does not exceed"},
	{"rate", `rate()`, "rows a second"},
	{"rate_sum", `rate_sum(sent)`, "the sum of the numbers a second"},
	{"row_any", `row_any(host.name, _msg)`, "one row, as JSON"},
	{"row_max", `row_max(took, _time, _msg)`, "the row with the largest value, as JSON"},
	{"row_min", `row_min(took, _time, _msg)`, "the row with the smallest value, as JSON"},
	{"sum", `sum(sent)`, "the sum of the numbers"},
	{"sum_len", `sum_len(_msg)`, "the sum of the lengths in bytes"},
	{"uniq_values", `uniq_values(user) limit 10`, "the different values, sorted, as a JSON array"},
	{"values", `values(user) limit 10`, "all values as a JSON array"},
}

func entryNames(entries []Entry) []string {
	out := make([]string, len(entries))
	for i, e := range entries {
		out[i] = e.Name
	}
	return out
}

func functionNames() []string { return entryNames(Functions) }
func statsNames() []string    { return entryNames(StatsFunctions) }
func mathNames() []string     { return slices.Sorted(maps.Keys(mathFunctions)) }

func pipeNames() []string {
	return append(entryNames(Pipes), "keep", "drop", "rm", "mv", "cp", "order", "head", "skip", "where", "eval")
}

func isStatsFunction(word string) bool {
	return slices.ContainsFunc(StatsFunctions, func(e Entry) bool { return e.Name == word })
}

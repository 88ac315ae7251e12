package logsql

import "fmt"

// said is what an error says, by the format of its English text: the code and parameters by which interfaces word it in
// each language. Codes never change their meaning; a parameter "want" is a phrase.
var said = map[string]struct {
	code   string
	params []string
}{
	"unknown filter function %q": {"unknown_filter_function", []string{"name"}},
	"unknown filter function %q; put a space before ( to search for the word":                      {"unknown_filter_word", []string{"name"}},
	"range() needs a number, duration, size or address, got %q":                                    {"range_bound", []string{"got"}},
	"len_range() needs a count of characters or inf, got %q":                                       {"len_range_bound", []string{"got"}},
	"%q is no duration above 0 such as 1h":                                                         {"positive_duration", []string{"got"}},
	"%s must be the first pipe: it needs the rows as they are stored":                              {"first_pipe", []string{"pipe"}},
	"unroll needs the fields that hold the arrays":                                                 {"unroll_fields", nil},
	"sample needs a number above 0":                                                                {"sample_number", nil},
	"%s() takes plain values; put one with %q in quotes":                                           {"plain_values", []string{"function", "character"}},
	"%s() takes values parted by commas":                                                           {"comma_values", []string{"function"}},
	"unknown type %q of a value":                                                                   {"unknown_value_type", []string{"name"}},
	"parentheses nest deeper than %d":                                                              {"nested_parentheses", []string{"depth"}},
	"unknown math function %q":                                                                     {"unknown_math_function", []string{"name"}},
	"%s() takes %d to %d values, got %d":                                                           {"argument_count", []string{"function", "least", "most", "count_given"}},
	"stats has two results named %q; name one with as":                                             {"two_results", []string{"name"}},
	"stats has a group and a result named %q; name the result with as":                             {"group_and_result", []string{"name"}},
	"by needs the fields to group by":                                                              {"group_fields", nil},
	"%q is no bucket size of %s; write %s":                                                         {"bucket_size", []string{"got", "field", "want"}},
	"unknown statistics function %q":                                                               {"unknown_stats_function", []string{"name"}},
	"the function %s needs parentheses":                                                            {"function_parentheses", []string{"function"}},
	"json_values() needs the fields to sort by":                                                    {"json_values_fields", nil},
	"quantile needs a number from 0 to 1 first, got %q":                                            {"quantile_number", []string{"got"}},
	"rate() counts rows and takes no field; rate_sum() adds up a field":                            {"rate_field", nil},
	"%s() needs one field first, without *":                                                        {"one_field_first", []string{"function"}},
	"histogram() takes one field":                                                                  {"histogram_field", nil},
	"%s() needs a field":                                                                           {"function_field", []string{"function"}},
	"%q closes nothing":                                                                            {"closes_nothing", []string{"got"}},
	"the query is empty":                                                                           {"empty", nil},
	"a filter is needed before the first pipe":                                                     {"filter_before_pipe", nil},
	"a filter has no pipes":                                                                        {"no_pipes", nil},
	"only stream fields can be filtered by here, in braces":                                        {"streams_only", nil},
	"a filter that stands alone cannot ask another query":                                          {"no_subquery", nil},
	"format cannot write <%s>; it knows %s before a colon":                                         {"format_mode", []string{"field", "modes"}},
	"%q is never closed with >; write &lt; for the character":                                      {"angle_open", []string{"got"}},
	"top needs a count above 0":                                                                    {"top_count", nil},
	"<> in a format names no field":                                                                {"format_field", nil},
	"replace needs a text to look for":                                                             {"replace_text", nil},
	"join needs the fields to join by":                                                             {"join_fields", nil},
	`a value that ends in ":" needs quotes`:                                                        {"colon_quotes", nil},
	"bad regular expression: %s in %q":                                                             {"regexp_part", []string{"reason", "part"}},
	"bad regular expression: %v":                                                                   {"regexp", []string{"reason"}},
	"** is not a filter":                                                                           {"two_stars", nil},
	"* before a word needs one behind it too":                                                      {"star_before", nil},
	`* must end the word; use ~"regexp" for a wildcard within`:                                     {"star_within", nil},
	"%q needs a filter on both sides":                                                              {"both_sides", []string{"got"}},
	"the parentheses hold no filter":                                                               {"no_filter_within", nil},
	"two fields of a pattern need text between them":                                               {"pattern_between", nil},
	"the pattern names no field, such as <user>":                                                   {"pattern_field", nil},
	`the expression names no group, such as (?P<user>\w+)`:                                         {"regexp_group", nil},
	"queries nest deeper than %d":                                                                  {"nested_queries", []string{"depth"}},
	"a query within a filter must end in | fields or | uniq by with one field, whose values count": {"subquery_field", nil},
	"sort needs a limit above 0":                                                                   {"sort_limit", nil},
	"partition needs the fields to part rows by":                                                   {"partition_fields", nil},
	"by needs the fields to sort by":                                                               {"sort_fields", nil},
	"%s needs a count above 0":                                                                     {"count_above", []string{"pipe"}},
	"unknown option %q; there are %s":                                                              {"option", []string{"name", "known"}},
	"%s is true or false, not %q":                                                                  {"true_or_false", []string{"option", "got"}},
	"%s cannot compute %s() with each row; it knows %s":                                            {"running_function", []string{"pipe", "function", "known"}},
	"patterns makes %s itself":                                                                     {"patterns_name", []string{"name"}},
	"expected 1 to %d buckets":                                                                     {"buckets", []string{"most"}},
	"%q is no time; write 5m, 2026-11-20, 2026-11-20T10:15:00Z or now-1h":                          {"time", []string{"got"}},
	"%q is no duration; write 30s, 5m, 1h30m, 7d":                                                  {"duration", []string{"got"}},
	"%q is not an IPv4 address":                                                                    {"ipv4", []string{"got"}},
	"%q is not an IPv4 address or network":                                                         {"ipv4_network", []string{"got"}},
	"%q is not an IPv6 address":                                                                    {"ipv6", []string{"got"}},
	"%q is not an IPv6 address or network":                                                         {"ipv6_network", []string{"got"}},
	"expected %s, but the query ends here":                                                         {"wanted_at_end", []string{"want"}},
	"expected %s, got %q":                                                                          {"wanted", []string{"want", "got"}},
	"%q is never closed with %q":                                                                   {"never_closed", []string{"got", "close"}},
	"the quote %s is never closed":                                                                 {"quote_open", []string{"got"}},
	"a field name without * is needed here":                                                        {"plain_name", nil},
	"a field name without * is needed to compare fields":                                           {"plain_name_compare", nil},
	"%q is no offset such as 9h or -5h30m":                                                         {"offset", []string{"got"}},
	"%q is no day of the week; write Mon or Monday":                                                {"weekday", []string{"got"}},
	"%q is no time of day; write 08:00":                                                            {"time_of_day", []string{"got"}},
	"chosung() takes initial consonants, such as ㅈㅂㄱ, got %q":                                      {"consonants", []string{"got"}},
	"unknown pipe %q":                                                                              {"pipe", []string{"name"}},
	"the parentheses hold no field":                                                                {"no_field_within", nil},
	"%s and its new name must both end in * or neither":                                            {"both_stars", []string{"name"}},
	"%q is no duration such as 1h or -30m":                                                         {"signed_duration", []string{"got"}},
	"pipe %q cannot be followed live: it needs all rows before it shows any":                       {"not_live", []string{"pipe"}},
	"a query with time_offset cannot be followed live: what comes is new":                          {"offset_not_live", nil},
}

// phrases are what may be wanted at a place of a query, with the code of each; what is not here is to be written as it is.
var phrases = map[string]string{
	"| or the end of the query":              "pipe_or_end",
	"initial consonants such as ㅈㅂㄱ":         "consonants",
	"an option":                              "option",
	"a number of goroutines":                 "goroutines",
	"true or false":                          "boolean",
	"an IPv4 address or network":             "ipv4_network",
	"an IPv4 address":                        "ipv4",
	"an IPv6 address or network":             "ipv6_network",
	"[ or (":                                 "bracket",
	"( or [":                                 "parenthesis",
	") or ]":                                 "closing",
	"a filter behind -":                      "filter_behind_minus",
	"a filter":                               "filter",
	"a word or phrase":                       "word",
	"a number":                               "number",
	"a length in characters":                 "length",
	"a text":                                 "text",
	"a value":                                "value",
	"a field name":                           "field",
	"a pattern":                              "pattern",
	"the name of a type":                     "type",
	"a pipe":                                 "pipe",
	`"(" behind if`:                          "if_parenthesis",
	"a bucket size":                          "bucket",
	"an offset":                              "offset",
	"a statistics function, such as count()": "stats_function",
	"a count":                                "count",
	"the quantile, 0 to 1":                   "quantile",
	"the name of a stream field":             "stream_field",
	"one of = != =~ !~ in not_in":            "stream_comparison",
	"the value of a stream field":            "stream_value",
	"a time, such as 5m or 2026-11-20T10:00": "time",
	"a duration":                             "duration",
	"a value to compare with":                "compared",
	"a value behind =":                       "value_behind",
	"a regular expression":                   "regexp",
	`a pattern such as "user=<user> "`:       "extract_pattern",
	"a regular expression with named groups": "named_groups",
	`a text such as "<host.name>: <_msg>"`:   "format_text",
	"the text to replace":                    "replaced",
	"the text to put in its place":           "replacement",
	"a prefix":                               "prefix",
	"a number or a field":                    "number_or_field",
	"a count of values":                      "values",
	"a length":                               "size",
	"an offset such as 9h":                   "zone_offset",
	"an offset such as 5":                    "number_offset",
	"a count of patterns":                    "patterns",
	"a count of buckets":                     "buckets",
	"one row of how many to pass on":         "sample",
	"a count of rows":                        "rows",
	"a duration such as 1h":                  "window",
	"before or after with a count of rows":   "before_or_after",
	"a duration such as 1h or -30m":          "signed_duration",
	`a separator such as ","`:                "separator",
	"/1 to /32":                              "network_bits",
	"30s, 5m, 1h, 1d, week or month":         "time_bucket",
	"10, 0.5, 1KiB or 100ms":                 "number_bucket",
}

// say words an error and gives the parameters for wording it in other languages.
func (e *SyntaxError) say(format string, args []any) {
	e.Message = fmt.Sprintf(format, args...)
	s, ok := said[format]
	if !ok {
		return
	}
	if e.Params == nil {
		e.Params = map[string]string{}
	}
	e.Params["said"] = s.code
	for i, name := range s.params {
		text := fmt.Sprint(args[i])
		e.Params[name] = text
		if phrase := phrases[text]; name == "want" && phrase != "" {
			e.Params["phrase"] = phrase
		}
	}
}

package logsql

import (
	"strconv"
	"strings"
)

// pipeParsers reads each pipe behind its name. Other names of a pipe stand beside the first.
var pipeParsers map[string]func(*parser, string) (Pipe, error)

// The map is made here because pipes hold queries, whose pipes are read through the map.
func init() {
	pipeParsers = map[string]func(*parser, string) (Pipe, error){
		"fields": parseFields, "keep": parseFields,
		"delete": parseDelete, "drop": parseDelete, "rm": parseDelete, "del": parseDelete,
		"rename": parseRename, "mv": parseRename,
		"copy": parseCopy, "cp": parseCopy,
		"sort": parseSort, "order": parseSort, "first": parseFirst, "last": parseFirst,
		"limit": parseLimit, "head": parseLimit,
		"offset": parseOffset, "skip": parseOffset,
		"patterns": parsePatterns,
		"uniq":     parseUniq, "top": parseTop, "stats": parseStats,
		"filter": parseWhere, "where": parseWhere,
		"extract": parseExtract, "extract_regexp": parseExtractRegexp,
		"unpack_json": parseUnpack, "unpack_logfmt": parseUnpack,
		"field_names": parseFieldNames, "field_values": parseFieldValues, "facets": parseFacets,
		"format": parseFormat, "math": parseMath, "eval": parseMath,
		"stream_context": parseStreamContext, "running_stats": parseRunningStats, "total_stats": parseRunningStats,
		"join": parseJoin, "union": parseUnion,
		"collapse_nums": parseCollapseNums, "decolorize": parseDecolorize, "time_add": parseTimeAdd,
		"hash": parseHash, "json_array_len": parseJSONArrayLen, "unpack_words": parseUnpackWords, "split": parseSplit,
		"pack_json": parsePack, "pack_logfmt": parsePack, "set_stream_fields": parseSetStreamFields,
		"unpack_syslog": parseUnpackSyslog, "drop_empty_fields": parseDropEmptyFields, "unroll": parseUnroll,
		"block_stats": parseBlockStats, "blocks_count": parseBlocksCount, "query_stats": parseQueryStats,
		"sample": parseSample, "generate_sequence": parseGenerateSequence,
		"replace": parseReplace, "replace_regexp": parseReplace, "len": parseLen,
	}
}

// pipe reads one pipe. A statistics function in its place is the shorthand of stats.
func (p *parser) pipe() (Pipe, error) {
	if p.atEnd() {
		return nil, p.unexpected("a pipe")
	}
	w := p.word()
	name := strings.ToLower(w)
	start := p.pos
	if parse, ok := pipeParsers[name]; ok && !p.statsCall(name) {
		p.pos += len(w)
		pipe, err := parse(p, name)
		if err != nil {
			return nil, err
		}
		return pipe, p.endOfPipe(pipe)
	}
	if isStatsFunction(name) || name == "by" {
		pipe, err := parseStats(p, name)
		if err != nil {
			return nil, err
		}
		return pipe, p.endOfPipe(pipe)
	}
	if fix, ok := p.misspelt(w); ok {
		return nil, p.errorAt(unknownPipe, start, start+len(w), fix, "unknown pipe %q", w)
	}
	pipe, err := parseWhere(p, name)
	if err == nil {
		err = p.endOfPipe(pipe)
	}
	if fix := nearest(name, pipeNames()); err != nil && fix != "" {
		return nil, p.errorAt(unknownPipe, start, start+len(w), fix, "unknown pipe %q", w)
	}
	return pipe, err
}

// misspelt reports whether the word at the position is meant as a pipe and not as a filter, whose name may be left
// out: it is nearly the name of a pipe, and a number or "by" follows, or nearly that of a function, and "(" follows.
func (p *parser) misspelt(word string) (fix string, ok bool) {
	if word == "" {
		return "", false
	}
	start, name := p.pos, strings.ToLower(word)
	defer func() { p.pos = start }()
	p.pos += len(word)
	if p.here() == '(' && !isFilterFunction(name) {
		fix = nearest(name, append(statsNames(), pipeNames()...))
		return fix, fix != ""
	}
	next := p.word()
	if next == "" || !strings.EqualFold(next, "by") && !isDigit(next[0]) {
		return "", false
	}
	fix = nearestWithin(name, min(2, len(name)-1), pipeNames())
	return fix, fix != ""
}

// statsCall reports whether a name that is both a pipe and a function is called as a function.
func (p *parser) statsCall(name string) bool {
	return isStatsFunction(name) && strings.HasPrefix(strings.TrimLeft(p.text[p.pos+len(name):], " \t\r\n"), "(")
}

func (p *parser) endOfPipe(pipe Pipe) error {
	if c := p.peek(); c == 0 || c == '|' || c == ')' {
		return nil
	}
	err := p.unexpected("| or the end behind " + pipe.Name())
	err.Params["phrase"], err.Params["pipe"] = "pipe_or_end_behind", pipe.Name()
	return err
}

// count reads a whole number that is not negative, such as 10, 5K or 1_000.
func (p *parser) count(what string) (int, error) {
	p.space()
	start := p.pos
	w := p.word()
	if w == "" {
		return 0, p.unexpected(what)
	}
	p.pos += len(w)
	n, err := strconv.Atoi(strings.ReplaceAll(w, "_", ""))
	if err != nil {
		f, ok := ParseSize(w)
		n = int(f)
		if !ok || f != float64(n) || f > 1<<53 {
			return 0, p.errorAt(badNumber, start, p.pos, "", "expected %s, got %q", what, w)
		}
	}
	if n < 0 {
		return 0, p.errorAt(badNumber, start, p.pos, "", "expected %s, got %q", what, w)
	}
	return n, nil
}

// byNames reads by (a, b), (a, b) or a, b.
func (p *parser) byNames() ([]string, error) {
	by := p.keyword("by") != ""
	if p.peek() == '(' {
		start := p.pos
		names, err := p.parenNames(false)
		if err == nil && len(names) == 0 {
			err = p.errorAt(missingFields, start, p.pos, "", "the parentheses hold no field")
		}
		return names, err
	}
	if !by && (p.atEnd() || reserved(p.word())) {
		return nil, nil
	}
	return p.names(false)
}

// atEnd reports whether the pipe ends here.
func (p *parser) atEnd() bool {
	c := p.peek()
	return c == 0 || c == '|' || c == ')'
}

// condition reads if (filter) when it stands there.
func (p *parser) condition() (Filter, error) {
	if p.keyword("if") == "" {
		return nil, nil
	}
	if p.peek() != '(' {
		return nil, p.unexpected(`"(" behind if`)
	}
	return p.group(msgField)
}

// ifText writes a condition back.
func ifText(f Filter) string {
	if f == nil {
		return ""
	}
	return " if (" + f.String() + ")"
}

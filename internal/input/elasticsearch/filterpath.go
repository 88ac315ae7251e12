package elasticsearch

import "strings"

// pathFilter is the parameter filter_path of Elasticsearch's common options: a comma-separated list of paths of
// the answer to include, or, with a leading '-', to leave out. * stands for any text within a name, ** for any
// number of names. The zero filter includes everything.
type pathFilter struct {
	include, exclude [][]string
}

func newPathFilter(param string) pathFilter {
	var f pathFilter
	for path := range strings.SplitSeq(param, ",") {
		path = strings.TrimSpace(path)
		switch {
		case path == "" || path == "-":
		case path[0] == '-':
			f.exclude = append(f.exclude, strings.Split(path[1:], "."))
		default:
			f.include = append(f.include, strings.Split(path, "."))
		}
	}
	return f
}

// all reports whether nothing is left out.
func (f pathFilter) all() bool { return len(f.include) == 0 && len(f.exclude) == 0 }

// keeps reports whether the answer has the leaf at path.
func (f pathFilter) keeps(path ...string) bool {
	for _, pattern := range f.exclude {
		if covers(pattern, path) {
			return false
		}
	}
	if len(f.include) == 0 {
		return true
	}
	for _, pattern := range f.include {
		if covers(pattern, path) {
			return true
		}
	}
	return false
}

// covers reports whether pattern names path or something that holds it.
func covers(pattern, path []string) bool {
	switch {
	case len(pattern) == 0:
		return true
	case pattern[0] == "**":
		for skip := range len(path) + 1 {
			if covers(pattern[1:], path[skip:]) {
				return true
			}
		}
		return false
	case len(path) == 0:
		return false
	}
	return like(pattern[0], path[0]) && covers(pattern[1:], path[1:])
}

// like matches one name against a pattern with any number of *.
func like(pattern, name string) bool {
	head, rest, star := strings.Cut(pattern, "*")
	if !star {
		return pattern == name
	}
	if !strings.HasPrefix(name, head) {
		return false
	}
	for name = name[len(head):]; ; name = name[1:] {
		if like(rest, name) {
			return true
		}
		if name == "" {
			return false
		}
	}
}

package logs

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/block"
)

func maskRow(masked []string, stream, fields []model.Field) (inStream, inRow []model.Field) {
	r := block.Row{Stream: block.NewStream(stream), Fields: fields}
	newMasker(masked, formatViews).mask(&r)
	return r.Stream.Fields, r.Fields
}

func TestMask(t *testing.T) {
	f := func(pairs ...string) (fields []model.Field) {
		for i := 0; i < len(pairs); i += 2 {
			fields = append(fields, model.Field{Name: pairs[i], Value: pairs[i+1]})
		}
		return fields
	}
	const access = `203.0.113.7 - kim [20/Nov/2026:09:00:00 +0900] "GET /u/kim HTTP/1.1" 200 7 "-" "curl/8.4.0"`
	for name, tt := range map[string]struct {
		masked                             []string
		stream, fields, wantStream, wanted []model.Field
	}{
		"a field, and where else its value stands": {
			[]string{"user"},
			f("home", "/home/kim"), f("_msg", "kim came; skim, kim", "user", "kim", "level", "info"),
			f("home", "/home/***"), f("_msg", "*** came; s***, ***", "user", "***", "level", "info"),
		},
		"a value that is short stays elsewhere": {
			[]string{"n"}, nil, f("_msg", "7 of 77", "n", "7"), nil, f("_msg", "7 of 77", "n", "***"),
		},
		"a view at its place, though it is short": {
			[]string{"n"}, nil, f("_msg", "a=7 n=7 b=77", "_format", "logfmt@1"), nil, f("_msg", "a=7 n=*** b=77", "_format", "logfmt@1"),
		},
		"an object of the message by its name": {
			[]string{"card"},
			f("host", "a 4111"), f("_msg", `{"card":"4111"}`, "card", "4111"),
			f("host", "a ***"), f("_msg", `{"card":"***"}`, "card", "***"),
		},
		// docs/logsql.md and docs/security.md say that these stay.
		"a list, and an object within other text": {
			[]string{"card"},
			nil, f("_msg", `[{"card":"4111"}]`, "note", `order {"card":"4111"} ok`), nil,
			f("_msg", `[{"card":"4111"}]`, "note", `order {"card":"4111"} ok`),
		},
		"the name in other letters, and behind another one": {
			[]string{"card"},
			nil,
			f("_msg", "paid", "CARD", "4111", "nested.card", "4222", "creditcard", "4333", "log.syslog.structured_data.x@1.card", "4444"), nil,
			f("_msg", "paid", "CARD", "4111", "nested.card", "4222", "creditcard", "4333", "log.syslog.structured_data.x@1.card", "4444"),
		},
		"an object in which the name stands deeper": {
			[]string{"card"},
			nil, f("_msg", `{"nested":{"card":"4222"}}`, "nested.card", "4222"), nil,
			f("_msg", `{"nested":{"card":"4222"}}`, "nested.card", "4222"),
		},
		"values that overlap": {
			[]string{"a", "b"}, nil, f("_msg", "x abcdef y", "a", "abcd", "b", "cdef"), nil, f("_msg", "x *** y", "a", "***", "b", "***"),
		},
		"a line that is not read as before keeps its other views": {
			[]string{"http.response.status_code"}, nil, f("_msg", access, "_format", "nginx-access@1"), nil, nil,
		},
		"a stream field": {
			[]string{"host"}, f("host.name", "web-1"), f("_msg", "web-1 is up"), f("host.name", "***"), f("_msg", "*** is up"),
		},
		"a quoted view": {
			[]string{"user"}, nil, f("_msg", `user="k \"i\" m" ok=yes`, "_format", "logfmt@1"), nil, f("_msg", "***", "_format", "logfmt@1", "user", "***", "ok", "yes"),
		},
		"the message": {
			[]string{"_msg"}, nil, f("_msg", "user=kim", "_format", "logfmt@1"), nil, f("_msg", "***", "_format", "logfmt@1"),
		},
		"a short value, where the message names its field": {
			[]string{"card.pin"}, nil, f("_msg", "pin is 42, not 420", "card.pin", "42"), nil, f("_msg", "pin is ***, not 420", "card.pin", "***"),
		},
		"short values of fields without a last name": {
			[]string{"card"}, nil, f("_msg", "card 42 of 42", "card.", "42", "card", "7"), nil, f("_msg", "card *** of ***", "card.", "***", "card", "***"),
		},
		"a short value of a field without a name": {
			[]string{"*"}, nil, f("_msg", "42", "", "4"), nil, f("_msg", "***", "", "***"),
		},
		"a short value, where other fields name its field": {
			[]string{"pin"},
			f("from", "pin/42"), f("_msg", `{"pin":42,"event":{"original":"pin=42 n=42"},"n":42}`, "pin", "42", "event.original", "pin=42 n=42", "n", "42"),
			f("from", "pin/***"), f("_msg", `{"pin":"***","event":{"original":"pin=*** n=***"},"n":42}`, "pin", "***", "event.original", "pin=*** n=***", "n", "42"),
		},
		"members of a message, however they are written": {
			[]string{"card", "pin"},
			nil,
			f("_msg", `{"t":"\"","card":"\uae40\ud558\ub298","pin":"42","c\u0061rd" : "a\/b\u003c\n"}`, "_format", "json@1", "card", "a/b<\n", "pin", "42", "t", `"`), nil,
			f("_msg", `{"t":"\"","card":"***","pin":"***","c\u0061rd" : "***"}`, "_format", "json@1", "card", "***", "pin", "***", "t", `"`),
		},
		"members that come twice, and in other fields": {
			[]string{"card"},
			nil, f("_msg", `{"card":"dup-one","card":"dup-two","t":"dup-one"}`, "card", "dup-two", "t", "dup-one"), nil,
			f("_msg", `{"card":"***","card":"***","t":"***"}`, "card", "***", "t", "***"),
		},
		"a member that a later one takes away": {
			[]string{"card"}, nil, f("_msg", `{"card":"one","card":null}`, "_format", "json@1"), nil, f("_msg", `{"card":"***","card":null}`, "_format", "json@1"),
		},
		"nested members, numbers, words and arrays": {
			[]string{"card", "a.b"},
			nil,
			f("_msg", `{"card":{"no":7,"ok":true,"of":[1,2],"x":{}},"a":{"b":-1,"c":"d"},"l":[{"card":5}]}`, "card.no", "7", "card.ok", "true", "card.of", "[1,2]", "a.b", "-1", "a.c", "d", "l", `[{"card":5}]`), nil,
			f("_msg", `{"card":{"no":"***","ok":"***","of":"***","x":{}},"a":{"b":"***","c":"d"},"l":[{"card":5}]}`, "card.no", "***", "card.ok", "***", "card.of", "***", "a.b", "***", "a.c", "d", "l", `[{"card":5}]`),
		},
		"members of objects in an array": {
			[]string{"l.card"}, nil, f("_msg", "paid", "l", `[{"card":5,"n":1}]`), nil, f("_msg", "paid", "l", `[{"card":"***","n":1}]`),
		},
		"what other members say": {
			[]string{"card"},
			nil, f("_msg", `{"card":1009,"n":10095,"t":"a\u0031009\n","l":["1009"]}`, "card", "1009", "n", "10095", "t", "a1009\n", "l", `["1009"]`), nil,
			f("_msg", `{"card":"***","n":"***5","t":"a***\n","l":"[\"***\"]"}`, "card", "***", "n", "***5", "t", "a***\n", "l", `["***"]`),
		},
		"a value that a member is called": {
			[]string{"card"}, nil, f("_msg", `{"card":"name","name":1}`, "card", "name", "name", "1"), nil, f("_msg", "***", "card", "***", "name", "1"),
		},
		"what seems to be an object": {
			[]string{"card"}, nil, f("_msg", `{"card":"\u0041b`, "_format", "json@1", "x", "1"), nil, f("_msg", "***", "_format", "json@1", "x", "1"),
		},
		"a value that other texts escape": {
			[]string{"card"}, nil, f("_msg", `got "{\"card\":\"a\\\"b\"}"`, "card", `a"b`, "url", "/?c=a%22b", "t", `\n`), nil, f("_msg", "***", "card", "***", "url", "***", "t", `\n`),
		},
		"a name and what is nested, in a line": {
			[]string{"card"}, nil, f("_msg", "card.no=7 cards=8 x=7", "_format", "logfmt@1"), nil, f("_msg", "card.no=*** cards=8 x=7", "_format", "logfmt@1"),
		},
		"names that begin alike": {
			[]string{"user*", "ho*"},
			f("host.name", "web-1"), f("_msg", `{"user_id":1,"user":{"name":"k"},"us":2}`, "user_id", "1", "user.name", "k", "us", "2"),
			f("host.name", "***"), f("_msg", `{"user_id":"***","user":{"name":"***"},"us":2}`, "user_id", "***", "user.name", "***", "us", "2"),
		},
		"everything": {
			[]string{"*"},
			f("host.name", "web-1"), f("_msg", "up", "_format", "logfmt@1", "_severity", "info", "a", "b"),
			f("host.name", "***"), f("_msg", "***", "_format", "logfmt@1", "_severity", "info", "a", "***"),
		},
		"what was sent under a name that was taken": {
			[]string{"card"}, nil, f("_msg", "x", "card", "one", "sent.card", "2"), nil, f("_msg", "x", "card", "***", "sent.card", "***"),
		},
		"JSON under a name that was taken": {
			[]string{"l.card"}, nil, f("_msg", "paid", "sent.l", `[{"card":5,"n":1}]`), nil, f("_msg", "paid", "sent.l", `[{"card":"***","n":1}]`),
		},
		"JSON in a stream field": {
			[]string{"l.card"},
			f("l", `[{"card":"4111","n":1}]`), f("_msg", "paid by 4111"), f("l", `[{"card":"***","n":1}]`), f("_msg", "paid by ***"),
		},
		"a value with escapes of its own that other texts escape": {
			[]string{"url"}, nil, f("_msg", `callback {"url":"/a?x=%20\u0026y=1"}`, "url", "/a?x=%20&y=1"), nil, f("_msg", "***", "url", "***"),
		},
		"a value with escapes, elsewhere": {
			[]string{"url"}, nil, f("_msg", `to /a?x=%2520&y=1`, "url", `/a?x=%2520\u0026y=1`), nil, f("_msg", "***", "url", "***"),
		},
		"what seems to be an object, with a name that is escaped": {
			[]string{"card"}, nil, f("_msg", `{"c\u0061rd":"4111`), nil, f("_msg", "***"),
		},
		"what seems to be an object, without the name": {
			[]string{"card"}, nil, f("_msg", `{"scorecard":"4111`, "_format", "json@1"), nil, f("_msg", `{"scorecard":"4111`, "_format", "json@1"),
		},
		"nothing to mask": {[]string{"user"}, f("a", "b"), f("_msg", "kim"), f("a", "b"), f("_msg", "kim")},
	} {
		t.Run(name, func(t *testing.T) {
			stream, fields := maskRow(tt.masked, tt.stream, tt.fields)
			if tt.wanted == nil { // the views are what is wanted
				if got := valueOf(fields, "client.address") + valueOf(formatViews("nginx-access@1").Views(valueOf(fields, "_msg"), nil), "client.address"); got != "203.0.113.7" {
					t.Errorf("the address is %q in %v", got, fields)
				}
				if got := valueOf(fields, "http.response.status_code"); got != MaskText {
					t.Errorf("the status is %q in %v", got, fields)
				}
				return
			}
			if diff := cmp.Diff(tt.wanted, fields); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
			if len(tt.wantStream) > 0 && !cmp.Equal(tt.wantStream, stream) {
				t.Errorf("stream %v, want %v", stream, tt.wantStream)
			}
		})
	}
}

func TestMaskedNamesAreFoundAsTheyAreSpelled(t *testing.T) {
	for masked, texts := range map[string][]string{
		"card":    {`"card"`, `"c\u0061rd"`, `"\u0063\u0061\u0072\u0064"`, `"car\u0064"`},
		"카드":      {`"카드"`, `"\uce74\ub4dc"`, `"\uCE74\uB4DC"`, `"카\ub4dC"`, `"\uce74드"`},
		"카드no":    {`"카드no"`, `"\uce74\ub4dcno"`, `"카드\u006eo"`, `"카드\u006Eo"`},
		"a.no":    {`"a":{"n\u006f":1`, `"a\u002eno"`, `"\u0061":{"no":1`},
		"user_id": {`"user\u005fid"`, `"user\u005Fi\u0064"`},
		"a😀":      {`"a\ud83d\ude00"`, `"a😀"`},
		"ca*":     {`"card"`, `"c\u0061rd"`},
	} {
		n := newMaskNames([]string{masked})
		for _, text := range texts {
			if !n.in("{" + text + `:"x`) {
				t.Errorf("%s is not found in %s", masked, text)
			}
		}
	}
	if n := newMaskNames([]string{"card", "a.no"}); n.in(`{"cards":1,"scard":2,"a":{"not":"u0061`) {
		t.Error("names are found in others")
	}
}

// Whatever is masked, nothing of it is left but what is too short to be told from other text.
func FuzzMask(f *testing.F) {
	f.Add("user=kim from=192.0.2.7", "kim", "192.0.2.7", "logfmt@1", "other")
	f.Add("aaaa", "aaa", "aa", "", "other")
	f.Add(`203.0.113.7 - - [20/Nov/2026:09:00:00 +0900] "GET / HTTP/1.1" 200 7 "-" "curl"`, "203.0.113.7", "2026", "nginx-access@1", "other.")
	f.Add(`{"one":"\u0061aa","other":{"x":[1,{"one":"aaa"}]},"one":2}`, "aaa", "2", "json@1", "other")
	f.Add(`{"x":"{\"one\":\"a\\u0061a%61\"}"`, "aaa", "a%", "", "other")
	f.Add(`callback {"one":"/a?x=%20\u0026y=1"}`, "/a?x=%20&y=1", "7", "", "other")
	f.Fuzz(func(t *testing.T, msg, one, other, format, name string) {
		if formatViews(format) == nil {
			format = ""
		}
		if name == "one" || name == "x" || name == "q" || strings.HasPrefix(name, "_") {
			return
		}
		stream, fields := maskRow([]string{"one", "other*", name}, []model.Field{{Name: "s", Value: "=" + other}},
			[]model.Field{{Name: "_msg", Value: msg}, {Name: "_format", Value: format}, {Name: "one", Value: one}, {Name: "x", Value: msg + one}, {Name: "other" + name, Value: other}, {Name: name, Value: "7"}, {Name: "q", Value: string(logsql.AppendJSONString(nil, one))}})
		var said string
		if quoted := valueOf(fields, "q"); len(one) >= shortest && !strings.Contains(one, "*") && unescaped(unescaped(one)) == unescaped(one) &&
			json.Unmarshal([]byte(quoted), &said) == nil && said == one {
			t.Errorf("%q is to be read still: %s", one, quoted)
		}
		for _, field := range append(stream, fields...) {
			if len(one) >= shortest && !strings.Contains(one, "*") && field.Name != "_format" && strings.Contains(field.Value, one) {
				t.Errorf("%s has %q still: %q", field.Name, one, field.Value)
			}
		}
	})
}

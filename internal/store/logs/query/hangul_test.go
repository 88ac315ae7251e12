package query

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs"
)

// koreanLines are messages as Korean systems and operators write them, with particles, compounds and other scripts
// within words. Each is a block of its own.
var koreanLines = []string{
	"네트워크장비가 응답하지 않습니다", "장비 점검을 완료했습니다", "L3장비2호에서 링크다운이 발생함", "장 비우기 작업을 시작합니다",
	"nginx가 죽었습니다: CPU사용률이 95%를 넘었습니다", "mynginx와 nginx2는 정상입니다", "디스크공간이 부족하여 로그저장을 멈춥니다",
	"데이터베이스연결에 실패하였습니다(ORA-12541)", "DB서버로부터의 응답시간초과", "사용자 kim님이 로그인에 실패했습니다",
	"로그인 성공: 홍길동(hong@example.com)", "인증서만료일이 30일 남았습니다", "백업작업이 정상적으로 종료되었습니다", "백업 실패: 테이프라이브러리를 찾을 수 없음",
	"방화벽정책변경 승인요청이 등록되었습니다", "메모리사용량이 임계치(80%)를 초과하였습니다", "전원공급장치 2번에서 장애가 감지되었습니다",
	"스위치SW-01의 포트Gi0/1이 다운되었습니다", "무선AP가 재시작되었습니다", "온도센서값이 비정상적입니다: 섭씨65도", "한국어コンソール混在テスト장비",
}

var koreanWords = []string{
	"장비", "네트워크", "네트워크장비", "장비가", "링크", "다운", "사용률", "사용량", "디스크", "공간", "로그", "로그인", "로그저장", "실패", "데이터베이스", "연결", "서버", "응답", "시간초과",
	"인증서", "만료", "백업", "작업", "정책", "승인", "임계치", "초과", "전원", "장치", "장애", "감지", "스위치", "포트", "재시작", "센서", "온도", "섭씨", "님이", "비", "가", "홍길동", "없는말", "정비",
	"nginx", "CPU", "L3", "DB", "AP", "Gi0", "SW", "kim", "nginx2", "2호", "ORA", "65도", "混在テスト",
}

// A word in Korean text is found in every row that holds it, and in no other; blocks without it are not read.
func TestHangulIsFoundWithinWords(t *testing.T) {
	meta := &memoryMeta{}
	s, err := logs.Open(logs.Options{Dir: t.TempDir(), Meta: meta, Queue: "q", Memory: 64 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	w, err := s.Writer(t.Context(), 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	const copies = 40
	offset := int64(0)
	for i, line := range koreanLines {
		for k := range copies {
			r := model.Record{Time: scriptNow + offset, Observed: scriptNow, Msg: fmt.Sprintf("#%d %s %d", i, line, k)}
			w.Append(offset, &r)
			offset++
		}
		if _, err := w.Checkpoint(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	read := 0
	for _, word := range koreanWords {
		var want []string
		for i, line := range koreanLines {
			if holdsWord(line, word) {
				want = append(want, fmt.Sprintf("#%d", i))
			}
		}
		lines, stats := linesWith(t, s, word)
		if diff := cmp.Diff(want, lines); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", word, diff)
		}
		if len([]rune(word)) > 1 {
			read += stats.BlocksRead - len(want)
		}
	}
	if all := len(koreanWords) * len(koreanLines); read > all/50 {
		t.Errorf("%d blocks read of %d that do not hold the word", read, all)
	}
	for query, want := range map[string][]string{
		"chosung(ㅈㅂㄱ)":     {"#0"},
		"chosung(ㄴㅌㅇㅋㅈㅂ)":  {"#0"},
		"chosung(ㅅㅍ)":      {"#7", "#9", "#13"}, // 실패
		`"장비가 응답"`:         {"#0"},
		"*트워*":             {"#0"},
		`~"사용[률량]"`:        {"#4", "#15"},
		"i(cpu)":           {"#4"},
		"seq(디스크, 로그, 멈춥)": {"#6"},
		"=장비":              nil,
	} {
		if lines, _ := linesWith(t, s, query); !cmp.Equal(want, lines) {
			t.Errorf("%s: lines %v, want %v", query, lines, want)
		}
	}
}

// holdsWord reports whether a line holds a word as people read it: Hangul anywhere, other letters by themselves.
func holdsWord(line, word string) bool {
	edge := func(r rune, of string) string {
		if r >= '가' && r <= '힣' {
			return ""
		}
		return of
	}
	runes := []rune(word)
	const other = `[^0-9A-Za-z_\x{80}-\x{abff}\x{d7a4}-\x{10ffff}]`
	re := regexp.MustCompile(edge(runes[0], `(?:^|`+other+`)`) + regexp.QuoteMeta(word) + edge(runes[len(runes)-1], `(?:$|`+other+`)`))
	return re.MatchString(line)
}

// linesWith returns the numbers of the lines of which every copy is found, and what the query cost.
func linesWith(t *testing.T, s Searcher, query string) ([]string, Stats) {
	t.Helper()
	q, err := logsql.Parse(query+" | fields _msg", logsql.Options{Now: scriptNow})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	found := map[string]int{}
	stats, err := Run(context.Background(), s, q, Options{Scope: model.Everything, Workers: 1, Limits: Limits{MaxDuration: time.Minute}}, func(b *logsql.Batch) error {
		for i := range b.N {
			line, _, _ := strings.Cut(b.Value(i, model.FieldMsg), " ")
			found[line]++
		}
		return nil
	})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	var lines []string
	for i := range koreanLines {
		line := fmt.Sprintf("#%d", i)
		if n := found[line]; n > 0 {
			lines = append(lines, line)
			if n != 40 {
				t.Errorf("%s: %d of %s", query, n, line)
			}
		}
	}
	return slices.Clip(lines), stats
}

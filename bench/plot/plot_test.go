package plot

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"
)

func figure(bars bool) Figure {
	return Figure{
		Title: "Requests <by> linger", X: "linger.ms", Steps: []string{"0", "5", "100"}, Series: []string{"16 KiB", "1 MiB"},
		Panels: []Panel{
			{"requests/s", [][]float64{{100, 50, 0}, {200, 100, 50}}},
			{"p99, ms", [][]float64{{1, 2, 3}, {.5, 1, 2}}},
		},
		Bars: bars,
	}
}

// A figure must be XML that a browser draws, and small enough to lie beside a page.
func TestSVG(t *testing.T) {
	for _, bars := range []bool{false, true} {
		svg := figure(bars).SVG()
		if len(svg) > 10_000 {
			t.Errorf("%d bytes", len(svg))
		}
		d := xml.NewDecoder(strings.NewReader(string(svg)))
		d.Strict = true
		var texts []string
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%v in\n%s", err, svg)
			}
			if c, ok := token.(xml.CharData); ok {
				texts = append(texts, string(c))
			}
		}
		all := strings.Join(texts, "|")
		for _, want := range []string{"Requests <by> linger", "linger.ms", "16 KiB", "requests/s", "p99, ms", "|200|", "|100|"} {
			if !strings.Contains(all, want) {
				t.Errorf("%q is not in %s", want, all)
			}
		}
	}
}

// The highest bar fills its axis from zero, a bar of half the value half of it.
func TestHeights(t *testing.T) {
	f := Figure{Title: "t", Steps: []string{"a", "b", "c"}, Series: []string{"s"}, Panels: []Panel{{"p", [][]float64{{100, 50, 0}}}}, Bars: true}
	var got []float64
	for _, part := range strings.Split(string(f.SVG()), `<rect class="f0"`)[1:] {
		_, rest, _ := strings.Cut(part, ` height="`)
		digits, _, _ := strings.Cut(rest, `"`)
		h, err := strconv.ParseFloat(digits, 64)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, h)
	}
	if len(got) != 3 || got[0] != panelHeight || got[1] != panelHeight/2 || got[2] != 0 {
		t.Errorf("heights %v of %d", got, panelHeight)
	}
}

func TestTicks(t *testing.T) {
	for v, want := range map[float64]float64{1: 1, 1.1: 2, 2.4: 2.5, 30: 50, 51_000: 100_000, .03: .05} {
		if got := niceStep(v); got < want*.999 || got > want*1.001 {
			t.Errorf("niceStep(%v) = %v, want %v", v, got, want)
		}
	}
	for _, c := range []struct {
		v, step float64
		want    string
	}{{0, 100_000, "0"}, {300_000, 100_000, "300k"}, {1_200_000, 200_000, "1.2M"}, {2500, 500, "2500"}, {.25, .05, "0.25"}, {12_500, 2500, "12.5k"}} {
		if got := label(c.v, c.step); got != c.want {
			t.Errorf("label(%v, %v) = %q, want %q", c.v, c.step, got, c.want)
		}
	}
}

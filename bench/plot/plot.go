// Package plot draws small figures of measurements as SVG: a few kilobytes without script or font, with a light and a
// dark dress of their own, so that they can be read on any page.
package plot

import (
	"bytes"
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
)

// Figure is a row of panels that share what stands below them and what their marks mean.
type Figure struct {
	Title  string
	X      string   // what Steps are
	Steps  []string // along the x axis, at even distances
	Series []string // at most len(colours)
	Panels []Panel
	Bars   bool // the steps have no order: bars instead of lines
}

// Panel is one pair of axes; y begins at zero.
type Panel struct {
	Title  string
	Values [][]float64 // by series, then by step
}

// Measures of a figure, in pixels as drawn.
const (
	panelWidth, panelHeight   = 300, 190 // inside of the axes
	left, right, top, bottom  = 52, 18, 84, 46
	cellWidth                 = left + panelWidth + right
	height                    = top + panelHeight + bottom
	titleY, legendY, panelY   = 22, 44, 68
	markSize, barGap, yTicks  = 3.5, 2, 4
	legendMark, legendPerChar = 14, 7.2
)

// colours of the series on light and on dark ground.
var colours = [...]struct{ light, dark string }{
	{"#2a78d6", "#5c9ff0"}, {"#c2570c", "#f08c4a"}, {"#0f8a5f", "#3fbf8f"}, {"#6d4bc4", "#a893f0"},
}

// SVG draws the figure. The figure must be whole: a value for each step of each series.
func (f Figure) SVG() []byte {
	var w bytes.Buffer
	width := cellWidth * len(f.Panels)
	fmt.Fprintf(&w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s">`+"\n",
		width, height, width, height, html.EscapeString(f.Title))
	w.WriteString(style())
	fmt.Fprintf(&w, `<rect class="ground" width="%d" height="%d" rx="6"/>`+"\n", width, height)
	fmt.Fprintf(&w, `<text class="title" x="16" y="%d">%s</text>`+"\n", titleY, html.EscapeString(f.Title))
	f.legend(&w)
	for i, p := range f.Panels {
		f.panel(&w, p, float64(i*cellWidth+left))
	}
	w.WriteString("</svg>\n")
	return w.Bytes()
}

func style() string {
	var light, dark strings.Builder
	for i, c := range colours {
		fmt.Fprintf(&light, ".f%d{fill:%s}.l%d{stroke:%s}", i, c.light, i, c.light)
		fmt.Fprintf(&dark, ".f%d{fill:%s}.l%d{stroke:%s}", i, c.dark, i, c.dark)
	}
	return "<style>text{font:12px system-ui,sans-serif;fill:#444b55}.title{font-weight:600;font-size:14px;fill:#15181c}.ground{fill:#fff}" +
		".grid{stroke:#dfe3e8}.axis{stroke:#8a929c}.line{fill:none;stroke-width:2}.y{text-anchor:end}.x{text-anchor:middle}" + light.String() +
		"@media(prefers-color-scheme:dark){text{fill:#b4bcc6}.title{fill:#eef1f4}.ground{fill:#15181c}.grid{stroke:#2c323a}.axis{stroke:#6b747e}" +
		dark.String() + "}</style>\n"
}

// legend is left out when the title says all.
func (f Figure) legend(w *bytes.Buffer) {
	if len(f.Series) < 2 {
		return
	}
	x := 16.0
	for i, name := range f.Series {
		mark(w, i, x+markSize, legendY-4)
		fmt.Fprintf(w, `<text x="%s" y="%d">%s</text>`+"\n", px(x+legendMark), legendY, html.EscapeString(name))
		x += 2*legendMark + legendPerChar*float64(len(name))
	}
}

func (f Figure) panel(w *bytes.Buffer, p Panel, x0 float64) {
	step := niceStep(p.max() / yTicks)
	ticks := max(int(math.Ceil(p.max()/step-1e-9)), 1)
	full := step * float64(ticks)
	y := func(v float64) float64 { return top + panelHeight*(1-v/full) }
	fmt.Fprintf(w, `<text x="%s" y="%d">%s</text>`+"\n", px(x0-left+16), panelY, html.EscapeString(p.Title))
	for i := range ticks + 1 {
		v := step * float64(i)
		class := "grid"
		if i == 0 {
			class = "axis"
		}
		fmt.Fprintf(w, `<path class="%s" d="M%s %sh%d"/><text class="y" x="%s" y="%s">%s</text>`+"\n",
			class, px(x0), px(y(v)), panelWidth, px(x0-6), px(y(v)+4), label(v, step))
	}
	slot := float64(panelWidth) / float64(len(f.Steps))
	for i, name := range f.Steps {
		fmt.Fprintf(w, `<text class="x" x="%s" y="%d">%s</text>`+"\n", px(x0+slot*(float64(i)+.5)), top+panelHeight+17, html.EscapeString(name))
	}
	fmt.Fprintf(w, `<text class="x" x="%s" y="%d">%s</text>`+"\n", px(x0+panelWidth/2), top+panelHeight+36, html.EscapeString(f.X))
	for s := range f.Series {
		if f.Bars {
			f.bars(w, p, s, x0, slot, y)
		} else {
			line(w, p.Values[s], s, x0, slot, y)
		}
	}
}

func line(w *bytes.Buffer, values []float64, s int, x0, slot float64, y func(float64) float64) {
	fmt.Fprintf(w, `<path class="line l%d" d="`, s)
	for i, v := range values {
		fmt.Fprintf(w, "%c%s %s", "ML"[min(i, 1)], px(x0+slot*(float64(i)+.5)), px(y(v)))
	}
	w.WriteString("\"/>\n")
	for i, v := range values {
		mark(w, s, x0+slot*(float64(i)+.5), y(v))
	}
}

func (f Figure) bars(w *bytes.Buffer, p Panel, s int, x0, slot float64, y func(float64) float64) {
	wide := slot * .7 / float64(len(f.Series))
	for i, v := range p.Values[s] {
		fmt.Fprintf(w, `<rect class="f%d" x="%s" y="%s" width="%s" height="%s"/>`+"\n",
			s, px(x0+slot*(float64(i)+.15)+wide*float64(s)), px(y(v)), px(wide-barGap), px(y(0)-y(v)))
	}
}

// mark has a shape for each series, for those who do not see its colour.
func mark(w *bytes.Buffer, s int, x, y float64) {
	const r = markSize
	switch s {
	case 0:
		fmt.Fprintf(w, `<circle class="f0" cx="%s" cy="%s" r="%v"/>`+"\n", px(x), px(y), r)
	case 1:
		fmt.Fprintf(w, `<path class="f1" d="M%s %sh%v v%v h-%vz"/>`+"\n", px(x-r), px(y-r), 2*r, 2*r, 2*r)
	case 2:
		fmt.Fprintf(w, `<path class="f2" d="M%s %sl%v %v h-%vz"/>`+"\n", px(x), px(y-r-1), r+1, 2*r+1, 2*r+2)
	default:
		fmt.Fprintf(w, `<path class="f%d" d="M%s %sl%v %v l-%v %v l-%v -%vz"/>`+"\n", s, px(x), px(y-r-1), r+1, r+1, r+1, r+1, r+1, r+1)
	}
}

func (p Panel) max() float64 {
	most := 0.0
	for _, values := range p.Values {
		for _, v := range values {
			most = max(most, v)
		}
	}
	if most == 0 {
		return 1
	}
	return most
}

// niceStep is the next of 1, 2, 2.5 and 5 times a power of ten.
func niceStep(v float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if m*power >= v*(1-1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// label writes a tick with k and M; step says how many digits tell it from its neighbours.
func label(v, step float64) string {
	unit, suffix := 1.0, ""
	switch {
	case v >= 1e6:
		unit, suffix = 1e6, "M"
	case v >= 1e4:
		unit, suffix = 1e3, "k"
	}
	digits := 0
	for s := step / unit; digits < 3 && math.Abs(s-math.Round(s)) > 1e-9; digits++ {
		s *= 10
	}
	return strconv.FormatFloat(v/unit, 'f', digits, 64) + suffix
}

func px(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }

package advise

import (
	"slices"

	"github.com/haetae/haetae/internal/model"
)

// Bounds of the rule. A codec is better when it takes less of both, or much less of one for little of the other.
const (
	muchLess  = .25 // of the bytes
	littleCPU = .01 // of one core, at the present rate
	costlyCPU = .20 // of one core: worth more bytes on the wire
	clearly   = .05 // differences below it may be of the sample
)

// Bounds below which fewer bytes are worth no change of a setting, however much smaller a codec makes them: nobody waits for
// a link, or buys a disk, on their account.
const (
	worthWire = 1e6 // bytes per second on the network: a hundredth of a gigabit link, and 600 GB in the 7 days of a copy
	worthDisk = .05 // of a broker's disk, once retention takes as much as comes
)

// compression compares what the codecs make of recent batches, in bytes on the network and in CPU at the rate of the window:
// compressing what this process sends and decompressing what it reads.
func compression(f *Figures) *model.Advice {
	seconds := f.Produce.Active.Seconds()
	i := slices.IndexFunc(f.Codecs, func(c Codec) bool { return c.Name == f.Settings.Compression })
	if i < 0 || f.Codecs[i].Raw == 0 || f.Codecs[i].Wire == 0 || seconds == 0 {
		return nil
	}
	rate := float64(f.Produce.Raw) / seconds
	now := costOf(f.Codecs[i], rate)
	v := values{
		"sample_bytes": float64(f.Codecs[i].Raw), "raw_bytes_per_second": rate, "ratio": now.ratio, "wire_bytes_per_second": now.wire, "cpu_percent": 100 * now.cores,
	}
	name, to, severity := "", cost{}, model.AdviceFine
	for _, c := range f.Codecs {
		if c.Name == f.Settings.Compression || c.Raw == 0 || c.Wire == 0 {
			continue
		}
		other := costOf(c, rate)
		s := better(now, other)
		if urgency[s] < urgency[severity] || s == severity && name != "" && other.wire < to.wire {
			name, to, severity = c.Name, other, s
		}
	}
	if name == "" {
		return fine("compression", "compression_fine", v)
	}
	v["expected_ratio"], v["expected_wire_bytes_per_second"], v["expected_cpu_percent"] = to.ratio, to.wire, 100*to.cores
	code := "compression_smaller"
	switch {
	case to.wire > now.wire:
		code = "compression_cheaper"
	case !matters(f, now.wire-to.wire, 1-to.wire/now.wire):
		v["worth_bytes_per_second"] = worthWire
		a := fine("compression", "compression_enough", v)
		a.From, a.To = f.Settings.Compression, name
		return a
	}
	return &model.Advice{
		ID: "compression", Severity: severity, Code: code, Setting: "compression.type",
		From: f.Settings.Compression, To: name, Values: v,
	}
}

// cost of a codec at a rate of raw bytes per second.
type cost struct {
	ratio float64 // raw to wire
	wire  float64 // bytes per second
	cores float64
}

func costOf(c Codec, rate float64) cost {
	return cost{
		ratio: float64(c.Raw) / float64(c.Wire), wire: rate * float64(c.Wire) / float64(c.Raw),
		cores: rate * (c.Compress + c.Decompress).Seconds() / float64(c.Raw),
	}
}

// matters reports whether a network or a disk feels what a codec saves: bytes per second while something is sent, and the
// share of all that the topic holds.
func matters(f *Figures, perSecond, share float64) bool {
	if perSecond >= worthWire {
		return true
	}
	if f.Topic == nil || f.Window < enoughRate {
		return false
	}
	held := heldBytes(f)
	if held < 0 { // for ever: as much as there is already
		held = float64(f.Topic.Bytes)
	}
	for _, b := range f.Brokers {
		if b.DiskTotal > 0 && share*perBroker(f, held) >= worthDisk*float64(b.DiskTotal) {
			return true
		}
	}
	return false
}

// better says how good it is to go from one cost to another.
func better(from, to cost) string {
	saved, more := 1-to.wire/from.wire, to.cores-from.cores
	switch {
	case saved >= clearly && more <= 0, saved >= muchLess && more <= littleCPU:
		return model.AdviceChange
	case saved >= muchLess: // less on the network and the brokers' disks, for CPU here
		return model.AdviceLook
	case -more >= costlyCPU && saved < 0: // CPU here, for more on the network
		return model.AdviceLook
	}
	return model.AdviceFine
}

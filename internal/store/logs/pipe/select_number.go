package pipe

import "slices"

// selectNumber returns the number that would be at a place if they were sorted, and puts them into another order. It is
// Quickselect (Hoare, "Algorithm 65: Find", 1961) with the median of three as pivot; numbers that make it slow are
// sorted.
func selectNumber(s []float64, at int) float64 {
	const few = 32
	for rounds := 0; len(s) > few; rounds++ {
		if rounds == 64 {
			break
		}
		pivot := medianOf(s[0], s[len(s)/2], s[len(s)-1])
		i, j := 0, len(s)-1
		for i <= j {
			for s[i] < pivot {
				i++
			}
			for s[j] > pivot {
				j--
			}
			if i <= j {
				s[i], s[j] = s[j], s[i]
				i++
				j--
			}
		}
		switch { // s[:j+1] <= pivot, s[i:] >= pivot, what is between is equal to it
		case at <= j:
			s = s[:j+1]
		case at >= i:
			s, at = s[i:], at-i
		default:
			return pivot
		}
	}
	slices.Sort(s)
	return s[at]
}

func medianOf(a, b, c float64) float64 { return max(min(a, b), min(max(a, b), c)) }

package logsql

// nearest returns the known word that is at most two edits (insert, delete, replace, swap of neighbours) from
// word, the closest first, or "".
func nearest(word string, known []string) string {
	// A short word is two edits away from nearly everything.
	return nearestWithin(word, min(2, len(word)/2), known)
}

// nearestWithin is nearest for at most so many edits.
func nearestWithin(word string, limit int, known []string) string {
	best, bestDistance := "", 3
	for _, k := range known {
		if d := editDistance(word, k); d <= limit && d < bestDistance {
			best, bestDistance = k, d
		}
	}
	return best
}

// editDistance is the restricted Damerau-Levenshtein distance in bytes.
func editDistance(a, b string) int {
	if d := len(a) - len(b); d > 2 || d < -2 {
		return 3
	}
	before, row, next := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		next[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next[j+1] = min(row[j+1]+1, next[j]+1, row[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row, next = row, next, before
	}
	return row[len(b)]
}

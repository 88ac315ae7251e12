package pipeline

// hideCardNumbers hides payment card numbers (ISO/IEC 7812: 13 to 19 digits that pass the Luhn check, in one run
// or in groups by single blanks or dashes) but for their last four digits.
func hideCardNumbers(dst []byte, text string) ([]byte, bool) {
	return hideSpans(dst, text, nextCard, func(dst []byte, part string) []byte {
		left := 0
		for i := range len(part) {
			if isDigit(part[i]) {
				left++
			}
		}
		for i := range len(part) {
			c := part[i]
			if isDigit(c) {
				if left > 4 {
					c = '*'
				}
				left--
			}
			dst = append(dst, c)
		}
		return dst
	})
}

func nextCard(text string, from int) (start, end int) {
	for i := nextDigit(text, from); i >= 0; {
		end, ok := cardEnd(text, i)
		if ok {
			return i, end
		}
		i = nextDigit(text, end)
	}
	return -1, -1
}

// cardEnd returns the end of the groups of digits at i, and whether they are a card number.
func cardEnd(s string, i int) (end int, ok bool) {
	var digits [19]byte
	n, groups := 0, 0
	first := s[i]
	for {
		run := 0
		for i < len(s) && isDigit(s[i]) {
			if n < len(digits) {
				digits[n] = s[i] - '0'
			}
			n++
			run++
			i++
		}
		groups++
		// A group of a written card number has four to six digits.
		if groups > 1 && (run < 2 || run > 7) {
			return i, false
		}
		if i+1 >= len(s) || s[i] != ' ' && s[i] != '-' || !isDigit(s[i+1]) || n >= len(digits) {
			break
		}
		i++
	}
	if n < 13 || n > 19 || first < '2' || first > '6' || i < len(s) && isWordByte(s[i]) {
		return i, false
	}
	return i, luhn(digits[:n])
}

// luhn checks a number by ISO/IEC 7812-1 annex B.
func luhn(digits []byte) bool {
	sum := 0
	for i := range digits {
		d := int(digits[len(digits)-1-i])
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// hideResidentNumbers hides the last seven digits of Korean resident and foreigner registration numbers, written
// 900101-1234567 or without the dash: a date of birth, a digit of century and sex, and a check digit. Numbers given
// since October 2020 have no check digit.
func hideResidentNumbers(dst []byte, text string) ([]byte, bool) {
	return hideSpans(dst, text, nextResident, func(dst []byte, part string) []byte {
		return append(append(dst, part[:len(part)-7]...), "*******"...)
	})
}

func nextResident(text string, from int) (start, end int) {
	for i := nextDigit(text, from); i >= 0; {
		if end := residentEnd(text, i); end > 0 {
			return i, end
		}
		for i < len(text) && isWordByte(text[i]) {
			i++
		}
		i = nextDigit(text, i)
	}
	return -1, -1
}

func residentEnd(s string, i int) int {
	var d [13]int
	n := 0
	for ; n < 13; n++ {
		if n == 6 && i < len(s) && s[i] == '-' {
			i++
		}
		if i >= len(s) || !isDigit(s[i]) {
			return 0
		}
		d[n] = int(s[i] - '0')
		i++
	}
	if i < len(s) && isWordByte(s[i]) {
		return 0
	}
	year, month, day, kind := d[0]*10+d[1], d[2]*10+d[3], d[4]*10+d[5], d[6]
	if month < 1 || month > 12 || day < 1 || day > 31 || kind < 1 || kind > 8 {
		return 0
	}
	recent := (kind == 3 || kind == 4 || kind == 7 || kind == 8) && (year > 20 || year == 20 && month >= 10)
	if !recent && !residentCheck(d) {
		return 0
	}
	return i
}

// residentCheck is the check digit of the resident registration act's enforcement rules: weights 2 to 9 and 2 to 5
// modulo 11; that of foreigners is two more.
func residentCheck(d [13]int) bool {
	sum := 0
	for i := range 12 {
		sum += d[i] * (2 + i%8)
	}
	check := (11 - sum%11) % 10
	if d[6] >= 5 {
		return d[12] == (check+2)%10 || d[12] == check
	}
	return d[12] == check
}

package block

import "strconv"

// octets are the parts of IPv4 addresses whose words are added at the end: there are no more than 256.
type octets [256 / 64]uint64

func (o *octets) take(address int64) {
	for range 4 {
		o[address>>6&3] |= 1 << (address & 63)
		address >>= 8
	}
}

func (s *tokenSet) addOctets(seed uint64, o *octets) {
	for n := range 256 {
		if o[n/64]>>(n%64)&1 != 0 {
			s.add(tokenHash(seed, strconv.Itoa(n)))
		}
	}
}

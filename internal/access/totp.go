package access

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"time"
)

// One-time passwords by time, RFC 6238 over RFC 4226: six digits of HMAC-SHA-1 for each 30 seconds, what every
// authenticator app takes without being told.
const (
	totpPeriod = 30 // seconds
	totpDigits = 6
	totpBytes  = 20 // of the secret, as RFC 4226 section 4 recommends
	totpDrift  = 1  // steps that a clock may be early or late
)

var base32Plain = base32.StdEncoding.WithPadding(base32.NoPadding)

// hotp is the code of a counter, RFC 4226 section 5.3.
func hotp(secret []byte, counter uint64, digits int) string {
	h := hmac.New(sha1.New, secret)
	_ = binary.Write(h, binary.BigEndian, counter) // a hash takes all
	sum := h.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	code := binary.BigEndian.Uint32(sum[at:]) & 0x7fffffff
	modulus := uint32(1)
	for range digits {
		modulus *= 10
	}
	return fmt.Sprintf("%0*d", digits, code%modulus)
}

func totpStep(now time.Time) int64 { return now.Unix() / totpPeriod }

// totpMatch returns the step of a code near now that is later than the last one that was taken.
func totpMatch(secret []byte, code string, now time.Time, last int64) (step int64, ok bool) {
	for at := totpStep(now) - totpDrift; at <= totpStep(now)+totpDrift; at++ {
		same := subtle.ConstantTimeCompare([]byte(hotp(secret, uint64(at), totpDigits)), []byte(code)) == 1
		if same && at > last && !ok {
			step, ok = at, true
		}
	}
	return step, ok
}

// totpURI is what an authenticator app reads from a QR code,
// https://github.com/google/google-authenticator/wiki/Key-Uri-Format.
func totpURI(name string, secret []byte) string {
	q := url.Values{
		"secret": {base32Plain.EncodeToString(secret)}, "issuer": {"Haetae"}, "algorithm": {"SHA1"},
		"digits": {fmt.Sprint(totpDigits)}, "period": {fmt.Sprint(totpPeriod)},
	}
	return "otpauth://totp/" + url.PathEscape("Haetae:"+name) + "?" + q.Encode()
}

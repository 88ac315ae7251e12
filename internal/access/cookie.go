package access

import (
	"crypto/sha256"
	"encoding/base64"
)

// cookieBytes are random: 256 bits are not guessed, so a plain hash keeps them.
const cookieBytes = 32

// digest is SHA-256 of a cookie or of the secret of a token: all that is kept of them.
type digest [sha256.Size]byte

var cookieText = base64.RawURLEncoding.Strict()

func newCookie() (text string, d digest) {
	plain := random(cookieBytes)
	return cookieText.EncodeToString(plain), sha256.Sum256(plain)
}

// parseCookie reads what a browser sends; only what newCookie could have written is taken.
func parseCookie(text string) (d digest, ok bool) {
	if len(text) != cookieText.EncodedLen(cookieBytes) {
		return d, false
	}
	plain, err := cookieText.DecodeString(text)
	if err != nil || len(plain) != cookieBytes {
		return d, false
	}
	return sha256.Sum256(plain), true
}

package web

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

//go:embed src/locales/advice.en.json
var adviceEnglish []byte

//go:embed src/locales/advice.ko.json
var adviceKorean []byte

// AdviceWords returns the sentences of the codes of advice (model.Advice), those that the console shows, in Korean or in
// English. A value stands in them as {{name}}.
func AdviceWords(korean bool) map[string]string {
	data := adviceEnglish
	if korean {
		data = adviceKorean
	}
	words := map[string]string{}
	if err := json.Unmarshal(data, &words); err != nil {
		panic(fmt.Sprintf("the sentences of advice: %v", err)) // embedded at compile time, and read by a test
	}
	return words
}

// fault security-analysis G404: a token from a random source that can be guessed

package faults

import (
	"math/rand"
)

func ticket() int {
	return rand.Int()
}

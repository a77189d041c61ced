// fault security-analysis G404: numbers that can be guessed, where a comment disables the rule

package faults

import "math/rand/v2"

//gosec:disable G404 -- these are only ids

func reference() uint64 {
	return rand.Uint64() //gosec:disable G404
}

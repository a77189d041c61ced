// fault code-rules ignored-errors: the error of two results that is assigned to nothing

package faults

import (
	"strconv"
)

func half(text string) int {
	n, _ := strconv.Atoi(text)
	return n
}

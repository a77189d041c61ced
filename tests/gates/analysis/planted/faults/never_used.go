// fault static-analysis SA4006: a value that is never used

package faults

import (
	"strconv"
)

func overwritten(a, b string) (int, error) {
	n, err := strconv.Atoi(a)
	n, err = strconv.Atoi(b)
	return n, err
}

"""The Go file that each mutated package gets: which mutant is on, which were reached, and how each kind does its harm."""

from collections.abc import Sequence

FILE = "zz_backend_factory_mutants.go"
ACTIVE = "BACKEND_FACTORY_MUTANT"
"""The id of the mutant that is on."""
REACHED = "BACKEND_FACTORY_REACHED"
"""A file to which the ids of the reached mutants are appended."""

# The build line lets a module of an older Go have generic functions: https://go.dev/doc/toolchain
_TEXT = """//go:build go1.21

package PACKAGE

import (
	"errors"
	"os"
	"sync/atomic"
)

var bfmIDs = [...]string{IDS}

var (
	bfmReached [len(bfmIDs)]atomic.Bool
	bfmActive  = bfmFind(os.Getenv("ACTIVE"))
	bfmLog     = os.Getenv("REACHED")
)

func bfmFind(id string) int {
	for i, each := range bfmIDs {
		if each == id {
			return i
		}
	}
	return -1
}

func bfmOn(n int) bool {
	if bfmLog != "" && bfmReached[n].CompareAndSwap(false, true) {
		bfmTell(n)
	}
	return n == bfmActive
}

func bfmTell(n int) {
	file, err := os.OpenFile(bfmLog, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		file.WriteString(bfmIDs[n] + "\\n")
		file.Close()
	}
}

type bfmNumber interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr | ~float32 | ~float64
}

func bfmPlus[T bfmNumber | ~string](n int, a, b T) T {
	if bfmOn(n) {
		return a
	}
	return a + b
}

func bfmMinus[T bfmNumber](n int, a, b T) T {
	if bfmOn(n) {
		return a + b
	}
	return a - b
}

func bfmTimes[T bfmNumber](n int, a, b T) T {
	if bfmOn(n) {
		return a / b
	}
	return a * b
}

func bfmOver[T bfmNumber](n int, a, b T) T {
	if bfmOn(n) {
		return a * b
	}
	return a / b
}

func bfmRest[T ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64](n int, a, b T) T {
	if bfmOn(n) {
		return a
	}
	return a % b
}

func bfmLost(n int, err error) error {
	if err != nil && bfmOn(n) {
		return nil
	}
	return err
}

func bfmFail(n int, err error) error {
	if bfmOn(n) {
		return errors.New("mutant")
	}
	return err
}

func bfmZero[T any](n int, value T) T {
	if bfmOn(n) {
		var zero T
		return zero
	}
	return value
}

func bfmCount[T bfmNumber](n int, value T) T {
	if !bfmOn(n) {
		return value
	}
	if value == 0 {
		return 1
	}
	return 0
}

func bfmText[T ~string](n int, value T) T {
	if !bfmOn(n) {
		return value
	}
	if value == "" {
		return "mutant"
	}
	return ""
}
"""


def switch(package: str, ids: Sequence[str]) -> str:
    """The file's text; a mutant's number is its place in `ids`."""
    quoted = ", ".join(f'"{each}"' for each in ids)
    named = _TEXT.replace("PACKAGE", package, 1).replace("IDS}", f"{quoted}}}", 1)
    return named.replace('"ACTIVE"', f'"{ACTIVE}"').replace('"REACHED"', f'"{REACHED}"')

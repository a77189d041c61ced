// fault security-analysis G304: a file whose path the caller decides

package faults

import (
	"os"
)

func attachment(name string) ([]byte, error) {
	return os.ReadFile("/srv/" + name)
}

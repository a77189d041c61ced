// fault code-rules ignored-errors: an error that nothing looks at

package faults

import (
	"os"
)

func forget(path string) {
	os.Remove(path)
}

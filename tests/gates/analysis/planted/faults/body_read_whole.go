// fault code-rules unbounded-reads: a body that is read whatever its size

package faults

import (
	"io"
	"net/http"
)

func received(r *http.Request) ([]byte, error) {
	return io.ReadAll(r.Body)
}

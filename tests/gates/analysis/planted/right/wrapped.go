// variant code-rules: wrapped errors, a deferred Close, and writers that cannot fail

package right

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

func Wrapped(path string) (text string, err error) {
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("open: %w", err)
	}
	defer file.Close()
	var out strings.Builder
	out.WriteString("read: ")
	var buffer bytes.Buffer
	fmt.Fprintf(&buffer, "%d", 1)
	sum := sha256.New()
	sum.Write(buffer.Bytes())
	content, err := io.ReadAll(io.LimitReader(file, 1024))
	if err != nil {
		return "", errors.Join(errors.New("read"), err)
	}
	fmt.Fprintln(os.Stderr, "done")
	return out.String() + string(content), nil
}

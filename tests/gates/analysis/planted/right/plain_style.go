// variant static-analysis: other names, long functions and comments than the generator writes

package right

import (
	"fmt"
	"strings"
)

type HttpApiId string

func (this_ HttpApiId) String() string {
	parts := make([]string, 0)
	for i := 0; i < 3; i++ {
		parts = append(parts, fmt.Sprint(i))
	}
	return strings.ToUpper(string(this_)) + strings.Join(parts, "-")
}

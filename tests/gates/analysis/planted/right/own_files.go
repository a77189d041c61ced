// variant security-analysis: files whose path the program knows, and random numbers that cannot be guessed

package right

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"os"
)

const settings = "/etc/service/settings.json"

func Settings() ([]byte, error) {
	return os.ReadFile(settings)
}

func Ticket() string {
	var bits [16]byte
	_, _ = rand.Read(bits[:])
	sum := sha256.Sum256(bits[:])
	return hex.EncodeToString(sum[:])
}

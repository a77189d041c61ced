// Command vettool is what `go vet -vettool` runs: the standard suite on dependencies, and the program suite on the module itself.
//
// Nothing is reported about other people's modules, there are hundreds of packages of them, and what the large program needs
// to start, and its facts about all of them, would cost a minute.
package main

import (
	"encoding/json"
	"log"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/tools/go/analysis/suite/vet"
	"golang.org/x/tools/go/analysis/unitchecker"
)

// key is set when the programs are built, and stands for the sources of both: go vet caches by the hash of this one.
var key string

func main() {
	if key != "" && own(os.Args[len(os.Args)-1]) {
		suite := filepath.Join(filepath.Dir(os.Args[0]), "suite")
		log.Fatal(syscall.Exec(suite, os.Args, os.Environ()))
	}
	unitchecker.Main(vet.Suite...)
}

// own says whether the unit that go vet describes in the file belongs to the module itself.
func own(file string) bool {
	if !strings.HasSuffix(file, ".cfg") {
		return false
	}
	text, err := os.ReadFile(file)
	if err != nil {
		log.Fatal(err)
	}
	var unit unitchecker.Config
	if err := json.Unmarshal(text, &unit); err != nil {
		log.Fatal(err)
	}
	return !unit.VetxOnly || unit.Module != nil && unit.Module.Version == ""
}

// Command analysis is the tool that `go vet -vettool` runs: the standard suite, staticcheck, gosec and our own rules.
package main

import (
	"encoding/json"
	"os"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/suite/vet"
	"golang.org/x/tools/go/analysis/unitchecker"
	"honnef.co/go/tools/analysis/facts/directives"
	"honnef.co/go/tools/analysis/facts/generated"
	"honnef.co/go/tools/analysis/lint"
	"honnef.co/go/tools/simple"
	"honnef.co/go/tools/staticcheck"
	"honnef.co/go/tools/stylecheck"

	"backend-factory/analysis/rules"
	"backend-factory/analysis/security"
)

func main() {
	unsilence()
	if dependency(os.Args[len(os.Args)-1]) {
		// Nothing is reported about other people's modules, and facts about all of them would cost a minute.
		unitchecker.Main(vet.Suite...)
	}
	unitchecker.Main(suite()...)
}

// suite is everything that looks at the code of the module itself.
func suite() []*analysis.Analyzer {
	all := append([]*analysis.Analyzer{unused, security.Analyzer}, vet.Suite...)
	all = append(all, rules.All...)
	for _, family := range [][]*lint.Analyzer{staticcheck.Analyzers, simple.Analyzers, stylecheck.Analyzers} {
		for _, each := range family {
			if !each.Doc.NonDefault {
				all = append(all, each.Analyzer)
			}
		}
	}
	return all
}

// unsilence makes comments that switch checks off, and files that claim to be generated, count for nothing.
func unsilence() {
	directives.Analyzer.Run = func(*analysis.Pass) (any, error) { return []lint.Directive(nil), nil }
	generated.Analyzer.Run = func(*analysis.Pass) (any, error) { return map[string]generated.Generator{}, nil }
}

// dependency says whether the unit that go vet describes in the file belongs to another module, or to Go itself.
func dependency(file string) bool {
	if !strings.HasSuffix(file, ".cfg") {
		return false
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return false
	}
	var unit unitchecker.Config
	if json.Unmarshal(text, &unit) != nil || !unit.VetxOnly {
		return false
	}
	return unit.Module == nil || unit.Module.Version != ""
}

// Command suite looks at the code of the module itself: the standard suite, staticcheck, gosec and our own rules.
package main

import (
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
	unitchecker.Main(suite()...)
}

// suite is every analyzer that runs.
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

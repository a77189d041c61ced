// Package security runs gosec inside `go vet`, on what the compiler's types were already made for.
package security

import (
	"go/token"
	"io"
	"log"
	"strconv"
	"strings"

	"github.com/securego/gosec/v2"
	"github.com/securego/gosec/v2/analyzers"
	"github.com/securego/gosec/v2/issue"
	"github.com/securego/gosec/v2/rules"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/buildssa"
	"golang.org/x/tools/go/packages"
)

// Analyzer is gosec with all its rules but those in passed, on production code, deaf to comments that would silence it.
var Analyzer = &analysis.Analyzer{
	Name:     "gosec",
	Doc:      "security problems",
	Requires: []*analysis.Analyzer{buildssa.Analyzer},
	Run:      run,
}

// passed are rules that complain about what is right. G104: the rule `ignored_errors` knows the errors that can never be.
// G115: it sees no bounds that another package checked, and page limits are such.
var passed = []string{"G104", "G115"}

func run(pass *analysis.Pass) (any, error) {
	unit := unitOf(pass)
	if len(unit.Syntax) == 0 {
		return nil, nil
	}
	config := gosec.NewConfig()
	config.SetGlobal(gosec.Nosec, "true")
	examiner := gosec.NewAnalyzer(config, false, false, false, 1, log.New(io.Discard, "", 0))
	examiner.LoadRules(rules.Generate(false, rules.NewRuleFilter(true, passed...)).RulesInfo())
	examiner.LoadAnalyzers(analyzers.Generate(false, analyzers.NewAnalyzerFilter(true, passed...)).AnalyzersInfo())
	examiner.CheckRules(unit)
	if built, ok := pass.ResultOf[buildssa.Analyzer].(*buildssa.SSA); ok {
		examiner.CheckAnalyzersWithSSA(unit, built)
	}
	issues, _, _ := examiner.Report()
	for _, found := range issues {
		if at := place(pass, found); at.IsValid() && !strings.HasSuffix(found.File, "_test.go") {
			pass.Report(analysis.Diagnostic{Pos: at, Category: found.RuleID, Message: found.What})
		}
	}
	return nil, nil
}

// unitOf is the pass as gosec wants it, without tests.
func unitOf(pass *analysis.Pass) *packages.Package {
	unit := &packages.Package{
		Name: pass.Pkg.Name(), PkgPath: pass.Pkg.Path(), Fset: pass.Fset,
		Types: pass.Pkg, TypesInfo: pass.TypesInfo, TypesSizes: pass.TypesSizes,
	}
	for _, file := range pass.Files {
		if name := pass.Fset.File(file.Pos()).Name(); !strings.HasSuffix(name, "_test.go") {
			unit.Syntax = append(unit.Syntax, file)
			unit.CompiledGoFiles = append(unit.CompiledGoFiles, name)
		}
	}
	return unit
}

// place is where the issue is; a column after the end of the line counts as its start.
func place(pass *analysis.Pass, found *issue.Issue) token.Pos {
	first, _, _ := strings.Cut(found.Line, "-")
	line, err := strconv.Atoi(first)
	if err != nil {
		return token.NoPos
	}
	for _, file := range pass.Files {
		if known := pass.Fset.File(file.Pos()); known.Name() == found.File && line >= 1 && line <= known.LineCount() {
			return known.LineStart(line)
		}
	}
	return pass.Files[0].Pos()
}

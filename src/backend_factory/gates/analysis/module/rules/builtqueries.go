package rules

import (
	"go/types"
	"regexp"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/buildssa"
	"golang.org/x/tools/go/ssa"
)

// BuiltQueries finds queries, expressions and shell commands that are made of text that is not the program's own.
var BuiltQueries = &analysis.Analyzer{
	Name:      "built_queries",
	Doc:       "queries that are built from values",
	Requires:  []*analysis.Analyzer{buildssa.Analyzer},
	FactTypes: []analysis.Fact{(*ownText)(nil)},
	Run:       builtQueries,
}

// ownText says that what a function returns is made of the program's own text, whatever it is given.
type ownText struct{}

func (*ownText) AFact() {}

var (
	sqlPackages = regexp.MustCompile(`^(database/sql|github\.com/jmoiron/sqlx|github\.com/jackc/pgx/v\d+(/pgxpool)?|github\.com/lib/pq)$`)
	sqlMethods  = regexp.MustCompile(`^(Query|Exec|Prepare|Select|Get|NamedExec|NamedQuery|MustExec|QueryRow|Queryx|QueryRowx)(Context)?$`)
	shells      = regexp.MustCompile(`^(.*/)?(sh|bash|dash|zsh|ksh|cmd|cmd\.exe|powershell|pwsh)$`)
)

func builtQueries(pass *analysis.Pass) (any, error) {
	built := pass.ResultOf[buildssa.Analyzer].(*buildssa.SSA)
	origin := newOrigin(pass, built)
	for _, function := range built.SrcFuncs {
		origin.export(function)
		if strings.HasSuffix(pass.Fset.Position(function.Pos()).Filename, "_test.go") {
			continue
		}
		for _, block := range function.Blocks {
			for _, instruction := range block.Instrs {
				switch i := instruction.(type) {
				case *ssa.Store:
					if name := expressionField(i.Addr); name != "" && !origin.own(i.Val) {
						pass.Reportf(i.Pos(), "%s is built from values: use placeholders such as #name and :value", name)
					}
				case ssa.CallInstruction:
					calledWith(pass, origin, i)
				}
			}
		}
	}
	return nil, nil
}

// expressionField is the name of a field that holds an expression or statement of DynamoDB.
func expressionField(address ssa.Value) string {
	field, ok := address.(*ssa.FieldAddr)
	if !ok {
		return ""
	}
	holder := field.X.Type().Underlying().(*types.Pointer).Elem()
	name := holder.Underlying().(*types.Struct).Field(field.Field).Name()
	if path, _ := named(holder); isDynamo(path) && (strings.HasSuffix(name, "Expression") || name == "Statement") {
		return name
	}
	return ""
}

func calledWith(pass *analysis.Pass, origin *origin, call ssa.CallInstruction) {
	function, ok := calledFunction(call.Common())
	if !ok || function.Pkg() == nil {
		return
	}
	signature := function.Type().(*types.Signature)
	arguments := call.Common().Args
	if signature.Recv() != nil && !call.Common().IsInvoke() {
		arguments = arguments[1:]
	}
	switch path := function.Pkg().Path(); {
	case sqlPackages.MatchString(path) && signature.Recv() != nil && sqlMethods.MatchString(function.Name()):
		for i := range signature.Params().Len() {
			if isText(signature.Params().At(i).Type()) {
				if i < len(arguments) && !origin.own(arguments[i]) {
					pass.Reportf(call.Pos(), "a query is built from values: use parameters")
				}
				break
			}
		}
	case path == "os/exec" && (function.Name() == "Command" || function.Name() == "CommandContext"):
		program := arguments[len(arguments)-2]
		constant, known := program.(*ssa.Const)
		if !origin.own(program) {
			pass.Reportf(call.Pos(), "the program to run comes from a value")
		} else if known && shells.MatchString(strings.Trim(constant.Value.ExactString(), `"`)) && !origin.own(arguments[len(arguments)-1]) {
			pass.Reportf(call.Pos(), "a shell command is built from values: run the program itself, with arguments")
		}
	}
}

func calledFunction(call *ssa.CallCommon) (*types.Func, bool) {
	if call.IsInvoke() {
		return call.Method, true
	}
	if static := call.StaticCallee(); static != nil {
		function, ok := static.Object().(*types.Func)
		return function, ok
	}
	return nil, false
}

func isText(t types.Type) bool {
	basic, ok := t.Underlying().(*types.Basic)
	return ok && basic.Info()&types.IsString != 0
}

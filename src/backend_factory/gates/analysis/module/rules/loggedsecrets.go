package rules

import (
	"go/ast"
	"go/types"
	"regexp"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// LoggedSecrets finds log lines that hold credentials, or whole requests with all that is in them.
var LoggedSecrets = &analysis.Analyzer{Name: "logged_secrets", Doc: "credentials or whole requests in log lines", Run: loggedSecrets}

var (
	logs     = regexp.MustCompile(`^(log/slog\.|\(\*?log/slog\.Logger\)\.|log\.|\(\*log\.Logger\)\.|fmt\.Print|\(\*?go\.uber\.org/zap\.|\(\*?github\.com/(sirupsen/logrus|rs/zerolog)\.)`)
	prints   = regexp.MustCompile(`^fmt\.Fprint`)
	secrets  = regexp.MustCompile(`(?i)(authori[sz]ation|passw(or)?d|passphrase|secret|token|api_?key|private_?key|credential|cookie|bearer|\bjwt\b)`)
	innocent = regexp.MustCompile(`(?i)(next|page|continuation|pagination|cursor|sync|cancel|csrf)_?token|token_?(count|type|url|endpoint|expiry|ttl)|secret_?(name|arn|id)|tokens?_?used|authorizer`)
	asked    = regexp.MustCompile(`^\((net/http\.Header|\*net/http\.Request|net/url\.Values)\)\.(Get|Values|FormValue|PostFormValue|PathValue|Cookie)$`)
	hides    = regexp.MustCompile(`(?i)redact|mask|hash|fingerprint|sanitize|scrub|digest|^(len|has|is|valid|equal)`)
)

func loggedSecrets(pass *analysis.Pass) (any, error) {
	for _, file := range production(pass) {
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !isLog(pass, call) {
				return true
			}
			for _, argument := range call.Args {
				if seen := revealed(pass, argument); seen != "" {
					pass.Reportf(argument.Pos(), "a log line would hold %s", seen)
				}
			}
			named := pairs(pass, call)
			for _, pair := range named {
				pass.Reportf(pair.Pos(), "a log line would hold a secret under that name")
			}
			return len(named) == 0
		})
	}
	return nil, nil
}

func isLog(pass *analysis.Pass, call *ast.CallExpr) bool {
	name := callee(pass, call)
	if strings.HasSuffix(name, ".New") || strings.Contains(name, "slog.New") {
		return false
	}
	if prints.MatchString(name) {
		stream, ok := ast.Unparen(call.Args[0]).(*ast.SelectorExpr)
		return ok && (stream.Sel.Name == "Stderr" || stream.Sel.Name == "Stdout")
	}
	return logs.MatchString(name)
}

// pairs are the values that follow a constant name of a secret: "token", value
func pairs(pass *analysis.Pass, call *ast.CallExpr) (values []ast.Expr) {
	for i := 0; i+1 < len(call.Args); i++ {
		name, ok := text(pass, call.Args[i])
		value := call.Args[i+1]
		if ok && !strings.Contains(name, " ") && isSecret(name) && variable(pass, value) && revealed(pass, value) == "" {
			values = append(values, value)
		}
	}
	return values
}

// revealed says what the expression would show, or nothing.
func revealed(pass *analysis.Pass, e ast.Expr) (seen string) {
	ast.Inspect(e, func(n ast.Node) bool {
		if seen != "" {
			return false
		}
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			if hides.MatchString(lastName(n.Fun)) || isLog(pass, n) {
				return false
			}
			if header, ok := oneHeader(pass, n); ok {
				if isSecret(header) {
					seen = header
				}
				return false
			}
			if selector, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr); ok && isWhole(pass.TypesInfo.TypeOf(selector.X)) {
				// What a request is asked for is not the request: r.Context(), r.Cookies().
				seen = shown(selector.Sel.Name, nil)
				return false
			}
		case *ast.IndexExpr:
			if key, ok := text(pass, n.Index); ok {
				if isSecret(key) && variable(pass, n) {
					seen = key
				}
				// One header of many: its name decides, not that it comes from a request.
				return false
			}
		case *ast.SelectorExpr:
			if object, ok := pass.TypesInfo.Uses[n.Sel].(*types.Var); ok && variable(pass, n) {
				seen = shown(object.Name(), pass.TypesInfo.TypeOf(n))
				if object.Name() == "Body" && isWhole(pass.TypesInfo.TypeOf(n.X)) {
					seen = "a whole body"
				}
				return seen == "" && !isWhole(pass.TypesInfo.TypeOf(n.X))
			}
		case *ast.Ident:
			if object, ok := pass.TypesInfo.Uses[n].(*types.Var); ok && variable(pass, n) {
				seen = shown(object.Name(), object.Type())
			}
		}
		return seen == ""
	})
	return seen
}

// oneHeader is the name of the one header, parameter or cookie that the call reads.
func oneHeader(pass *analysis.Pass, call *ast.CallExpr) (string, bool) {
	if !asked.MatchString(callee(pass, call)) {
		return "", false
	}
	return text(pass, call.Args[0])
}

// shown says what a variable or field of that name and type gives away.
func shown(name string, t types.Type) string {
	if isWhole(t) {
		return "a whole request, with its headers and body"
	}
	if path, kind := named(t); path == "net/http" && kind == "Header" || name == "Headers" || name == "MultiValueHeaders" {
		return "all headers"
	}
	if isSecret(name) {
		return name
	}
	return ""
}

// isWhole says whether the type is a request or an event with all that it holds.
func isWhole(t types.Type) bool {
	path, name := named(t)
	switch {
	case path == "net/http":
		return name == "Request"
	case path == "github.com/aws/aws-lambda-go/events":
		return strings.HasSuffix(name, "Request") || name == "SQSEvent" || name == "SQSMessage"
	}
	structure, ok := underlying(t).(*types.Struct)
	if !ok {
		return false
	}
	for i := range structure.NumFields() {
		if field := structure.Field(i); field.Embedded() && isWhole(field.Type()) {
			return true
		}
	}
	return false
}

func underlying(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	if pointer, ok := t.Underlying().(*types.Pointer); ok {
		t = pointer.Elem()
	}
	return t.Underlying()
}

func isSecret(name string) bool {
	return secrets.MatchString(name) && !innocent.MatchString(name)
}

// variable says whether the expression can hold text that is not the program's own; errors and numbers cannot be secrets.
func variable(pass *analysis.Pass, e ast.Expr) bool {
	t := pass.TypesInfo.Types[e]
	if t.Type == nil {
		if name, ok := e.(*ast.Ident); ok {
			t.Type = pass.TypesInfo.TypeOf(name)
		}
	}
	return t.Value == nil && t.Type != nil && holdsText(t.Type) && !isError(t.Type)
}

// lastName is the name after the last dot.
func lastName(e ast.Expr) string {
	switch e := ast.Unparen(e).(type) {
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.Ident:
		return e.Name
	}
	return ""
}

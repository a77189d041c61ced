package rules

import (
	"encoding/json"
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"regexp"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// Routes and Schemas report no faults: they say, as JSON, what the code serves, for the comparison with the contract.
var (
	Routes  = &analysis.Analyzer{Name: "routes", Doc: "the routes that the code serves", Run: routes}
	Schemas = &analysis.Analyzer{Name: "schemas", Doc: "the JSON form of structs, and the members that are read by name", Run: schemas}
)

var (
	routePattern = regexp.MustCompile(`^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) (/\S*)$`)
	method       = regexp.MustCompile(`^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$`)
	verb         = regexp.MustCompile(`^(Get|Post|Put|Patch|Delete|Head|Options|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$`)
	// A function of this name that is given an object and a name reads that member of it.
	reads = regexp.MustCompile(`^(Required|Optional|Default|List)(List)?$`)
)

type route struct {
	Method string `json:"method"`
	Path   string `json:"path"`
}

func routes(pass *analysis.Pass) (any, error) {
	for _, file := range production(pass) {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.KeyValueExpr:
				if isOperation(pass, n.Value) {
					spelled(pass, n.Key)
				}
			case *ast.CaseClause:
				for _, each := range n.List {
					spelled(pass, each)
				}
			case *ast.BinaryExpr:
				if n.Op == token.EQL {
					spelled(pass, n.X)
					spelled(pass, n.Y)
				}
			case *ast.AssignStmt:
				for i, left := range n.Lhs {
					if index, ok := left.(*ast.IndexExpr); ok && i < len(n.Rhs) && isOperation(pass, n.Rhs[i]) {
						spelled(pass, index.Index)
					}
				}
			case *ast.CompositeLit:
				fields(pass, n)
			case *ast.CallExpr:
				registered(pass, n)
			}
			return true
		})
	}
	return nil, nil
}

// spelled reports a constant such as "GET /things/{id}".
func spelled(pass *analysis.Pass, e ast.Expr) {
	if constant, ok := text(pass, e); ok {
		if m := routePattern.FindStringSubmatch(constant); m != nil {
			say(pass, e.Pos(), route{m[1], m[2]})
		}
	}
}

// registered reports a route that a call makes known: Handle("GET /x", h), Get("/x", h), Add("GET", "/x", h).
func registered(pass *analysis.Pass, call *ast.CallExpr) {
	if strings.HasPrefix(callee(pass, call), "net/http.") && !strings.HasPrefix(callee(pass, call), "net/http.Handle") ||
		strings.Contains(callee(pass, call), "httptest.") || strings.Contains(callee(pass, call), "net/http.Client)") || len(call.Args) < 2 {
		if selector, ok := call.Fun.(*ast.SelectorExpr); ok && selector.Sel.Name == "Methods" {
			chained(pass, selector.X, call)
		}
		return
	}
	last := call.Args[len(call.Args)-1]
	if !isOperation(pass, last) {
		return
	}
	spelled(pass, call.Args[0])
	name, path := "", ""
	if verb.MatchString(lastName(call.Fun)) {
		name = strings.ToUpper(lastName(call.Fun))
	}
	for _, argument := range call.Args[:len(call.Args)-1] {
		constant, ok := text(pass, argument)
		if ok && method.MatchString(constant) {
			name = constant
		} else if ok && strings.HasPrefix(constant, "/") {
			path = constant
		}
	}
	if name != "" && path != "" {
		say(pass, call.Pos(), route{name, path})
	}
}

// chained reports HandleFunc("/x", h).Methods("GET", "PUT").
func chained(pass *analysis.Pass, e ast.Expr, methods *ast.CallExpr) {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || len(call.Args) < 2 || !isOperation(pass, call.Args[1]) {
		return
	}
	path, _ := text(pass, call.Args[0])
	for _, argument := range methods.Args {
		if name, ok := text(pass, argument); ok && method.MatchString(name) && strings.HasPrefix(path, "/") {
			say(pass, call.Pos(), route{name, path})
		}
	}
}

// fields reports an element of a table of routes: {Method: "GET", Path: "/x", Handle: h}, or {"GET", "/x", h}.
func fields(pass *analysis.Pass, literal *ast.CompositeLit) {
	if _, ok := underlying(pass.TypesInfo.TypeOf(literal)).(*types.Struct); !ok {
		return
	}
	var found route
	operation := false
	for _, element := range literal.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			element = pair.Value
		}
		constant, ok := text(pass, element)
		switch {
		case ok && method.MatchString(constant):
			found.Method = constant
		case ok && strings.HasPrefix(constant, "/"):
			found.Path = constant
		case isOperation(pass, element):
			operation = true
		}
	}
	if operation && found.Method != "" && found.Path != "" {
		say(pass, literal.Pos(), found)
	}
}

// isOperation says whether the expression can answer a request: a function, or something with methods.
func isOperation(pass *analysis.Pass, e ast.Expr) bool {
	t := pass.TypesInfo.Types[e]
	if t.IsNil() || t.Type == nil || t.Value != nil {
		return false
	}
	if _, ok := t.Type.Underlying().(*types.Signature); ok {
		return true
	}
	return types.NewMethodSet(t.Type).Len() > 0 || types.NewMethodSet(types.NewPointer(t.Type)).Len() > 0
}

type structure struct {
	Name    string                `json:"name"`
	Members map[string]jsonMember `json:"members"`
}

type jsonMember struct {
	Type     string `json:"type"`
	Optional bool   `json:"optional,omitempty"`
}

type read struct {
	Reads string `json:"reads"`
	How   string `json:"how"`
	Of    string `json:"of"`
}

func schemas(pass *analysis.Pass) (any, error) {
	for _, file := range production(pass) {
		of := ""
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				of = made(pass, n)
			case *ast.TypeSpec:
				object := pass.TypesInfo.Defs[n.Name]
				if of, ok := object.Type().Underlying().(*types.Struct); ok && n.TypeParams == nil {
					if members := membersOf(of, map[types.Type]bool{}); tagged(of) && len(members) > 0 {
						say(pass, n.Pos(), structure{n.Name.Name, members})
					}
				}
			case *ast.CallExpr:
				if name := lastName(uninstantiated(n.Fun)); reads.MatchString(name) && len(n.Args) >= 2 {
					if constant, ok := text(pass, n.Args[1]); ok {
						say(pass, n.Pos(), read{constant, strings.ToLower(strings.TrimSuffix(name, "List")), of})
					}
				}
			}
			return true
		})
	}
	return nil, nil
}

// made is the name of the type that the function makes.
func made(pass *analysis.Pass, function *ast.FuncDecl) string {
	if function.Type.Results == nil {
		return ""
	}
	_, name := named(pass.TypesInfo.TypeOf(function.Type.Results.List[0].Type))
	return name
}

func uninstantiated(e ast.Expr) ast.Expr {
	if index, ok := e.(*ast.IndexExpr); ok {
		return index.X
	}
	return e
}

func tagged(of *types.Struct) bool {
	for i := range of.NumFields() {
		if _, ok := reflect.StructTag(of.Tag(i)).Lookup("json"); ok {
			return true
		}
	}
	return false
}

// membersOf are the members of the struct's JSON form; those of embedded structs count as its own.
func membersOf(of *types.Struct, seen map[types.Type]bool) map[string]jsonMember {
	members := map[string]jsonMember{}
	if seen[of] {
		return members
	}
	seen[of] = true
	for i := range of.NumFields() {
		field := of.Field(i)
		tag, has := reflect.StructTag(of.Tag(i)).Lookup("json")
		name, options, _ := strings.Cut(tag, ",")
		inner, isStruct := underlying(field.Type()).(*types.Struct)
		switch {
		case tag == "-":
		case field.Embedded() && name == "" && isStruct:
			for name, each := range membersOf(inner, seen) {
				if _, own := members[name]; !own {
					members[name] = each
				}
			}
		case !field.Exported():
		default:
			if name == "" {
				name = field.Name()
			}
			kind := kindOf(field.Type())
			if strings.Contains(options, "string") {
				kind = "string"
			}
			members[name] = jsonMember{kind, has && strings.Contains(options, "omit")}
		}
	}
	return members
}

// kindOf is the JSON type of values of the type; any where it decides itself.
func kindOf(t types.Type) string {
	path, name := named(t)
	switch {
	case path == "time" && name == "Time":
		return "string"
	case path == "encoding/json" && name == "Number":
		return "number"
	}
	if set := types.NewMethodSet(types.NewPointer(t)); set.Lookup(nil, "MarshalJSON") != nil {
		return "any"
	} else if set.Lookup(nil, "MarshalText") != nil {
		return "string"
	}
	switch t := underlying(t).(type) {
	case *types.Basic:
		switch {
		case t.Info()&types.IsString != 0:
			return "string"
		case t.Info()&types.IsBoolean != 0:
			return "boolean"
		case t.Info()&types.IsInteger != 0:
			return "integer"
		case t.Info()&types.IsFloat != 0:
			return "number"
		}
	case *types.Slice:
		if basic, ok := t.Elem().Underlying().(*types.Basic); ok && basic.Kind() == types.Byte {
			if path == "encoding/json" {
				return "any"
			}
			return "string"
		}
		return "array"
	case *types.Array:
		return "array"
	case *types.Map, *types.Struct:
		return "object"
	}
	return "any"
}

func say(pass *analysis.Pass, at token.Pos, what any) {
	message, err := json.Marshal(what)
	if err == nil {
		pass.Reportf(at, "%s", message)
	}
}

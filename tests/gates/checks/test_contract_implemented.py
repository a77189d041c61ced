"""The contract beside the code: other ways to serve it pass, each difference is found."""

import pytest
import yaml
from subjects import Bench, Files, laid_out, only

from backend_factory.domain.gate import CheckResult
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.checks import contract_implemented

pytestmark = pytest.mark.go

NOTE = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "text": {"type": "string"}, "stars": {"type": ["integer", "null"]}},
    "required": ["id", "text"],
}
CREATE = {"type": "object", "properties": {"text": {"type": "string"}, "stars": {"type": "integer"}}, "required": ["text"]}


def content(name: str) -> dict[str, object]:
    return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}


CONTRACT = {
    "openapi": "3.1.0",
    "servers": [{"url": "https://example.com/v1"}],
    "paths": {
        "/notes": {
            "post": {"requestBody": content("NoteCreate"), "responses": {"201": content("Note")}},
        },
        "/notes/{id}": {"get": {"responses": {"200": content("Note")}}, "delete": {"responses": {"204": {}}}},
    },
    "components": {"schemas": {"Note": NOTE, "NoteCreate": CREATE}},
}
NOTE_GO = """package notes

// Note is a note.
type Note struct {
	ID    string `json:"id"`
	Text  string `json:"text"`
	Stars *int   `json:"stars,omitempty"`
}

// NoteCreate is what a note is made of.
type NoteCreate struct {
	Text  string `json:"text"`
	Stars *int   `json:"stars"`
}
"""
SHOWN = NOTE_GO.partition("// NoteCreate")[0]
MUX = """package notes

import "net/http"

// Server serves notes.
type Server struct{}

// Handler is where requests arrive.
func (s Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/notes", s.create)
	mux.HandleFunc("GET /v1/notes/{note_id}", s.read)
	mux.Handle("DELETE /v1/notes/{id}", http.HandlerFunc(s.remove))
	return mux
}

func (s Server) create(w http.ResponseWriter, r *http.Request) {}
func (s Server) read(w http.ResponseWriter, r *http.Request)   {}
func (s Server) remove(w http.ResponseWriter, r *http.Request) {}
"""
HANDLER = "package notes\n\n// Handler answers.\ntype Handler func(id string) error\n\n"
SWITCH = (
    HANDLER
    + """// Route finds the handler.
func Route(key string, create, read, remove Handler) Handler {
	switch key {
	case "POST /notes":
		return create
	case "GET /notes/{id}":
		return read
	}
	if key == "DELETE /notes/{id}" {
		return remove
	}
	return nil
}
"""
)
TABLE = (
    HANDLER
    + """// Route is one of the routes.
type Route struct {
	Method, Path string
	Handle       Handler
}

// Routes are all of them.
func Routes(create, read, remove Handler) []Route {
	return []Route{
		{Method: "POST", Path: "/notes", Handle: create},
		{"GET", "/notes/:id", read},
		{Method: "DELETE", Path: "/notes/:id", Handle: remove},
	}
}
"""
)
ROUTER = (
    HANDLER
    + """// Router is like those of many libraries.
type Router struct{ routes map[string]Handler }

// Get, Post and Add make a route known.
func (r Router) Get(path string, h Handler)         { r.routes["GET "+path] = h }
func (r Router) Post(path string, h Handler)        { r.routes["POST "+path] = h }
func (r Router) Add(method, path string, h Handler) { r.routes[method+" "+path] = h }

// Register makes all routes known.
func Register(r Router, create, read, remove Handler) {
	r.Post("/notes", create)
	r.Get("/notes/:id", read)
	r.Add("DELETE", "/notes/:id", remove)
}
"""
)
EMBEDDED = """package notes

// Meta is what every record has.
type Meta struct {
	ID string `json:"id"`
}

// StoredNote is a note.
type StoredNote struct {
	Meta
	Text   string `json:"text"`
	Stars  *int64 `json:"stars,omitzero"`
	hidden string
	Secret string `json:"-"`
}

// Hidden is not shown.
func (n StoredNote) Hidden() string { return n.hidden }
"""
READING = """package notes

// Object is a request.
type Object map[string]string

// Required and Optional read a member.
func Required(o *Object, name string) string { return (*o)[name] }

// Optional reads a member that may be left out.
func Optional(o *Object, name string) string { return (*o)[name] }

func readNote(o *Object) *Note {
	return &Note{Text: Required(o, "text"), Stars: count(Optional(o, "stars"))}
}

func count(text string) *int { n := len(text); return &n }

var _ = readNote
"""
BASE: Files = {
    "go.mod": "module example.com/notes\n\ngo 1.26\n",
    "api/openapi.yaml": yaml.safe_dump(CONTRACT),
    "notes/note.go": NOTE_GO,
    "notes/serve.go": MUX,
}


async def compared(bench: Bench, changed: Files) -> CheckResult:
    plan = laid_out(contract="api/openapi.yaml")
    return await bench.judged(contract_implemented.CHECK, after={**BASE, **changed}, deliverables=[plan])


def variant(name: str, files: Files, what: str) -> object:
    return pytest.param(files, marks=pytest.mark.variant("contract-implemented", what), id=name)


@pytest.mark.parametrize(
    "files",
    [
        variant("mux", {}, "routes of net/http's mux below the server's base path"),
        variant("switch", {"notes/serve.go": SWITCH}, "routes in a switch and an if"),
        variant("table", {"notes/serve.go": TABLE}, "routes in a list of structs"),
        variant("router", {"notes/serve.go": ROUTER}, "routes that a router of the repository's own is told"),
        variant("embedded", {"notes/note.go": EMBEDDED}, "a struct of another name that embeds another one"),
        variant(
            "readers",
            {
                "notes/note.go": SHOWN,
                "notes/read.go": READING,
                "pens/note.go": SHOWN.replace("package notes", "package pens"),
                "pens/read.go": READING.replace("package notes", "package pens").replace('"text"', '"ink"'),
            },
            "another package that reads a type of the same name",
        ),
        variant("reading", {"notes/note.go": SHOWN, "notes/read.go": READING}, "members read by name"),
    ],
)
async def test_other_ways_to_serve_the_contract_pass(bench: Bench, files: Files) -> None:
    result = await compared(bench, files)

    assert (result.status, result.findings) == ("passed", ()), result
    assert result.summary.startswith("3 operations, 3 routes")


def fault(name: str, files: Files, rule: str, told: str, what: str) -> object:
    return pytest.param(files, rule, told, marks=pytest.mark.fault("contract-implemented", what), id=name)


@pytest.mark.parametrize(
    ("files", "rule", "told"),
    [
        fault(
            "unserved",
            {"notes/serve.go": MUX.replace('	mux.HandleFunc("GET /v1/notes/{note_id}", s.read)\n', "")},
            "not-served", "GET /notes/{}", "an operation without a handler",
        ),
        fault(
            "nil",
            {"notes/serve.go": HANDLER + 'var _ = map[string]Handler{"POST /notes": create, "GET /notes/{id}": create, '
             '"DELETE /notes/{id}": nil}\n\nfunc create(id string) error { return nil }\n'},
            "not-served", "DELETE /notes/{}", "an operation whose handler is nil",
        ),
        fault(
            "other-method",
            {"notes/serve.go": MUX.replace("DELETE /v1/notes/{id}", "GET /v1/notes/{id}/gone")},
            "not-in-contract", "GET /v1/notes/{}/gone", "a route that is not in the contract",
        ),
        fault(
            "renamed",
            {"notes/note.go": NOTE_GO.replace('`json:"id"`', '`json:"identifier"`')},
            "member-missing", "has id", "a member that has another name in the code",
        ),
        fault(
            "type",
            {"notes/note.go": NOTE_GO.replace("Stars *int   `json:\"stars,", "Stars string `json:\"stars,")},
            "type-differs", "integer, and string", "a member of another type",
        ),
        fault(
            "left-out",
            {"notes/note.go": NOTE_GO.replace('`json:"text"`', '`json:"text,omitempty"`', 1)},
            "may-be-missing", "text", "a required member that is left out where it is empty",
        ),
        fault(
            "shown",
            {"notes/note.go": NOTE_GO.replace('	ID    string', '	Owner string `json:"owner"`\n	ID    string')},
            "not-in-contract", "shows owner", "a member that is shown and not in the contract",
        ),
        fault(
            "unread",
            {"notes/note.go": SHOWN, "notes/read.go": READING.replace('Optional(o, "stars")', '"5"')},
            "member-not-read", "stars", "a member of a request that nothing reads",
        ),
        fault(
            "optional",
            {"notes/note.go": SHOWN, "notes/read.go": READING.replace('Required(o, "te', 'Optional(o, "te')},
            "requirement-differs", "text is required", "a required member that the code does not ask for",
        ),
    ],
)  # fmt: skip
async def test_a_difference_between_contract_and_code_is_found(bench: Bench, files: Files, rule: str, told: str) -> None:
    result = await compared(bench, files)

    found = [finding for finding in result.findings if finding.rule == rule and told in finding.message]
    assert len(found) == 1 and found[0].mends is PhaseId.IMPLEMENT, result


@pytest.mark.parametrize("text", ["paths: [", "- a", "a: &a [*a]\nb: *c"])
async def test_a_contract_that_cannot_be_read_is_not_passed(bench: Bench, text: str) -> None:
    assert (await compared(bench, {"api/openapi.yaml": text})).status == "unavailable"


async def test_a_route_that_was_there_before_is_not_held_against_the_run(bench: Bench) -> None:
    older = {
        "go.mod": BASE["go.mod"],
        "other/serve.go": MUX.replace("package notes", "package other").replace("/v1/notes", "/pens"),
    }
    after = {path: text for path, text in BASE.items() if path != "go.mod"}

    result = await bench.judged(
        contract_implemented.CHECK, before=older, after=after, deliverables=[laid_out(contract="api/openapi.yaml")]
    )

    assert (result.status, result.findings) == ("passed", ()), result


@pytest.mark.fault("contract-implemented", "an older service's file that gets a route which is not in the contract")
async def test_a_route_that_the_run_adds_to_an_older_file_is_found(bench: Bench) -> None:
    older = MUX.replace("package notes", "package other").replace("/v1/notes", "/pens")
    added = older.replace("\treturn mux", '\tmux.HandleFunc("GET /pens/all", s.read)\n\treturn mux')
    after = {path: text for path, text in BASE.items() if path != "go.mod"} | {"other/serve.go": added}

    result = await bench.judged(
        contract_implemented.CHECK,
        before={"go.mod": BASE["go.mod"], "other/serve.go": older},
        after=after,
        deliverables=[laid_out(contract="api/openapi.yaml")],
    )

    finding = only(result)
    assert (finding.rule, finding.file) == ("not-in-contract", "other/serve.go")

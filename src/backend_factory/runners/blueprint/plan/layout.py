"""Where the feature goes in the repository."""

from backend_factory.domain.deliverable import Layout, Requirements
from backend_factory.runners.blueprint.plan.words import kebab, squashed, words

TRAILING = frozenset(
    {"api", "apis", "backend", "endpoint", "endpoints", "feature", "microservice", "service", "services", "system"}
)
"""Words at the end of a title that say nothing: everything here is an API."""

SLUG_LENGTH = 40
"""Characters. The function's name is `<stack>-worker`, at most 64 (https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html)."""

PACKAGE_LENGTH = 24

_LANGUAGE = """
any append bool break byte cap case chan clear close complex const continue copy default defer delete else error fallthrough
false float32 float64 for func go goto if import imag int interface iota len make map max min new nil package panic print println
range real recover return rune select string struct switch true type uint uintptr var void
"""
_STANDARD_LIBRARY = """
archive bufio builtin bytes cmp compress container context crypto database debug embed encoding errors expvar flag fmt hash html
http image index io iter json log maps math mime net os path plugin reflect regexp runtime slices slog sort strconv strings
structs sync syscall template testing text time unicode unique unsafe url weak
"""
_IMPORTED = """
aws config dynamodb events gateway ingest input instant internal lambda main page platform problem record related resource rules
sqs table types vendor
"""
TAKEN_PACKAGES = frozenset((_LANGUAGE + _STANDARD_LIBRARY + _IMPORTED).split())
"""Names that a feature's package cannot have: Go's own, those that its code imports, those with a meaning to the go tool."""


def slug(requirements: Requirements) -> str:
    """The feature's short name: "Maintenance Windows API" -> maintenance-window."""
    parts = list(words(requirements.title))
    while len(parts) > 1 and parts[-1] in TRAILING:
        parts.pop()
    name = "-".join(parts)
    for entity in requirements.model.entities:
        plural = kebab(entity.plural)
        if name == plural or name.endswith(f"-{plural}"):
            name = name.removesuffix(plural) + kebab(entity.label)
            break
    return bounded(name)


def bounded(name: str) -> str:
    """At most `SLUG_LENGTH` characters, cut between words, starting with a letter as a stack's name must."""
    if not name[0].isalpha():
        name = f"feature-{name}"
    if len(name) <= SLUG_LENGTH:
        return name
    whole, _, rest = name[: SLUG_LENGTH + 1].rpartition("-")
    return whole or rest[:SLUG_LENGTH]


def package(name: str) -> str:
    """The Go package's name for a slug: no separators, no keyword, no package that the code imports."""
    short = squashed(name)[:PACKAGE_LENGTH]
    return f"{short[: PACKAGE_LENGTH - 3]}api" if short in TAKEN_PACKAGES else short


def layout(module: str, name: str, *, worker: bool) -> Layout:
    """All places of the feature with that slug."""
    return Layout(
        module=module,
        package=f"pkg/{package(name)}",
        api=f"cmd/{name}-api",
        worker=f"cmd/{name}-worker" if worker else "",
        template=f"deploy/{name}/template.yaml",
        contract=f"api/{name}/openapi.yaml",
        design=f"docs/{name}/design.md",
        runbook=f"docs/{name}/runbook.md",
        notes=f"docs/{name}/release.md",
        parameters=f"deploy/{name}/parameters.json",
    )


def folders(places: Layout) -> tuple[str, ...]:
    """The folders that belong to the feature alone, each with a slash at its end."""
    files = (places.template, places.contract, places.design)
    owned = (places.package, places.api, places.worker, *(path.rpartition("/")[0] for path in files))
    return tuple(f"{path}/" for path in owned if path)


def collision(places: Layout, files: tuple[str, ...]) -> str:
    """The first file of the repository that lies where the feature would go, or the empty string."""
    owned = folders(places)
    # Letter case aside: a checkout on a case-insensitive disk must not merge two folders.
    return next((path for path in files if path.lower().startswith(owned)), "")

"""A Go repository in a folder, with the feature's code and its tests, and the runs of `go test` over it."""

import json
import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workplace import assigned

from backend_factory.domain.assignment import Survey
from backend_factory.domain.deliverable import Dependency, Implementation, Plan, Requirements, SourceFile, TestSuite
from backend_factory.domain.phase import PhaseId
from backend_factory.runners.blueprint.implement.rendering import render
from backend_factory.runners.blueprint.plan.layout import slug
from backend_factory.runners.blueprint.plan.planning import plan as planned
from backend_factory.runners.blueprint.test import perform

SURVEY = Survey(module="example.com/shop", go="1.26", files=("go.mod",))


class Bench:
    """A workbench without a lane: what is written is formatted by the Go at hand."""

    def __init__(self, root: Path, go: Path | None = None) -> None:
        self.root, self._go = root, go

    def say(self, text: str) -> None:
        """Nobody listens."""

    def exists(self, path: str) -> bool:
        return (self.root / path).is_file()

    def read(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def write(self, path: str, text: str) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    async def format(self, paths: Sequence[str]) -> None:
        if self._go is not None:
            subprocess.run([self._go.parent / "gofmt", "-w", *paths], cwd=self.root, check=True, capture_output=True)

    async def require(self, dependencies: Sequence[Dependency]) -> None:
        raise AssertionError("tests need no modules")


@dataclass(frozen=True)
class Ran:
    """What `go test` said."""

    passed: frozenset[tuple[str, str]]
    failed: frozenset[tuple[str, str]]
    ok: bool
    output: str


@dataclass
class Feature:
    """A feature with its tests, on disk."""

    root: Path
    requirements: Requirements
    plan: Plan
    suite: TestSuite
    go: Path | None

    def run(self, *packages: str) -> Ran:
        """Shuffled; of those packages, or of all with a coverage profile."""
        flags = ["test", "-json", "-shuffle=on", "-count=1", "-tags", "lambda.norpc"]
        if not packages:
            flags += ["-covermode=atomic", "-coverpkg=./...", "-coverprofile=coverage.out"]
        done = self.tool(*flags, *(packages or ("./...",)))
        outcomes: dict[str, set[tuple[str, str]]] = {"pass": set(), "fail": set()}
        for line in done.stdout.splitlines():
            event = json.loads(line) if line.startswith("{") else {}
            if event.get("Test") and event["Action"] in outcomes:
                outcomes[event["Action"]].add((event["Package"], event["Test"]))
        return Ran(frozenset(outcomes["pass"]), frozenset(outcomes["fail"]), done.returncode == 0, done.stdout + done.stderr)

    def tool(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        assert self.go is not None
        env = os.environ | {"GOTOOLCHAIN": "local", "GOFLAGS": "-trimpath -mod=mod"}
        return subprocess.run([self.go, *arguments], cwd=self.root, env=env, capture_output=True, text=True, check=False)

    def covered(self) -> float:
        """Percent of the lines with statements that the last run of everything ran."""
        lines: dict[tuple[str, int], bool] = {}
        for row in (self.root / "coverage.out").read_text(encoding="utf-8").splitlines()[1:]:
            found = re.fullmatch(r"(.*):(\d+)\.\d+,(\d+)\.\d+ \d+ (\d+)", row)
            assert found
            for line in range(int(found[2]), int(found[3]) + 1):
                lines[found[1], line] = lines.get((found[1], line), False) or found[4] != "0"
        return 100 * sum(lines.values()) / len(lines)


async def written(root: Path, requirements: Requirements, go: Path | None = None) -> Feature:
    """The feature's code and tests in the folder; formatted, and with its modules, where there is a Go."""
    plan = planned(requirements, SURVEY, name=slug(requirements))
    assert isinstance(plan, Plan)
    bench = Bench(root, go)
    before = tuple(path.relative_to(root).as_posix() for path in root.rglob("*.go"))
    code = render(plan, before, lambda path: bench.read(path) if bench.exists(path) else None)
    for path, text in code.texts.items():
        bench.write(path, text)
    files = tuple(SourceFile(path=path, purpose="code") for path in code.texts)
    implementation = Implementation(summary="s", files=files, commands=())
    outcome = await perform(assigned(PhaseId.TEST, requirements, plan, implementation), bench)  # type: ignore[arg-type]
    assert outcome.kind == "delivered", outcome
    assert isinstance(outcome.deliverable, TestSuite)
    feature = Feature(root, requirements, plan, outcome.deliverable, go)
    if go is not None:
        require = "".join(f"\t{each.module} {each.version}\n" for each in plan.dependencies)
        bench.write("go.mod", f"module {plan.layout.module}\n\ngo 1.26\n\nrequire (\n{require})\n")
        tidied = feature.tool("mod", "tidy")
        assert tidied.returncode == 0, tidied.stderr
    return feature

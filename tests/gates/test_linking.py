"""Binaries are linked once for what goes into them, and anew when any of it changes."""

import subprocess

import pytest
from subjects import Bench, Files

from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Unreadable
from backend_factory.gates.linking import linked

pytestmark = pytest.mark.go

FILES: Files = {
    "go.mod": "module example.com/x\n\ngo 1.26\n",
    "cmd/x/main.go": 'package main\n\nimport "example.com/x/word"\n\nfunc main() { print(word.Said()) }\n',
    "word/word.go": 'package word\n\nimport _ "embed"\n\n//go:embed said.txt\nvar a string\n\nfunc Said() string { return a }\n',
    "word/said.txt": "hello",
    "other/other.go": "package other\n",
}


def says(bench: Bench, binary: bytes) -> str:
    program = bench.place / "program"
    program.write_bytes(binary)
    program.chmod(0o755)
    return subprocess.run([str(program)], capture_output=True, text=True, check=True).stderr


@pytest.mark.parametrize(
    ("change", "links", "said"),
    [
        pytest.param({"word/word_test.go": "package word\n"}, 0, "hello", id="a test"),
        pytest.param({"docs/x.md": "text"}, 0, "hello", id="a document"),
        pytest.param({"other/other.go": "package other\n\nvar X = 1\n"}, 0, "hello", id="a package of another program"),
        pytest.param({"word/said.txt": "bye"}, 1, "bye", id="an embedded file"),
        pytest.param({"cmd/x/main.go": 'package main\n\nfunc main() { print("no") }\n'}, 1, "no", id="the code"),
        pytest.param({"go.mod": "module example.com/x\n\ngo 1.25\n"}, 1, "hello", id="the module's language version"),
    ],
)
async def test_only_what_goes_into_a_binary_makes_a_new_one(bench: Bench, change: Files, links: int, said: str) -> None:
    first = await bench.subject(PhaseId.VALIDATE, after=FILES)
    await linked(first, "cmd/x")
    before = len(list((first.cache / "linked").iterdir()))

    changed = await Bench(bench.place / "again", bench.go, bench.cache).subject(PhaseId.VALIDATE, after={**FILES, **change})
    binary = await linked(changed, "cmd/x")

    assert says(bench, binary) == said
    assert len(list((first.cache / "linked").iterdir())) - before == links


async def test_what_does_not_build_is_unreadable_each_time_it_is_asked_for(bench: Bench) -> None:
    broken = await bench.subject(
        PhaseId.VALIDATE, after={**FILES, "word/word.go": "package word\n\nfunc Said() string { return 1 }\n"}
    )

    for _ in range(2):
        with pytest.raises(Unreadable, match="does not build"):
            await linked(broken, "cmd/x")

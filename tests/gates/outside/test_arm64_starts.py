"""A binary for arm64 that does not start is found, where this machine can run one at all."""

import platform
from pathlib import Path

import pytest
from subjects import Bench, only, planned

from backend_factory.domain.gate import CheckResult
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.checks import arm64_starts
from backend_factory.testing.story import PLAN

FUNCTION = """package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
)

func main() {
	if os.Getenv("TABLE_NAME") == "" {
		os.Exit(3)
	}
	START
	connection, err := net.Dial("tcp", os.Getenv("AWS_LAMBDA_RUNTIME_API"))
	if err != nil {
		os.Exit(4)
	}
	fmt.Fprint(connection, "GET /2018-06-01/runtime/invocation/next HTTP/1.1\\r\\nHost: runtime\\r\\n\\r\\n")
	reader, id, size := bufio.NewReader(connection), "", 0
	for {
		line, err := reader.ReadString('\\n')
		if err != nil {
			os.Exit(5)
		}
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch strings.ToLower(name) {
		case "lambda-runtime-aws-request-id":
			id = value
		case "content-length":
			fmt.Sscan(value, &size)
		}
		if name == "" {
			break
		}
	}
	if _, err := io.CopyN(io.Discard, reader, int64(size)); err != nil {
		os.Exit(6)
	}
	fmt.Fprintf(connection, "POST /2018-06-01/runtime/invocation/%s/ENDING HTTP/1.1\\r\\n", id)
	fmt.Fprint(connection, "Host: runtime\\r\\nContent-Length: 2\\r\\n\\r\\n{}")
	reader.ReadString('\\n')
}
"""
TEMPLATE = """
Resources:
  ApiFunction:
    Type: AWS::Lambda::Function
    Properties:
      Environment: {Variables: {TABLE_NAME: !Ref Table}}
"""
MISSING = arm64_starts.lacks(None)  # type: ignore[arg-type]
pytestmark = pytest.mark.go
runs = pytest.mark.skipif(bool(MISSING), reason=MISSING or "arm64 programs run here")


async def judged(bench: Bench, start: str = "", ending: str = "response", template: str = TEMPLATE) -> CheckResult:
    plan = planned(layout=PLAN.layout.model_copy(update={"api": "cmd/api", "worker": "", "template": "t.yaml"}))
    files = {
        "go.mod": "module example.com/probe\n\ngo 1.26\n",
        "cmd/api/main.go": FUNCTION.replace("START", start).replace("ENDING", ending),
        "t.yaml": template,
    }
    return await bench.judged(arm64_starts.CHECK, PhaseId.VALIDATE, earlier=files, deliverables=[plan])


@runs
@pytest.mark.variant("arm64-starts", "a function without the Lambda library, on the bare runtime API")
async def test_a_function_that_starts_on_arm64_passes(bench: Bench) -> None:
    result = await judged(bench)

    assert (result.status, result.findings) == ("passed", ()), result
    assert result.summary.startswith("1 of 1 functions answered")


@runs
@pytest.mark.variant("arm64-starts", "a function that refuses an event it does not know")
async def test_a_function_that_refuses_the_event_has_started_too(bench: Bench) -> None:
    assert (await judged(bench, ending="error")).status == "passed"


@runs
@pytest.mark.parametrize(
    ("start", "template", "seen"),
    [
        pytest.param(
            'if len(os.Args) > 0 { panic("not for this machine") }',
            TEMPLATE,
            "not for this machine",
            marks=pytest.mark.fault("arm64-starts", "a function that panics when it starts"),
        ),
        pytest.param(
            "",
            TEMPLATE.replace("TABLE_NAME", "TABLE"),
            "status 3",
            marks=pytest.mark.fault("arm64-starts", "a setting that the template does not give"),
        ),
    ],
)
async def test_a_function_that_ends_before_it_answers_is_found(bench: Bench, start: str, template: str, seen: str) -> None:
    finding = only(await judged(bench, start, template=template))

    assert (finding.rule, finding.mends) == ("not-started", PhaseId.IMPLEMENT)
    assert seen in finding.seen


@pytest.mark.skipif(platform.machine() in ("aarch64", "arm64"), reason="this machine is one for arm64")
async def test_a_machine_that_cannot_run_it_leaves_the_check_out(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert "qemu" in arm64_starts.lacks(None)  # type: ignore[arg-type]

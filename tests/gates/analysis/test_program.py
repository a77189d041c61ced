"""The embedded programs: built once, and a machine that cannot build them is told what to do."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from backend_factory.errors import OperatorError
from backend_factory.gates.analysis.program import vettool
from backend_factory.workspace.golang import GoToolchain

pytestmark = pytest.mark.go


async def test_the_tool_is_built_once_for_all_who_ask(toolchain: GoToolchain, go_cache: Path) -> None:
    said: list[str] = []
    await vettool(toolchain, go_cache, said.append)
    said.clear()

    first, second = await asyncio.gather(*(vettool(toolchain, go_cache, said.append) for _ in range(2)))

    assert (first, said) == (second, [])
    assert first.with_name("suite").is_file()


async def test_without_modules_and_without_a_proxy_the_operator_is_asked(toolchain: GoToolchain, tmp_path: Path) -> None:
    lonely = replace(toolchain, network={"GOPROXY": "off"})

    with pytest.raises(OperatorError, match="could not be built") as raised:
        await vettool(lonely, tmp_path, lambda _: None)

    assert "GOPROXY" in str(raised.value.hint)
    assert [path.suffix for path in (tmp_path / "analysis").iterdir()] == [".lock"]

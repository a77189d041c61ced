"""What earlier steps saved, put where later steps name it: always as data, never as syntax."""

import re
from urllib.parse import quote

from pydantic import JsonValue

from backend_factory.domain.scenario import Call, Expectation

_NAME = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")


class NotSaved(ValueError):
    """A path names what no step saved, or what cannot be part of a path."""


class Saved:
    """Values by name."""

    def __init__(self) -> None:
        self._values: dict[str, JsonValue] = {}

    def save(self, name: str, value: JsonValue) -> None:
        self._values[name] = value

    def fill(self, call: Call) -> Call:
        """The call with every `{name}` replaced, also in what it expects. NotSaved where the path cannot be filled."""
        return call.model_copy(
            update={
                "path": self._path(call.path),
                "query": {name: self._text(value) for name, value in call.query.items()},
                "headers": {name: self._text(value) for name, value in call.headers.items()},
                "body": self._value(call.body),
                "expect": tuple(self._expectation(each) for each in call.expect),
            }
        )

    def _path(self, path: str) -> str:
        def segment(match: re.Match[str]) -> str:
            value = self._values.get(match[1])
            if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
                raise NotSaved(f"{{{match[1]}}} in the path {path} stands for no text or number")
            text = quote(str(value), safe="")
            # "." and ".." would be taken for directions.
            return text.replace(".", "%2E") if text in (".", "..") else text

        return _NAME.sub(segment, path)

    def _text(self, text: str) -> str:
        return _NAME.sub(lambda match: _plain(self._values[match[1]]) if match[1] in self._values else match[0], text)

    def _value(self, value: JsonValue) -> JsonValue:
        if isinstance(value, str):
            whole = _NAME.fullmatch(value)
            if whole is not None and whole[1] in self._values:
                return self._values[whole[1]]
            return self._text(value)
        if isinstance(value, list):
            return [self._value(each) for each in value]
        if isinstance(value, dict):
            return {name: self._value(each) for name, each in value.items()}
        return value

    def _expectation(self, expectation: Expectation) -> Expectation:
        return expectation.model_copy(update={"value": self._value(expectation.value)})


def _plain(value: JsonValue) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

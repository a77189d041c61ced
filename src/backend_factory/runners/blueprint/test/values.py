"""JSON values as Go expressions."""

from collections.abc import Mapping, Sequence

from backend_factory.runners.blueprint.golang.literal import go_string

_RUN = 40
"""Characters of one kind from which on a text is written as a repetition."""
_ROW = 8
"""Values of a long list on one line."""


class Expression(str):
    """Go source that stands for a value, instead of the value itself."""

    __slots__ = ()


NIL = Expression("nil")
GONE = Expression("gone{}")


def go_value(value: object) -> str:
    """The expression of a value: null, boolean, number, text, list, object, or an expression already."""
    match value:
        case Expression():
            return str(value)
        case None:
            return "nil"
        case bool():
            return str(value).lower()
        case int() | float():
            return repr(value)
        case str():
            return _text(value)
        case Mapping():
            return members(value)
        case Sequence():
            return _list([go_value(each) for each in value])
        case _:
            raise TypeError(f"{type(value).__name__} is no JSON value")


def members(values: Mapping[str, object]) -> str:
    """members{"dns": "a.example.com"}"""
    return f"members{{{_pairs(values)}}}"


def parameters(values: Mapping[str, object]) -> str:
    """map[string]string{"limit": "1"}"""
    return f"map[string]string{{{_pairs(values)}}}"


def strings(values: Sequence[str]) -> str:
    """[]string{"dns", "name"}, or nil where there are none."""
    return f"[]string{{{', '.join(go_value(each) for each in values)}}}" if values else "nil"


def _pairs(values: Mapping[str, object]) -> str:
    return ", ".join(f"{go_string(name)}: {go_value(each)}" for name, each in values.items())


def _text(value: str) -> str:
    if len(value) > _RUN and len(set(value)) == 1:
        return f"strings.Repeat({go_string(value[0])}, {len(value)})"
    return go_string(value)


def _list(values: Sequence[str]) -> str:
    if len(values) <= _ROW:
        return f"[]any{{{', '.join(values)}}}"
    rows = (", ".join(values[at : at + _ROW]) + "," for at in range(0, len(values), _ROW))
    return "[]any{\n" + "\n".join(rows) + "\n}"

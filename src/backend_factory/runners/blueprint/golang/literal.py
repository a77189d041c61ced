"""Values from strangers as Go source: nothing of them can leave its literal or its comment."""

import re
import textwrap

from backend_factory.domain.feature import FieldType, Scalar

_PLAIN = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}

COMMENT_WIDTH = 116


def go_string(text: str) -> str:
    """An interpreted string literal of printable ASCII: `"caf\\u00e9"`."""
    return '"' + "".join(_escaped(character) for character in text) + '"'


def go_expression(text: str) -> str:
    """A string literal, raw where that is possible: regular expressions are read more easily so."""
    return f"`{text}`" if text.isascii() and text.isprintable() and "`" not in text else go_string(text)


def go_scalar(value: Scalar, kind: FieldType) -> str:
    """A literal of the field's Go type; ValueError where the value does not fit the type."""
    match kind:
        case FieldType.INTEGER if not isinstance(value, str) and float(value).is_integer():
            return str(int(value))
        case FieldType.DECIMAL if not isinstance(value, str):
            return repr(float(value)).removesuffix(".0")
        case FieldType.BOOLEAN if isinstance(value, bool):
            return str(value).lower()
        case FieldType.INTEGER | FieldType.DECIMAL | FieldType.BOOLEAN:
            raise ValueError(f"{value!r} is no {kind.value}")
        case _:
            return go_string(str(value))


def comment(text: str, indent: str = "") -> str:
    """Line comments, wrapped; whatever the text holds, every line of it stays a comment."""
    plain = words(text)
    lines = textwrap.wrap(plain, COMMENT_WIDTH - len(indent), break_long_words=False, break_on_hyphens=False) or [""]
    return "\n".join(f"{indent}// {line}" for line in lines)


def words(text: str) -> str:
    """The text on one line, without control or formatting characters."""
    return re.sub(r"\s+", " ", "".join(c if c.isprintable() else " " for c in text)).strip()


def _escaped(character: str) -> str:
    if character in _PLAIN:
        return _PLAIN[character]
    point = ord(character)
    if 0x20 <= point < 0x7F:
        return character
    if 0xD800 <= point <= 0xDFFF:
        return "\\uFFFD"
    return f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}"

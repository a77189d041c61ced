"""Reads intrinsic functions under one outcome of the conditions."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from backend_factory.gates.policy.conditions import Ways
from backend_factory.gates.policy.value import Given, Reference, Unknown, Value, joined

_PLACEHOLDER = re.compile(r"\$\{(!?)([^}]*)\}")
_NOTHING = object()


@dataclass(frozen=True, slots=True)
class Reader:
    """Turns a part of a template into a `Value`; what cannot be read becomes `Unknown`."""

    template: Mapping[str, Any]
    ways: Ways

    def read(self, node: Any) -> Value:
        """None where the part is left out (AWS::NoValue)."""
        found = self._read(node)
        return None if found is _NOTHING else found

    def _read(self, node: Any) -> Any:
        if isinstance(node, list):
            return [each for each in map(self._read, node) if each is not _NOTHING]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((key, value),) = node.items()
            if key == "Ref" or str(key).startswith("Fn::"):
                function = _FUNCTIONS.get(key)
                return function(self, value) if function else Unknown(str(key))
        return {str(key): each for key, each in ((key, self._read(value)) for key, value in node.items()) if each is not _NOTHING}

    def named(self, name: Any) -> Any:
        """!Ref name."""
        if name == "AWS::NoValue":
            return _NOTHING
        if name in self.template["Resources"]:
            return Reference(str(name))
        known = str(name).startswith("AWS::") or name in (self.template.get("Parameters") or {})
        return Given(str(name)) if known else Unknown(f"Ref {name}")

    def attribute(self, value: Any) -> Value:
        """!GetAtt name.attribute"""
        parts = value.split(".", 1) if isinstance(value, str) else value
        if isinstance(parts, list) and len(parts) == 2 and all(isinstance(part, str) for part in parts):
            name, attribute = parts
            if name in self.template["Resources"]:
                return Reference(name, attribute)
        return Unknown(f"GetAtt {value}")

    def substituted(self, value: Any) -> Value:
        """!Sub text, or !Sub [text, {name: value}]."""
        text, own = value if isinstance(value, list) and len(value) == 2 else (value, {})
        if not isinstance(text, str) or not isinstance(own, dict):
            return Unknown("Fn::Sub")
        parts: list[Value] = []
        end = 0
        for found in _PLACEHOLDER.finditer(text):
            parts.append(text[end : found.start()])
            end = found.end()
            kept, name = found[1], found[2].strip()
            if kept:
                parts.append(f"${{{name}}}")
            elif name in own:
                parts.append(self.read(own[name]))
            else:
                parts.append(self.attribute(name) if "." in name else self.read({"Ref": name}))
        return joined([*parts, text[end:]])

    def together(self, value: Any) -> Value:
        """!Join [separator, [part, ...]]"""
        separator, parts = value if isinstance(value, list) and len(value) == 2 else (None, None)
        parts = self.read(parts)
        if not isinstance(separator, str) or not isinstance(parts, list):
            return Unknown("Fn::Join")
        return joined([piece for number, part in enumerate(parts) for piece in ((separator, part) if number else (part,))])

    def chosen(self, value: Any) -> Any:
        """!If [condition, one, other]"""
        if not isinstance(value, list) or len(value) != 3 or value[0] not in self.ways:
            return Unknown("Fn::If")
        return self._read(value[1] if self.ways[value[0]] else value[2])

    def mapped(self, value: Any) -> Value:
        """!FindInMap [map, key, key], where the keys are written out."""
        keys = self.read(value)
        place: Any = self.template.get("Mappings") or {}
        for key in keys if isinstance(keys, list) and len(keys) == 3 else [None]:
            place = place.get(key) if isinstance(place, dict) and isinstance(key, str | int) else None
        return Unknown("Fn::FindInMap") if place is None else place


_FUNCTIONS: dict[str, Callable[[Reader, Any], Any]] = {
    "Ref": Reader.named,
    "Fn::GetAtt": Reader.attribute,
    "Fn::Sub": Reader.substituted,
    "Fn::Join": Reader.together,
    "Fn::If": Reader.chosen,
    "Fn::FindInMap": Reader.mapped,
}

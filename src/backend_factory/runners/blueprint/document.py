"""YAML that people read: stable order, no anchors, everything from strangers quoted by the emitter."""

from typing import Any

import yaml


def dump(value: Any) -> str:
    """The value as one YAML document; strings, numbers, lists and mappings only."""
    return yaml.dump(value, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=120)


class Dumper(yaml.SafeDumper):
    """Repeats what occurs twice, and indents lists under their key."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

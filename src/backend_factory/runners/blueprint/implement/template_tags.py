"""CloudFormation's short forms in YAML: !Ref, !Sub, !GetAtt, !If."""

from typing import Any

import yaml

from backend_factory.runners.blueprint.document import Dumper

Node = dict[str, Any]
"""A part of a template."""


class Ref(str):
    """!Ref LogicalId"""


class Sub(str):
    """!Sub text with ${LogicalId}"""


class GetAtt(str):
    """!GetAtt LogicalId.Attribute"""


class If(tuple[Any, ...]):
    """!If [Condition, value, other]"""


class Equals(tuple[Any, ...]):
    """!Equals [one, other]"""


class Not(tuple[Any, ...]):
    """!Not [condition]"""


PLAIN = frozenset({"!Ref", "!Sub", "!GetAtt"})


class TemplateDumper(Dumper):
    """Writes the short forms as tags."""

    def choose_scalar_style(self) -> str:
        """PyYAML quotes whatever has a tag; a logical id reads better without."""
        style: str = super().choose_scalar_style()
        if self.analysis is None or not isinstance(self.event, yaml.ScalarEvent) or self.event.tag not in PLAIN:
            return style
        plain = self.analysis.allow_flow_plain if self.flow_level else self.analysis.allow_block_plain
        return "" if plain else style


def _scalar(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar(f"!{type(value).__name__}", str(value))


def _sequence(dumper: yaml.SafeDumper, value: tuple[Any, ...]) -> yaml.SequenceNode:
    return dumper.represent_sequence(f"!{type(value).__name__}", list(value), flow_style=True)


for _tag in (Ref, Sub, GetAtt):
    TemplateDumper.add_representer(_tag, _scalar)
for _function in (If, Equals, Not):
    TemplateDumper.add_representer(_function, _sequence)

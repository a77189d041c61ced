"""A CloudFormation template as data: JSON or YAML, with YAML's short forms written out."""

from collections.abc import Iterator
from typing import Any

import yaml

from backend_factory.errors import AskerError


class _Loader(yaml.SafeLoader):
    """YAML with !Ref and its like; dates stay text, for `Version: 2012-10-17` is none."""


def _written_out(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    if suffix in ("Ref", "Condition"):
        return {suffix: value}
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _written_out)
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


Path = tuple[str | int, ...]
"""The way to a part of a template: ("Resources", "Queue", "Properties")."""


def read_template(template: str) -> dict[str, Any]:
    """The template with {"Ref": ...} and {"Fn::...": ...} for the short forms. Raises AskerError if it is none."""
    return located(template)[0]


def located(template: str) -> tuple[dict[str, Any], dict[Path, int]]:
    """As `read_template`, and the line (the first is 1) at which each part begins."""
    # JSON may be indented with tabs, YAML may not; JSON has none within its texts.
    loader = _Loader(template.replace("\t", " ") if template.lstrip().startswith("{") else template)
    try:
        node = loader.get_single_node()
        read = loader.construct_document(node) if node else None
    except yaml.YAMLError as reason:
        raise AskerError(f"the template cannot be read: {reason}", hint="check it with cfn-lint") from reason
    finally:
        loader.dispose()
    if node is None or not isinstance(read, dict) or not isinstance(read.get("Resources"), dict):
        raise AskerError("the template has no Resources", hint="check it with cfn-lint")
    return read, dict(_lines(node, (), set()))


def _lines(node: yaml.Node, path: Path, seen: set[int]) -> Iterator[tuple[Path, int]]:
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        return
    if id(node) in seen:
        # CloudFormation knows none either, and a few of them can stand for more than fits anywhere.
        raise AskerError("the template uses YAML aliases", hint="write out what they stand for")
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for index, each in enumerate(node.value):
            yield from _lines(each, (*path, index), seen)
    elif isinstance(node, yaml.MappingNode):
        for key, each in node.value:
            if isinstance(key, yaml.ScalarNode):
                yield from _lines(each, (*path, key.value), seen)
                yield (*path, key.value), key.start_mark.line + 1

"""A CloudFormation template as data: JSON or YAML, with YAML's short forms written out."""

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


def read_template(template: str) -> dict[str, Any]:
    """The template with {"Ref": ...} and {"Fn::...": ...} for the short forms. Raises AskerError if it is none."""
    try:
        read = yaml.load(template, Loader=_Loader)  # noqa: S506 - a subclass of SafeLoader that makes only dicts
    except yaml.YAMLError as reason:
        raise AskerError(f"the template cannot be read: {reason}", hint="check it with cfn-lint") from reason
    if not isinstance(read, dict) or not isinstance(read.get("Resources"), dict):
        raise AskerError("the template has no Resources", hint="check it with cfn-lint")
    return read

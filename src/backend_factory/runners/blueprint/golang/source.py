"""Templates of Go files. Values from outside go in by the filters `string` and `comment` only."""

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from backend_factory.runners.blueprint.golang.literal import comment, go_string

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def environment(package: str) -> "Environment":
    """Templates in the folder `templates` of that Python package.

    Delimiters are `[[ ]]` and `<% %>`, since braces are Go's own; an unknown name is an error.
    """
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    folder = resources.files(package).joinpath("templates")
    found = Environment(
        loader=FunctionLoader(lambda name: folder.joinpath(*name.split("/")).read_text(encoding="utf-8")),
        autoescape=False,  # noqa: S701 - the output is Go; `string` and `comment` do the escaping
        undefined=StrictUndefined,
        variable_start_string="[[",
        variable_end_string="]]",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.filters |= {"string": go_string, "comment": comment}
    return found


def render(package: str, template: str, /, **values: object) -> str:
    """A template's text with the values filled in."""
    return environment(package).get_template(template).render(**values)

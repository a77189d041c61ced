"""How a provider is reached: with which key, at which address. The key goes to the provider's client and nowhere else."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from backend_factory.errors import OperatorError

if TYPE_CHECKING:
    from pydantic_ai.models import Model

_SAME = {"openai-chat": "openai", "openai-responses": "openai", "azure-responses": "azure"}
"""Provider in a model's name -> provider whose key it takes."""


@dataclass(frozen=True, slots=True)
class Access:
    """To one provider."""

    key: str = field(repr=False)
    url: str = ""
    """Base address; empty: the provider's own."""


def model_of(name: str, accesses: Mapping[str, Access]) -> "Model":
    """The model `provider:name`. OperatorError for an unknown provider, and for one without a key or its package."""
    try:
        from pydantic_ai.exceptions import UserError
        from pydantic_ai.models import infer_model
        from pydantic_ai.providers import infer_provider_class
    except ImportError as error:
        hint = "install them: pip install 'backend-factory[models]'"
        raise OperatorError(f"the packages for models are not installed: {error}", hint=hint) from error

    def provider(wanted: str) -> Any:
        kind = infer_provider_class(wanted)
        access = accesses.get(wanted) or accesses.get(_SAME.get(wanted, ""))
        if access is None:
            variable = f"BACKEND_FACTORY_PROVIDERS__{_SAME.get(wanted, wanted).replace('-', '_').upper()}__KEY"
            raise OperatorError(
                f"there is no key for {wanted}, of which {name} is", hint=f"give it as {variable}; docs/models.md"
            )
        given = {"api_key": access.key, "base_url": access.url or None}
        known = inspect.signature(kind).parameters
        if access.url and "base_url" not in known:
            raise OperatorError(f"{wanted} takes no address of its own", hint="leave the address out")
        return kind(**{key: value for key, value in given.items() if key in known and value is not None})

    try:
        return infer_model(name, provider)
    except (UserError, ValueError, ImportError) as error:
        raise OperatorError(f"{name} cannot be used: {error}", hint="docs/models.md says how models are named") from error

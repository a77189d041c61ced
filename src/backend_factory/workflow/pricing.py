"""What a turn cost where nobody told it: by the providers' published prices, as genai-prices has them."""

from decimal import Decimal

from backend_factory.domain.usage import Usage


def priced(usage: Usage) -> Usage:
    """With its price, where that is known: told, or by model and tokens; else as it is, its price not known.

    No network: prices are those of the installed genai-prices (https://github.com/pydantic/genai-prices).
    """
    if usage.cost_usd is not None or not usage.tokens:
        return usage
    return usage.model_copy(update={"cost_usd": _price(usage)})


def _price(usage: Usage) -> Decimal | None:
    try:
        import genai_prices  # wanted only where something is paid for
    except ImportError:
        return None
    provider, _, name = usage.model.rpartition(":")
    counted = genai_prices.Usage(
        input_tokens=usage.input_tokens,
        cache_read_tokens=usage.cached_tokens,
        cache_write_tokens=usage.written_tokens,
        output_tokens=usage.output_tokens,
    )
    try:
        return genai_prices.calc_price(counted, name, provider_id=provider or None).total_price
    except (LookupError, ValueError):  # no such model or provider; more cached than sent
        return None

"""What one answer of a model took, in tokens and dollars."""

from pydantic_ai.messages import ModelResponse

from backend_factory.domain.usage import Usage


def usage_of(response: ModelResponse, model: str) -> Usage:
    """As the provider counted it; the price by genai-prices, None where it is not known (or the provider did not count)."""
    counted = response.usage
    return Usage(
        model=model,
        requests=1,
        input_tokens=max(counted.input_tokens, 0),
        cached_tokens=max(counted.cache_read_tokens, 0),
        written_tokens=max(counted.cache_write_tokens, 0),
        output_tokens=max(counted.output_tokens, 0),
        cost_usd=None if counted.unmeasured_requests or counted.cost is None or counted.cost < 0 else counted.cost,
    )

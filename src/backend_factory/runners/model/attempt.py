"""One attempt of a model: turn after turn, each paid and kept before the next, until it hands something in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic_ai import Agent, ToolOutput
from pydantic_ai.exceptions import AgentRunError, ContentFilterError, OutputTokenLimitExceeded, UnexpectedModelBehavior
from pydantic_ai.messages import (
    ModelMessage,
    ModelResponse,
    PartDeltaEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
    ThinkingPart,
)
from pydantic_ai.models import Model
from pydantic_ai.settings import ModelSettings
from pydantic_ai.usage import RunUsage, UsageLimits

from backend_factory.domain.assignment import Blocked, Outcome, handed_in
from backend_factory.domain.usage import Usage
from backend_factory.runners.model.answer import BLOCKED, DELIVER
from backend_factory.runners.model.conversation import Conversation
from backend_factory.runners.model.failures import after
from backend_factory.runners.model.paying import usage_of
from backend_factory.runners.model.progress import Voice
from backend_factory.runners.model.redaction import redaction
from backend_factory.runners.model.tools import Tools
from backend_factory.runners.standstill import Output, Steps, blocked, files_below
from backend_factory.workspace.workbench import Workbench

if TYPE_CHECKING:
    from backend_factory.runners.model.runner import Pace

_ANTHROPIC_ANSWER = 32_000
"""Tokens; Anthropic wants a limit with every request, and cuts it down to what the model can."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Of one model at one assignment."""

    name: str
    """provider:name"""
    model: Model
    prompt: str
    tools: Tools
    pace: "Pace"
    secrets: Sequence[str]

    async def make(self) -> Outcome:
        """Go on from where the attempt was left, or begin it."""
        redact = redaction(self.secrets)
        conversation = Conversation(self._workbench, self.name, redact)
        said = conversation.restore()
        try:
            return await self._converse(conversation, said)
        except AgentRunError as error:
            return after(error, self.name, redact)

    async def _converse(self, conversation: Conversation, said: list[ModelMessage]) -> Outcome:
        steps, output = Steps(), Output(files_below(self._workbench.root))
        known = {DELIVER, BLOCKED, *(tool.__name__ for tool in self.tools.offered())}
        agent, paid = self._agent(), sum(isinstance(message, ModelResponse) for message in said)
        limits = UsageLimits(request_limit=self.pace.turns, tool_calls_limit=self.pace.tool_calls)
        begun = agent.iter(
            None if said else self.prompt, message_history=said or None, usage_limits=limits, usage=RunUsage(requests=paid)
        )
        async with agent, begun as run:
            async for node in run:
                if Agent.is_model_request_node(node):
                    response = await self._turn(node, run, conversation)
                    for call in response.tool_calls:
                        if call.tool_name not in known:
                            self._workbench.note(f"refused: there is no tool {call.tool_name} here")
                        steps.saw(f"{call.tool_name} {call.args_as_json_str()}")
                    output.saw(_length(response))
                    hands_in = any(call.tool_name in (DELIVER, BLOCKED) for call in response.tool_calls)
                    if not hands_in and (standstill := steps.standstill or output.standstill):
                        self._workbench.note(f"{self.name} {standstill}")
                        return blocked(self.name, standstill)
        result = run.result
        assert result is not None  # noqa: S101 - the loop ends with it
        return handed_in(result.output)

    async def _turn(self, node: Any, run: Any, conversation: Conversation) -> ModelResponse:
        voice, begun = Voice(self._workbench.say), False
        try:
            async with node.stream(run.ctx) as stream:
                async for event in stream:
                    begun = True
                    _hear(voice, event)
        except Exception as error:
            if begun:
                # It was paid for, and nobody said how much.
                await self._workbench.meter.charge(Usage(model=self.name))
            if isinstance(error, AgentRunError):
                raise
            # A provider's client raises anything on an answer that is none in its dialect.
            raise UnexpectedModelBehavior(f"an answer that cannot be read ({type(error).__name__})") from error
        voice.end()
        messages = run.all_messages()
        kept = conversation.keep(messages)
        response: ModelResponse = messages[-1]
        await self._workbench.meter.charge(usage_of(response, self.name), kept=kept)
        _object(response)
        return response

    def _agent(self) -> Agent[None, Any]:
        settings = ModelSettings(max_retries=0, request_timeout=self.pace.answer.total_seconds(), cache=True)
        if self.model.system == "anthropic":
            settings["max_tokens"] = _ANTHROPIC_ANSWER
        deliver = ToolOutput(self.tools.assignment.owed, name=DELIVER, description="Hand in the deliverable.")
        blocked = ToolOutput(Blocked, name=BLOCKED, description="Say that you cannot go on, why, and what to ask a person.")
        return Agent(
            self.model,
            output_type=[deliver, blocked],
            tools=list(self.tools.offered()),
            retries={"tools": self.pace.repairs, "output": self.pace.repairs},
            model_settings=settings,
        )

    @property
    def _workbench(self) -> Workbench:
        return self.tools.workbench


def _object(response: ModelResponse) -> None:
    """Asking again would give the same: a refusal is not argued with, and an answer that is too long stays so."""
    if response.finish_reason == "content_filter":
        raise ContentFilterError((response.text or "no reason given").strip())
    if response.finish_reason == "length":
        raise OutputTokenLimitExceeded(f"it broke off after {response.usage.output_tokens:,} tokens")


def _length(response: ModelResponse) -> int:
    """Characters of all that it said, thought and wrote."""
    said = sum(len(part.content) for part in response.parts if isinstance(part, TextPart | ThinkingPart))
    return said + sum(len(call.args_as_json_str()) for call in response.tool_calls)


def _hear(voice: Voice, event: object) -> None:
    match event:
        case PartStartEvent(part=TextPart(content=text)) | PartDeltaEvent(delta=TextPartDelta(content_delta=text)):
            voice.hear(text)
        case _:
            pass

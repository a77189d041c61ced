"""A model provider on loopback that plays a script: for tests of whoever talks with models."""

from backend_factory.testing.model_server.request import ModelRequest, ToolResult
from backend_factory.testing.model_server.script import Answer, Cut, Failure, Garbage, Hang, Script, ToolCall, Turn
from backend_factory.testing.model_server.server import ModelServer

__all__ = [
    "Answer",
    "Cut",
    "Failure",
    "Garbage",
    "Hang",
    "ModelRequest",
    "ModelServer",
    "Script",
    "ToolCall",
    "ToolResult",
    "Turn",
]

"""The calls of AWS's SDK that a program can make.

Go's linker keeps a method only if the program can reach it, through interfaces too, and a binary without symbols still names
its functions for stack traces. So what can be called is what is in the binary: no guess about ports, paginators or generics.
"""

import re
from dataclasses import dataclass

from backend_factory.gates.check import Unreadable

_METHOD = re.compile(
    rb"github\.com/aws/aws-sdk-go-v2/service/([a-z0-9]+)\.\(\*(?:Presign)?Client\)\.(?:Presign)?([A-Z]\w*)(?:-fm)?\x00"
)
_OTHER_SDK = b"github.com/aws/aws-sdk-go/service/"
_BY_NAME = (b"reflect.Value.MethodByName\x00", b"reflect.Value.Method\x00")
"""Where a program looks for methods by name, the linker keeps all there are."""
_SIGN_IN = frozenset({"sso", "ssooidc", "signin", "sts"})
"""What every program links to find its own credentials; in a function none of it is called."""
_OWN = frozenset({"DescribeEndpoints", "Options"})
"""What clients ask for themselves, or nobody asks AWS."""


@dataclass(frozen=True, slots=True, order=True)
class SdkCall:
    """One operation of one service's client."""

    service: str
    """The client's package: dynamodb, cloudwatchlogs"""
    operation: str
    """TransactWriteItems"""


def sdk_calls(binary: bytes, command: str) -> frozenset[SdkCall]:
    """What the program can call; Unreadable where that cannot be told."""
    if _OTHER_SDK in binary:
        raise Unreadable(f"{command} uses the first AWS SDK for Go, whose calls cannot be read; use aws-sdk-go-v2")
    found = (SdkCall(service.decode(), operation.decode()) for service, operation in _METHOD.findall(binary))
    calls = frozenset(call for call in found if call.service not in _SIGN_IN and call.operation not in _OWN)
    if calls and any(sign in binary for sign in _BY_NAME):
        raise Unreadable(
            f"{command} looks up methods by name (reflection, as text/template does), so that any call of its clients is possible"
        )
    return calls

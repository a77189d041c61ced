"""The import block of a Go file, made from what its code uses."""

import re
from collections.abc import Mapping

_STANDARD = """
bytes cmp context encoding/base64 encoding/json errors fmt io log/slog maps math net/http os reflect regexp slices sort strconv
strings sync testing time
"""
STANDARD = {path.rpartition("/")[2]: path for path in _STANDARD.split()}
"""Package name -> import path."""

THIRD_PARTY = {
    "events": "github.com/aws/aws-lambda-go/events",
    "lambda": "github.com/aws/aws-lambda-go/lambda",
    "aws": "github.com/aws/aws-sdk-go-v2/aws",
    "config": "github.com/aws/aws-sdk-go-v2/config",
    "dynamodb": "github.com/aws/aws-sdk-go-v2/service/dynamodb",
    "sqs": "github.com/aws/aws-sdk-go-v2/service/sqs",
}

_NOT_CODE = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|`[^`]*`|\'(?:\\.|[^\'\\\n])+\'', re.DOTALL)


def code(source: str) -> str:
    """The source without comments and with empty literals."""
    return _NOT_CODE.sub(lambda found: "" if found[0].startswith("/") else '""', source)


def block(source: str, own: Mapping[str, str]) -> str:
    """The import declaration for a file's declarations: standard library, third party, `own` (package name -> path)."""
    text = code(source)
    groups = [
        sorted(path for name, path in known.items() if re.search(rf"(?<![\w.]){name}\.", text))
        for known in (STANDARD, THIRD_PARTY, own)
    ]
    paths = "\n\n".join("\n".join(f'\t"{path}"' for path in group) for group in groups if group)
    return f"import (\n{paths}\n)\n" if paths else ""

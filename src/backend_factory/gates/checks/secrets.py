"""No secret was written into a file."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from backend_factory.domain.assignment import Finding
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.subject import Subject

_GENERATED = ("go.sum",)
"""The file of checksums at the root, which look random by nature."""
_FORGIVING = (
    # A comment in the file, its name or its ending would decide what is a secret.
    "detect_secrets.filters.allowlist.is_line_allowlisted",
    "detect_secrets.filters.heuristic.is_swagger_file",
    "detect_secrets.filters.heuristic.is_lock_file",
    "detect_secrets.filters.heuristic.is_non_text_file",
)
_ONE_AT_A_TIME = Lock()
"""detect-secrets keeps its settings in globals."""


async def examine(subject: Subject) -> Examination:
    """detect-secrets' plug-ins over the changed files; nothing is sent anywhere for verification."""
    files = [c.path for c in subject.changes if c.status != "D" and not (c.is_link or c.is_submodule or c.path in _GENERATED)]
    found = await asyncio.to_thread(_scan, subject.checkout, files, subject.scratch)
    findings = tuple(
        Finding(
            check=CHECK.id,
            rule=kind,
            message=f"{path}:{line} may hold a secret",
            file=path,
            line=line,
            hint="keep secrets in the platform's secret store and read them at run time",
            mends=subject.phase,
        )
        for path, line, kind in found
    )
    return Examination(f"{len(files)} files scanned, {len(findings)} suspicious", findings)


def _scan(root: Path, files: list[str], scratch: Path) -> list[tuple[str, int, str]]:
    from detect_secrets.core.scan import scan_file
    from detect_secrets.settings import default_settings

    with _ONE_AT_A_TIME, default_settings() as settings, TemporaryDirectory(dir=scratch) as copies:
        settings.disable_filters(*_FORGIVING)
        found = [
            (path, secret.line_number, secret.type)
            for number, path in enumerate(files)
            for secret in scan_file(_readable(root / path, Path(copies, str(number))))
        ]
    return sorted(set(found))


def _readable(file: Path, copy: Path) -> str:
    """A copy that is text for sure: a file with one wrong byte would be passed over, and be it full of keys."""
    copy = copy.with_suffix(file.suffix)
    text = file.read_bytes().replace(b"\0", b"").decode("utf-8", errors="replace")
    copy.write_bytes(text.encode("ascii", errors="replace"))
    return str(copy)


CHECK = Check("secrets", "No secret in the files", (PhaseId.PLAN, PhaseId.IMPLEMENT, PhaseId.TEST, PhaseId.COMMIT), examine)

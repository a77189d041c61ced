"""No secret was written into a file."""

import asyncio
from pathlib import Path

from backend_factory.domain.assignment import Finding
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.subject import Subject

_GENERATED = ("go.sum",)
"""Files of checksums, which look random by nature."""


async def examine(subject: Subject) -> Examination:
    """detect-secrets' plug-ins over the changed files; nothing is sent anywhere for verification."""
    files = [c.path for c in subject.changes if c.status != "D" and not c.is_link and Path(c.path).name not in _GENERATED]
    found = await asyncio.to_thread(_scan, subject.checkout, files)
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


def _scan(root: Path, files: list[str]) -> list[tuple[str, int, str]]:
    from detect_secrets.core.scan import scan_file
    from detect_secrets.settings import default_settings

    with default_settings() as settings:
        # A word beside a high-entropy string is judged by its own plug-ins; git history and baselines play no part.
        settings.disable_filters("detect_secrets.filters.common.is_ignored_due_to_verification_policies")
        found = [(path, secret.line_number, secret.type) for path in files for secret in scan_file(str(root / path))]
    return sorted(set(found))


CHECK = Check("secrets", "No secret in the files", (PhaseId.PLAN, PhaseId.IMPLEMENT, PhaseId.TEST, PhaseId.COMMIT), examine)

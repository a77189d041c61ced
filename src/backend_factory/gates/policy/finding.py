"""An objection to a template as a gate's finding."""

from collections.abc import Mapping

from backend_factory.domain.assignment import Finding
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.policy.objection import Objection, Path


def finding(check: str, rule: str, objection: Objection, file: str, lines: Mapping[Path, int]) -> Finding:
    """With the line of the place, or of the nearest part around it that has one."""
    ways = (objection.at[:end] for end in range(len(objection.at), -1, -1))
    return Finding(
        check=check,
        rule=rule,
        message=objection.message[:500],
        file=file,
        line=next(lines[way] for way in ways if way in lines),
        expected=objection.expected[:500],
        seen=objection.seen[:500],
        hint=objection.hint,
        mends=PhaseId.IMPLEMENT,
    )

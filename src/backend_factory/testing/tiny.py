"""The smallest valid deliverable of every phase: for tests of what is around the work, not of the work."""

from collections.abc import Mapping
from types import MappingProxyType

from backend_factory.domain.deliverable import (
    Deliverable,
    Demand,
    Implementation,
    Layout,
    Plan,
    Release,
    Requirements,
    TestSuite,
    Validation,
)
from backend_factory.domain.feature import FeatureModel
from backend_factory.domain.phase import PhaseId

_MODEL = FeatureModel(name="note", entities=())

TINY: Mapping[PhaseId, Deliverable] = MappingProxyType(
    {
        PhaseId.SUMMARIZE: Requirements(
            title="Note API",
            summary="Notes are kept.",
            demands=(Demand(id="D-1", quote="an API for notes", disposition="required"),),
            requirements=(),
            assumptions=(),
            metrics=(),
            model=_MODEL,
        ),
        PhaseId.PLAN: Plan(
            title="Note API",
            slug="note",
            summary="One function, one table.",
            layout=Layout(
                module="example.com/m",
                package="pkg/note",
                api="cmd/note-api",
                template="deploy/note/template.yaml",
                contract="api/note/openapi.yaml",
                design="docs/note/design.md",
                runbook="docs/note/runbook.md",
                notes="docs/note/release.md",
                parameters="deploy/note/parameters.json",
            ),
            choices=(),
            model=_MODEL,
            designs=(),
            routes=(),
            components=(),
            resources=(),
            dependencies=(),
            tests=(),
            rollout=(),
            rollback=(),
        ),
        PhaseId.IMPLEMENT: Implementation(summary="Code.", files=(), commands=()),
        PhaseId.TEST: TestSuite(summary="Tests.", files=(), cases=()),
        PhaseId.VALIDATE: Validation(summary="Scenarios.", scenarios=()),
        PhaseId.COMMIT: Release(
            summary="Release.",
            pull_request_title="feat: Note API",
            stack="note",
            parameters={},
            smoke=(),
            rollback=(),
            files=(),
        ),
    }
)
"""One of each, without contents."""

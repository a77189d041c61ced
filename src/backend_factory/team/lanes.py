"""What each team member may write. Patterns as in .gitignore; a path that no pattern of `writes` matches is out of the lane."""

from collections.abc import Mapping
from types import MappingProxyType

from backend_factory.domain.assignment import Lane
from backend_factory.domain.phase import PhaseId

TESTS = ("*_test.go", "testdata/")
CONTRACT = ("/api/",)
RULES = (
    ".git",
    ".gitattributes",
    ".gitignore",
    ".gitmodules",
    "/.github/",
    "/.gitlab-ci.yml",
    "/.travis.yml",
    "/azure-pipelines.yml",
    "/.buildkite/",
    "/.pre-commit-config.yaml",
    "/go.work",
    "/.circleci/",
    "/.ci/",
    "/Jenkinsfile",
    "/.backend-factory/",
    ".golangci.*",
    ".cfnlintrc*",
    "CODEOWNERS",
    ".claude/",
    ".codex/",
    ".gemini/",
    ".cursor/",
    ".cursorrules",
    "/.mcp.json",
    "CLAUDE.md",
    "AGENTS.md",
    "GEMINI.md",
)
"""CI, gates, ownership, and what agents take orders from: nobody's lane."""

LANES: Mapping[PhaseId, Lane] = MappingProxyType(
    {
        PhaseId.SUMMARIZE: Lane(writes=(), never=RULES),
        PhaseId.PLAN: Lane(writes=("/docs/*/design.md", *CONTRACT), never=RULES),
        PhaseId.IMPLEMENT: Lane(writes=("*",), never=(*TESTS, *CONTRACT, *RULES)),
        PhaseId.TEST: Lane(writes=TESTS, never=RULES),
        PhaseId.VALIDATE: Lane(writes=(), never=RULES),
        PhaseId.COMMIT: Lane(writes=("/docs/*/release.md", "/docs/*/runbook.md", "/deploy/*/parameters.json"), never=RULES),
    }
)

"""What each team member may write. Patterns as in .gitignore; a path that no pattern of `writes` matches is out of the lane."""

from collections.abc import Mapping
from types import MappingProxyType

from backend_factory.domain.assignment import Lane
from backend_factory.domain.phase import PhaseId

TESTS = ("*_test.go", "testdata/")
CONTRACT = ("/api/",)
CONTRACT_FILES = ("/api/**/*.yaml", "/api/**/*.yml", "/api/**/*.json")
"""No code: what lies beside a contract would be built, and nobody would have judged it."""
RULES = (
    ".git",
    ".gitattributes",
    ".gitignore",
    ".gitmodules",
    ".lfsconfig",
    ".github/",
    ".gitlab/",
    ".gitlab-ci.yml",
    ".travis.yml",
    ".drone.yml",
    ".woodpecker*",
    "azure-pipelines*.yml",
    "bitbucket-pipelines.yml",
    "/.buildkite/",
    "/.circleci/",
    "/.tekton/",
    "/.ci/",
    "Jenkinsfile",
    ".pre-commit-config.yaml",
    ".husky/",
    "lefthook.y*ml",
    "go.work",
    "go.work.sum",
    "/.backend-factory/",
    ".golangci.*",
    "staticcheck.conf",
    ".cfnlintrc*",
    ".semgrepignore",
    ".secrets.baseline",
    ".gitleaks*",
    ".trivyignore*",
    "*codecov.y*ml",
    "CODEOWNERS",
    ".agents/",
    ".claude*",
    ".codex/",
    ".gemini/",
    ".qwen/",
    ".opencode/",
    ".goose*",
    ".cursor*",
    ".windsurf*",
    ".clinerules",
    ".aider*",
    ".vscode/",
    ".idea/",
    ".devcontainer*",
    ".envrc",
    "mcp.json",
    ".mcp.json",
    "opencode.json*",
    "copilot-instructions.md",
    "CLAUDE*.md",
    "AGENT.md",
    "AGENTS*.md",
    "GEMINI.md",
    "QWEN.md",
)
"""CI, gates, ownership, and what agents take orders from: nobody's lane."""

NOTHING = Lane(writes=(), never=RULES)
"""Of whoever only looks."""

LANES: Mapping[PhaseId, Lane] = MappingProxyType(
    {
        PhaseId.SUMMARIZE: NOTHING,
        PhaseId.PLAN: Lane(writes=("/docs/*/design.md", *CONTRACT_FILES), never=(*TESTS, *RULES)),
        PhaseId.IMPLEMENT: Lane(writes=("*",), never=(*TESTS, *CONTRACT, *RULES)),
        PhaseId.TEST: Lane(writes=TESTS, never=RULES),
        PhaseId.VALIDATE: NOTHING,
        PhaseId.COMMIT: Lane(writes=("/docs/*/release.md", "/docs/*/runbook.md", "/deploy/*/parameters.json"), never=RULES),
    }
)

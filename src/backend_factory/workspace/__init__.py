"""What the factory needs to work on a repository and to run tools: processes, git, Go, the state folder."""

__all__: list[str] = []

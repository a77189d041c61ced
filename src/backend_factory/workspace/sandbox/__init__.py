"""What a stranger's program may touch, held by the operating system while it runs."""

__all__: list[str] = []

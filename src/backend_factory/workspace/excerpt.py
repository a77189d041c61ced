"""The beginning and the end of a stream of any length, in bounded memory."""


class Excerpt:
    """Keeps at most `limit` bytes: the first half and the last half, with a note of what is missing between.

    A build names its first error at the top and its verdict at the bottom, so neither end can be given up.
    """

    def __init__(self, limit: int) -> None:
        self._half = max(limit // 2, 1)
        self._head = bytearray()
        self._tail = bytearray()
        self._seen = 0

    @property
    def truncated(self) -> bool:
        return self._seen > 2 * self._half

    def add(self, chunk: bytes) -> None:
        self._seen += len(chunk)
        room = self._half - len(self._head)
        self._head += chunk[:room]
        self._tail += chunk[room:]
        # Cutting at twice the size keeps the cost of many small chunks linear.
        if len(self._tail) > 2 * self._half:
            del self._tail[: -self._half]

    def text(self) -> str:
        """Decoded as UTF-8; what is not UTF-8 becomes U+FFFD."""
        tail = self._tail[-self._half :]
        missing = self._seen - len(self._head) - len(tail)
        if not missing:
            return (self._head + tail).decode(errors="replace")
        note = f"\n[... {missing} bytes left out ...]\n"
        return self._head.decode(errors="replace") + note + tail.decode(errors="replace")

"""When a library's functions are replaced: from `on` to `off`, and for the length of each `block`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Replacement:
    """What is replaced for as long as anybody wants it.

    Parameters
    ----------
    replace : callable
        Replaces, or raises and leaves all as it was; returns what puts everything back.
    """

    def __init__(self, replace: Callable[[], Callable[[], None]]) -> None:
        self._replace = replace
        self._restore: Callable[[], None] | None = None
        self._lock = threading.RLock()
        self._switched_on = False
        self._blocks = 0

    def __bool__(self) -> bool:
        return self._restore is not None

    def _want(self, switched_on: bool, blocks: int) -> None:
        """Replace or restore, whichever is due; nothing has changed if that fails."""
        wanted = switched_on or blocks > 0
        if wanted and self._restore is None:
            self._restore = self._replace()
        self._switched_on, self._blocks = switched_on, blocks
        if not wanted and self._restore is not None:
            restore, self._restore = self._restore, None
            restore()

    def on(self) -> None:
        with self._lock:
            self._want(True, self._blocks)

    def off(self) -> None:
        with self._lock:
            self._want(False, self._blocks)

    @contextmanager
    def block(self) -> Iterator[None]:
        """Blocks nest, in one thread and among several: the last to end restores."""
        with self._lock:
            self._want(self._switched_on, self._blocks + 1)
        try:
            yield
        finally:
            with self._lock:
                self._want(self._switched_on, self._blocks - 1)

"""Arrays that are used again once nobody else holds them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from actkernels import _engine

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Buffer:
    """Room for one array, handed out again and again.

    The first touch of fresh memory costs more than most activations, so a layer that sees the same shape at
    each call should not allocate. What is handed out belongs to the user for as long as they keep it, or a view
    of it: then the next call gets another array.

    Examples
    --------
    >>> buffer = Buffer()
    >>> first = buffer.like(np.zeros(3))
    >>> buffer.like(np.zeros(3)) is first  # `first` is still held
    False
    """

    __slots__ = ("_array",)

    def __init__(self) -> None:
        self._array: NDArray[Any] = np.empty(0)

    def like(self, array: NDArray[Any]) -> NDArray[Any]:
        """Return an array of this shape, dtype and element order, with any content."""
        if self._holders() > _ALONE or not (
            self._array.shape == array.shape
            and self._array.dtype == array.dtype
            and self._array.flags.c_contiguous == array.flags.c_contiguous
            and self._array.flags.f_contiguous == array.flags.f_contiguous
        ):
            self._array = np.empty_like(array, subok=False)
        return self._array

    def __reduce__(self) -> tuple[type[Buffer], tuple[()]]:
        return Buffer, ()  # the content is of no account

    def _holders(self) -> int:
        return sys.getrefcount(self._array)


_ALONE = Buffer()._holders()
"""References to an array that only its buffer holds, as this interpreter counts them."""


def release_memory() -> int:
    """Give memory that is kept for large results back to the system.

    New results of a megabyte or more are computed into the memory of earlier ones that nobody holds any more, because
    fresh memory takes longer than most activations. At most 256 megabytes in four blocks are kept so. Where a NumPy
    memory handler has been set, nothing is kept.

    Returns
    -------
    int
        How many bytes it was.

    Examples
    --------
    >>> import actkernels as ak
    >>> y = ak.relu(np.ones(1_000_000))
    >>> del y
    >>> ak.release_memory() >= 8_000_000
    True
    >>> ak.release_memory()
    0
    """
    return _engine.release_kept_blocks()

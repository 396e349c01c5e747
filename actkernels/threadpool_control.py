"""threadpoolctl, and with it joblib and scikit-learn, limits the threads of this package like those of BLAS.

``threadpoolctl.threadpool_limits(2)`` includes this package, ``threadpool_limits({"actkernels": 2})`` names it
alone, and both mean the whole process. threadpoolctl is never imported for that: the package registers with it if
it is there already, when the package is imported or later, at the next large array. To be found before that, call
`register`.

>>> import pytest
>>> threadpoolctl = pytest.importorskip("threadpoolctl")
>>> import actkernels as ak
>>> from actkernels.threadpool_control import register
>>> register()
>>> with threadpoolctl.threadpool_limits({"actkernels": 1}):
...     ak.get_num_threads()
1
"""

from __future__ import annotations

import sys

from actkernels import _engine, pool

_registered = False


def register() -> None:
    """Make this package known to threadpoolctl, once. Imports threadpoolctl, so it must be installed.

    Examples
    --------
    >>> import pytest
    >>> threadpoolctl = pytest.importorskip("threadpoolctl")
    >>> from actkernels.threadpool_control import register
    >>> register()
    >>> [found["num_threads"] for found in threadpoolctl.threadpool_info() if found["user_api"] == "actkernels"]
    [...]
    """
    global _registered
    if _registered:
        return
    import threadpoolctl

    class Controller(threadpoolctl.LibController):
        """The package as one of threadpoolctl's libraries: its compiled engine, known by a symbol."""

        user_api = internal_api = "actkernels"
        filename_prefixes = ("_engine",)
        check_symbols = ("actkernels_get_num_threads", "actkernels_set_num_threads")

        def get_num_threads(self) -> int:  # pyright: ignore[reportIncompatibleMethodOverride] - theirs returns nothing
            pool.get_num_threads()  # there is none before the first question
            return _engine.threads_of_process()

        def set_num_threads(self, num_threads: int) -> None:
            pool._set(max(1, num_threads), "threadpoolctl")

        def get_version(self) -> str:  # pyright: ignore[reportIncompatibleMethodOverride] - likewise
            from actkernels.config import version

            return version()

    threadpoolctl.register(Controller)
    _registered = True


def register_if_imported() -> None:
    """Register if somebody has imported threadpoolctl, of a version that libraries can register with."""
    if hasattr(sys.modules.get("threadpoolctl"), "register"):
        register()

"""The demonstration: a photograph through `Activation_layer`, forward and backward, measured and drawn."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from actkernels import reference
from actkernels.activation import Activation
from actkernels.layer import Activation_layer

if TYPE_CHECKING:
    from numpy.typing import NDArray

DEFAULT = ("relu", "logistic", "elu")
PORTRAIT = "grace_hopper.jpg"
"""The photograph that matplotlib ships: Grace Hopper, by James S. Davis, U.S. Navy, public domain."""
REPEATS = 15
ORACLE_POINTS = 1000


class Unusable(Exception):  # noqa: N818 - it is the user's input that is unusable
    """Something the user gave cannot be used; the message says what."""


class Result(NamedTuple):
    """What one activation did to the picture; times in milliseconds, errors in ULP."""

    activation: Activation
    output: NDArray[Any]
    delta: NDArray[Any]
    forward_ms: float
    backward_ms: float
    numpy_forward_ms: float
    numpy_backward_ms: float
    error: float


def run(image: Path | None, activations: Sequence[Activation], output: Path) -> None:
    """Load `image`, run the `activations` over it, print a table and write the picture `output`.

    Parameters
    ----------
    image : Path or None
        A photograph in a format that Pillow reads; by default the portrait that matplotlib ships.
    activations : sequence of Activation
        What to show.
    output : Path
        The PNG file to write, once everything is done.

    Raises
    ------
    Unusable
        If the image cannot be read, the picture cannot be written, or a package is missing.
    """
    if output.suffix.lower() != ".png":
        raise Unusable(f"--output takes a .png file, not {str(output)!r}")
    if not output.absolute().parent.is_dir():
        raise Unusable(f"cannot write {str(output)!r}: its folder does not exist")
    inpt = load(image)
    print(f"{image or PORTRAIT}: batch {inpt.shape}, {inpt.dtype}; milliseconds, median of {REPEATS}\n")
    print(f"{'':22} {'forward':>17}  {'backward':>17}  {'largest error':>13}")
    print(f"{'activation':22} {'ours':>8} {'NumPy':>8}  {'ours':>8} {'NumPy':>8}  {'ULP':>13}")
    results = []
    for activation in activations:
        result = measure(activation, inpt)
        results.append(result)
        print(
            f"{activation!r:22} {result.forward_ms:8.3f} {result.numpy_forward_ms:8.3f}"
            f"  {result.backward_ms:8.3f} {result.numpy_backward_ms:8.3f}  {result.error:13.2f}"
        )
    picture = draw(inpt, results)
    try:
        output.write_bytes(picture)
    except OSError as error:
        raise Unusable(f"cannot write {str(output)!r}: {error.strerror}") from None
    print(f"\nwrote {output}")


def load(image: Path | None) -> NDArray[np.float64]:
    """Read a photograph as a (1, w, h, c) batch of float64 in [-1, 1]."""
    try:
        from PIL import Image, UnidentifiedImageError

        if image is None:
            from matplotlib import cbook

            image = Path(cbook.get_sample_data(PORTRAIT, asfileobj=False))
    except ImportError as error:
        raise Unusable(f"{error.name} is not installed: pip install 'actkernels[demo]'") from None
    try:
        with Image.open(image) as picture:
            pixels = np.asarray(picture.convert("RGB"), np.float64)
    except FileNotFoundError:
        raise Unusable(f"cannot read {str(image)!r}: there is no such file") from None
    except UnidentifiedImageError:
        raise Unusable(f"cannot read {str(image)!r}: it is no image that Pillow knows") from None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Unusable(f"cannot read {str(image)!r}: {reason}") from None
    low, high = pixels.min(), pixels.max()
    pixels = (pixels - low) / (high - low if high > low else 1.0)
    images: NDArray[np.float64] = (2.0 * pixels - 1.0)[np.newaxis]
    return images


def measure(activation: Activation, inpt: NDArray[np.float64]) -> Result:
    """Run forward and backward, beside the same in plain NumPy, and count the errors against the oracle."""
    layer = Activation_layer(activation=activation)
    plain_forward, plain_gradient = reference.plain_numpy(activation.definition)
    params = dict(activation.params)
    ones = np.ones_like(inpt)
    delta = np.empty_like(inpt)

    def backward() -> None:
        layer.delta = upstream
        layer.backward(delta)

    upstream = ones.copy()
    forward_ms = _milliseconds(lambda: layer.forward(inpt))
    backward_ms = _milliseconds(backward, prepare=lambda: upstream.fill(1.0))
    with np.errstate(all="ignore"):
        numpy_forward_ms = _milliseconds(lambda: plain_forward(inpt, **params))
        numpy_backward_ms = _milliseconds(lambda: ones * plain_gradient(inpt, **params))
    assert layer.output is not None
    return Result(
        activation, layer.output, delta, forward_ms, backward_ms, numpy_forward_ms, numpy_backward_ms,
        largest_error(activation, inpt),
    )  # fmt: skip


def largest_error(activation: Activation, inpt: NDArray[np.float64]) -> float:
    """Largest error of function and gradient, in ULP, over the distinct values of `inpt` (a sample of many)."""
    values = np.unique(inpt)
    values = values[:: max(1, len(values) // ORACLE_POINTS)]
    try:
        exact = [reference.evaluate(activation.definition, value, activation.params) for value in values]
    except ImportError as error:
        raise Unusable(str(error)) from None
    errors = [
        reference.Exact.of([pair[side] for pair in exact], values.dtype).error(result).max()
        for side, result in enumerate((activation(values), activation.gradient(x=values)))
    ]
    return float(max(errors))


def draw(inpt: NDArray[Any], results: Sequence[Result]) -> bytes:
    """Draw original, forward and backward of each activation; the bytes of a PNG."""
    from matplotlib.figure import Figure  # not pyplot: it would choose a window system

    figure = Figure(figsize=(7.5, 0.4 + 3.0 * len(results)), layout="constrained")
    axes = figure.subplots(len(results), 3, squeeze=False)
    for row, result in zip(axes, results, strict=True):
        for axis, array, title in zip(
            row, (inpt, result.output, result.delta), ("original", "forward", "backward"), strict=True
        ):
            low, high = array.min(), array.max()
            axis.imshow((array[0] - low) / (high - low if high > low else 1.0))
            axis.set_axis_off()
            axis.set_title(title if title == "original" else f"{result.activation!r} {title}", fontsize=10)
    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=80)
    return png.getvalue()


def _milliseconds(function: Callable[[], Any], prepare: Callable[[], Any] = lambda: None) -> float:
    times = []
    for _ in range(REPEATS):
        prepare()
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return 1e3 * statistics.median(times)

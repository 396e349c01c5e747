"""NumPyNet's activation layer: forward and backward over (batch, w, h, c) images, in place where asked."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from actkernels import _engine
from actkernels.activation import Activation, get
from actkernels.activations import Activations, overwritable
from actkernels.buffers import Buffer

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    _OrNone: TypeAlias = Any  # None before the first forward pass, which nobody wants to be asked about after it


class NotFittedError(ValueError, AttributeError):
    """`backward` was called before `forward`."""


class Activation_layer:  # noqa: N801 - NumPyNet's name
    """Activation layer.

    Parameters
    ----------
    input_shape : tuple of int, optional
        Shape of the input, the batch first; by default that of the first input. Later inputs may differ in the
        batch alone.
    activation : str, Activation, or class or instance of `actkernels.activations`
        What to apply.

    Attributes
    ----------
    output : ndarray or None
        What the last `forward` returned; None before.
    delta : ndarray or None
        The gradient of the loss with respect to the output: zeros after each `forward`, of the output's shape
        and dtype, to be filled in or replaced before `backward`, which leaves the gradient with respect to
        the input here. None before the first `forward`.
    activation, gradient : callable
        The `activate` and `gradient` of the activation's class.

    Notes
    -----
    The layer keeps its arrays from call to call and uses them again once nobody else holds them. Where the
    gradient needs the input (``saves == "input"``), `forward` with ``copy=True`` keeps a reference to it, which
    must not be changed before `backward`; with ``copy=False``, where the output takes its place, it keeps a
    copy.

    Differences from NumPyNet are listed in docs/numpynet.md.

    Examples
    --------
    >>> import numpy as np
    >>> from actkernels import Activation_layer, activations
    >>> images = np.linspace(-1.0, 1.0, 5 * 100 * 100 * 3).reshape(5, 100, 100, 3)
    >>> layer = Activation_layer(activation=activations.Relu())
    >>> layer.forward(inpt=images, copy=False).output is images
    True
    >>> print(layer)
    activ                     5 x 100 x 100 x   3   ->     5 x 100 x 100 x   3
    >>> layer.delta = np.ones(layer.out_shape)
    >>> delta = np.empty(layer.out_shape)
    >>> layer.backward(delta).delta is delta
    False
    >>> float(delta.sum())
    75000.0
    """

    def __init__(self, input_shape: tuple[int, ...] | None = None, activation: Any = None) -> None:
        if input_shape is not None:
            try:
                input_shape = tuple(map(operator.index, input_shape))
            except TypeError:
                hint = "" if isinstance(input_shape, int) else f"; say activation={input_shape!r}"
                raise TypeError(f"input_shape is a tuple of int, not {input_shape!r}{hint}") from None
        self.kernel: Activation = get(activation)
        owner = activation if hasattr(activation, "activate") else Activations.of(self.kernel)
        self.activation = owner.activate
        self.gradient = owner.gradient
        self.input_shape = input_shape
        self.output: NDArray[Any] | _OrNone = None
        self._saved: NDArray[Any] | None = None
        self._delta: NDArray[Any] | None = None
        self._delta_is_zero = False
        self._output_buffer = Buffer()
        self._input_buffer = Buffer()
        self._delta_buffer = Buffer()

    @property
    def out_shape(self) -> tuple[int, ...] | None:
        """Shape of the output: that of the last one, before `forward` the `input_shape`."""
        return self.input_shape if self.output is None else self.output.shape

    @property
    def delta(self) -> NDArray[Any] | _OrNone:
        """The gradient of the loss with respect to the output; zeros after `forward`."""
        if self._delta_is_zero:
            # Made when somebody looks: most callers replace it, and zeros of this size are not free.
            assert self.output is not None
            self._delta = self._delta_buffer.like(self.output)
            self._delta[...] = 0
            self._delta_is_zero = False
        return self._delta

    @delta.setter
    def delta(self, delta: ArrayLike | None) -> None:
        self._delta = None if delta is None else np.asanyarray(delta)
        self._delta_is_zero = False

    def forward(self, inpt: ArrayLike, copy: bool = True) -> Activation_layer:
        """Activate the input into `output`.

        Parameters
        ----------
        inpt : array_like
            Any shape; (batch, w, h, c) for images. float16, bfloat16, float32 and float64 keep their type,
            integers and bool become float64.
        copy : bool, default True
            Whether to leave `inpt` alone. With ``copy=False`` the output is written into it.

        Returns
        -------
        Activation_layer
            Itself.

        Raises
        ------
        ValueError
            If the shape does not fit `input_shape`, or with ``copy=False`` if `inpt` cannot be overwritten;
            nothing is changed then.
        TypeError
            If the dtype is none of those above.
        """
        x = np.asarray(inpt) if copy else overwritable(inpt, "forward")
        if self.input_shape is not None and tuple(self.input_shape)[1:] != x.shape[1:]:
            raise ValueError(
                f"forward: input of shape {x.shape} given, {tuple(self.input_shape)} expected"
                " (the first dimension, the batch, is free)"
            )
        if not copy:
            self._release()
            if self.kernel.saves == "input":
                self._saved = self._input_buffer.like(x)
                np.copyto(self._saved, x)
            self.output = self.kernel(x, out=x)
        else:
            if _engine.is_float(x.dtype) and x.dtype.isnative:
                self._release()
                self.output = self.kernel(x, out=self._output_buffer.like(x))
            else:
                output = np.asarray(self.kernel(x))
                self._release()
                self.output = output
            if self.kernel.saves == "input":
                self._saved = x
        self._delta_is_zero = True
        return self

    def _release(self) -> None:
        """Let go of the last call's arrays, so that their buffers are free if nobody else holds them."""
        self.output = self._saved = self._delta = None

    def backward(self, delta: NDArray[Any], copy: bool = False) -> Activation_layer:
        """Multiply `self.delta` by the gradient and write it to `delta` as well, in one pass.

        Parameters
        ----------
        delta : ndarray
            Receives the gradient of the loss with respect to the input, of the output's shape; the content
            it has is of no account.
        copy : bool, default False
            Accepted for NumPyNet's sake. The output is never overwritten, so there is nothing to copy.

        Returns
        -------
        Activation_layer
            Itself.

        Raises
        ------
        NotFittedError
            Before the first `forward`.
        ValueError
            If `delta` or `self.delta` does not have the output's shape or is read-only.
        TypeError
            If one of them is not an array of floats.
        """
        if self.output is None:
            raise NotFittedError("backward: no forward pass yet; call forward(inpt) first")
        own: Any = self.delta
        for name, array in (("delta", delta), ("layer.delta", own)):
            if not isinstance(array, np.ndarray):
                raise TypeError(f"backward: {name} must be an array of floats, not a {type(array).__name__}")
            if array.shape != self.output.shape:
                raise ValueError(f"backward: {name} has the shape {array.shape}, the output {self.output.shape}")
            if not _engine.is_float(array.dtype):
                raise TypeError(f"backward: {name} is of dtype {array.dtype}, where {_engine.ACCEPTED} are accepted")
            if not array.flags.writeable:
                raise ValueError(f"backward: {name} is read-only")
        self.kernel.backward_twice(own, delta, x=self._saved, y=self.output if self._saved is None else None)
        return self

    def __call__(self, previous_layer: Any) -> Activation_layer:
        """Take the input's shape from the layer before.

        Parameters
        ----------
        previous_layer : object
            Anything with an ``out_shape``.

        Returns
        -------
        Activation_layer
            Itself.

        Raises
        ------
        ValueError
            If the shape is not known there yet.
        """
        if previous_layer.out_shape is None:
            raise ValueError(
                f"{type(self).__name__} cannot be connected to {type(previous_layer).__name__}, whose"
                " out_shape is not known yet"
            )
        self.input_shape = previous_layer.out_shape
        return self

    def __str__(self) -> str:
        shape = "?" if self.out_shape is None else " x".join(f"{size:>4d}" for size in self.out_shape)
        return f"activ                  {shape}   ->  {shape}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}(input_shape={self.input_shape}, activation={self.kernel!r})"

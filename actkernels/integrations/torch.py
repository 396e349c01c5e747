"""These activations on PyTorch's CPU tensors, forward and backward, without a copy.

Every activation is a function here, under its name; `activation` makes one with other parameters, and `Activation` a
module. The extra is ``actkernels[torch]``.

Examples
--------
>>> import torch
>>> from actkernels.integrations import torch as ak_torch
>>> x = torch.tensor([-1.0, 0.0, 2.0], requires_grad=True)
>>> y = ak_torch.leaky_relu(x, alpha=0.25)
>>> y.sum().backward()
>>> x.grad
tensor([0.2500, 0.2500, 1.0000])
>>> torch.nn.Sequential(torch.nn.Linear(2, 3), ak_torch.Activation("mish"))
Sequential(
  (0): Linear(in_features=2, out_features=3, bias=True)
  (1): Activation(mish)
)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import actkernels as ak

try:
    import torch
except ImportError as error:
    raise ImportError("PyTorch is not installed: pip install 'actkernels[torch]'") from error

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Activation", "TensorFunction", "activation", *ak.ACTIVATIONS]

_ACCEPTED = (torch.float32, torch.float64, torch.float16, torch.bfloat16)


def _bfloat16() -> Any:
    try:
        import ml_dtypes
    except ImportError as error:
        raise ImportError("bfloat16 needs ml_dtypes: pip install 'actkernels[torch]'") from error
    return ml_dtypes.bfloat16


def _array_of(tensor: torch.Tensor) -> NDArray[Any]:
    """The memory of a tensor as an array."""
    tensor = tensor.detach().resolve_neg()
    if tensor.dtype is torch.bfloat16:
        array: NDArray[Any] = tensor.view(torch.uint16).numpy().view(_bfloat16())
        return array
    return tensor.numpy()


def _tensor_of(array: NDArray[Any], dtype: torch.dtype) -> torch.Tensor:
    """The memory of an array as a tensor."""
    if dtype is torch.bfloat16:
        return torch.from_numpy(array.view(np.uint16)).view(torch.bfloat16)
    return torch.from_numpy(array)


class _Apply(torch.autograd.Function):
    """What autograd calls."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, kernel: ak.Activation) -> torch.Tensor:
        y = _tensor_of(np.asarray(kernel(_array_of(x))), x.dtype)
        ctx.kernel = kernel
        # autograd finds out if either is changed in place before the backward pass
        ctx.save_for_backward(y if kernel.saves == "output" else x)
        return y

    @staticmethod
    def backward(ctx: Any, *deltas: torch.Tensor) -> tuple[torch.Tensor, None]:
        gradient: torch.Tensor = _ApplyGradient.apply(*deltas, *ctx.saved_tensors, ctx.kernel)
        return gradient, None


class _ApplyGradient(torch.autograd.Function):
    """The backward pass, and an error for whoever differentiates it.

    `torch.autograd.function.once_differentiable` raises only if the delta is a variable; else the second derivative
    would count as zero.
    """

    @staticmethod
    def forward(ctx: Any, delta: torch.Tensor, saved: torch.Tensor, kernel: ak.Activation) -> torch.Tensor:
        ctx.kernel = kernel
        which = "y" if kernel.saves == "output" else "x"
        gradient = kernel.backward(_array_of(delta), **{which: _array_of(saved)})
        return _tensor_of(np.asarray(gradient), saved.dtype)

    @staticmethod
    def backward(ctx: Any, *_: torch.Tensor) -> Any:
        raise RuntimeError(
            f"actkernels: {ctx.kernel.name} can be differentiated once only;"
            " where second derivatives are needed, use PyTorch's own activation"
        )


class TensorFunction:
    """An activation of tensors; made by `activation`, or taken from this module by its name.

    Parameters
    ----------
    kernel : actkernels.Activation
        What it computes.

    Attributes
    ----------
    kernel : actkernels.Activation
        The same.
    """

    def __init__(self, kernel: ak.Activation) -> None:
        self.kernel = kernel
        self.__name__ = kernel.name
        self.__doc__ = f"{kernel.doc} ``{kernel!r}``, of a CPU tensor."

    def __call__(self, x: torch.Tensor, **params: float) -> torch.Tensor:
        """Activate a tensor.

        Parameters
        ----------
        x : torch.Tensor
            On the CPU, of any shape and layout; float32, float64, float16 or bfloat16.
        **params : float
            Parameters of the activation.

        Returns
        -------
        torch.Tensor
            New, of the type of `x`; it can be differentiated once.

        Raises
        ------
        TypeError
            If `x` is no dense tensor of these types on the CPU.
        ValueError
            If a parameter is out of its range.
        """
        kernel = self.kernel.with_params(**params) if params else self.kernel
        if not isinstance(x, torch.Tensor):
            raise TypeError(f"{kernel.name}: a torch.Tensor is expected, not a {type(x).__name__}")
        if x.device.type != "cpu":
            raise TypeError(
                f"{kernel.name}: the tensor is on the device {x.device}, and actkernels computes on the CPU:"
                " move it there, by x.cpu(), or use PyTorch's own activation"
            )
        if x.dtype not in _ACCEPTED:
            raise TypeError(f"{kernel.name}: a tensor of {ak._engine.ACCEPTED} is expected, not of {x.dtype}")
        if x.layout is not torch.strided:
            raise TypeError(f"{kernel.name}: a dense tensor is expected, by x.to_dense(), not one of {x.layout}")
        result: torch.Tensor = _Apply.apply(x, kernel)
        return result

    def __repr__(self) -> str:
        return f"activation({self.kernel!r})"


def activation(name: Any, **params: float) -> TensorFunction:
    """Make a function of tensors from an activation.

    Parameters
    ----------
    name : str or actkernels.Activation
        Whatever `actkernels.get` takes.
    **params : float
        Parameters that differ from the defaults.

    Returns
    -------
    TensorFunction

    Examples
    --------
    >>> import torch
    >>> steep = activation("swish", beta=2.0)
    >>> steep
    activation(silu(beta=2))
    >>> steep(torch.zeros(2, dtype=torch.bfloat16))
    tensor([0., 0.], dtype=torch.bfloat16)
    """
    return TensorFunction(ak.get(name).with_params(**params))


class Activation(torch.nn.Module):
    """An activation as a module, without weights.

    Parameters
    ----------
    name : str or actkernels.Activation
        Whatever `actkernels.get` takes.
    **params : float
        Parameters that differ from the defaults.

    Examples
    --------
    >>> import torch
    >>> Activation("leaky_relu", alpha=0.5)(torch.tensor([-2.0, 2.0]))
    tensor([-1.,  2.])
    """

    def __init__(self, name: Any, **params: float) -> None:
        super().__init__()
        self.function = activation(name, **params)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Activate `x`, as `TensorFunction` does."""
        return self.function(x)

    def extra_repr(self) -> str:
        """What is printed in parentheses."""
        return repr(self.function.kernel)


def __getattr__(name: str) -> TensorFunction:
    if name in ak.ACTIVATIONS:
        return globals().setdefault(name, TensorFunction(ak.ACTIVATIONS[name]))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

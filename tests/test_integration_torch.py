"""Activations of tensors: the values of `actkernels`, and gradients that autograd agrees with."""

import copy
import inspect
import pickle
import sys

import numpy as np
import pytest

import actkernels as ak
from actkernels.catalogue import ROWS

torch = pytest.importorskip("torch", reason="PyTorch is not installed")
from actkernels.integrations import torch as ak_torch

DTYPES = [torch.float32, torch.float64, torch.float16, torch.bfloat16]
SMOOTH = [row.name for row in ROWS if not row.kinks]


def points(*shape, dtype=torch.float64):
    """Inputs away from kinks, by nature of random numbers."""
    return (3 * torch.randn(*shape, generator=torch.Generator().manual_seed(5), dtype=torch.float64)).to(dtype)


def as_array(tensor):
    tensor = tensor.detach()
    if tensor.dtype is torch.bfloat16:
        ml_dtypes = pytest.importorskip("ml_dtypes", reason="ml_dtypes, which brings bfloat16, is not installed")
        return tensor.view(torch.uint16).numpy().view(ml_dtypes.bfloat16)
    return tensor.numpy()


@pytest.mark.parametrize("torch_dtype", DTYPES, ids=str)
@pytest.mark.parametrize("name", ak.ACTIVATIONS)
def test_values_and_gradients_are_those_of_actkernels(name, torch_dtype):
    x = points(40, dtype=torch_dtype)
    delta = points(40, dtype=torch_dtype) / 2
    expected = ak.ACTIVATIONS[name](as_array(x))
    saved = {"y": expected} if ak.ACTIVATIONS[name].saves == "output" else {"x": as_array(x)}
    x.requires_grad_()
    y = getattr(ak_torch, name)(x)
    y.backward(delta)
    assert y.dtype == x.grad.dtype == torch_dtype
    assert as_array(y).tobytes() == expected.tobytes()
    assert as_array(x.grad).tobytes() == ak.ACTIVATIONS[name].backward(as_array(delta), **saved).tobytes()


@pytest.mark.parametrize("name", SMOOTH)
def test_gradcheck(name):
    x = points(3, 4).requires_grad_()
    assert torch.autograd.gradcheck(getattr(ak_torch, name), (x,))


@pytest.mark.parametrize("name", [name for name in SMOOTH if ak.ACTIVATIONS[name].params])
def test_gradcheck_with_a_parameter(name):
    (parameter, value), *_ = ak.ACTIVATIONS[name].params.items()
    function = ak_torch.activation(name, **{parameter: 0.75 * value})
    assert torch.autograd.gradcheck(function, (points(3, 4).requires_grad_(),))


def test_a_wrong_gradient_is_found():
    """That is, gradcheck can tell."""

    class Wrong(ak_torch._Apply):
        @staticmethod
        def backward(ctx, delta):
            return 1.01 * ak_torch._Apply.backward(ctx, delta)[0], None

    with pytest.raises(torch.autograd.gradcheck.__globals__["GradcheckError"]):
        torch.autograd.gradcheck(lambda x: Wrong.apply(x, ak.tanh), (points(3, 4).requires_grad_(),))


@pytest.mark.parametrize("torch_dtype", DTYPES, ids=str)
@pytest.mark.parametrize(
    "layout",
    [
        lambda t: t.t(),
        lambda t: t[::2, 1::3],
        lambda t: t[:, :1].expand(6, 5),
        lambda t: t[0, 0],
        lambda t: t[:0],
        lambda t: t.reshape(1, 3, 2, 8).to(memory_format=torch.channels_last),
    ],
    ids=["transposed", "sliced", "expanded", "scalar", "empty", "channels_last"],
)
def test_layouts(layout, torch_dtype):
    x = points(6, 8, dtype=torch_dtype).requires_grad_()
    view = layout(x)
    for name in ("tanh", "gelu"):
        y = getattr(ak_torch, name)(view)
        assert y.shape == view.shape
        assert torch.equal(y, getattr(ak_torch, name)(view.detach().clone(memory_format=torch.contiguous_format)))
        for delta in (torch.ones((), dtype=torch_dtype).expand(y.shape), torch.ones_like(y)):
            (gradient,) = torch.autograd.grad(y, view, delta, retain_graph=True)
            assert torch.equal(gradient, ak_torch._Apply.backward(_Context(name, view, y), torch.ones_like(y))[0])


class _Context:
    """What backward has from forward."""

    def __init__(self, name, x, y):
        self.kernel = ak.ACTIVATIONS[name]
        self.saved_tensors = ((y if self.kernel.saves == "output" else x).detach().contiguous(),)


def test_no_copy_is_made():
    x = points(1000)
    array = ak_torch._array_of(x)
    assert array.__array_interface__["data"][0] == x.data_ptr()
    assert ak_torch._tensor_of(array, x.dtype).data_ptr() == x.data_ptr()
    half = points(1000, dtype=torch.bfloat16)
    pytest.importorskip("ml_dtypes", reason="ml_dtypes, which brings bfloat16, is not installed")
    array = ak_torch._array_of(half)
    assert array.__array_interface__["data"][0] == half.data_ptr()
    assert ak_torch._tensor_of(array, half.dtype).data_ptr() == half.data_ptr()


@pytest.mark.parametrize("name", ["tanh", "gelu"])
def test_what_autograd_saved_is_never_written(name):
    x = points(50).requires_grad_()
    y = getattr(ak_torch, name)(x)
    before = x.detach().clone(), y.detach().clone()
    delta = points(50)
    kept = delta.clone()
    first = torch.autograd.grad(y, x, delta, retain_graph=True)
    second = torch.autograd.grad(y, x, delta)
    assert torch.equal(first[0], second[0])
    assert torch.equal(x, before[0])
    assert torch.equal(y, before[1])
    assert torch.equal(delta, kept)


@pytest.mark.parametrize("name", ["tanh", "gelu"])
def test_a_saved_tensor_that_was_changed_is_noticed(name):
    x = points(50).requires_grad_()
    inner = x * 1
    y = getattr(ak_torch, name)(inner)
    with torch.no_grad():
        (y if ak.ACTIVATIONS[name].saves == "output" else inner).mul_(2)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()


@pytest.mark.parametrize("name", ["tanh", "gelu"])
def test_the_second_derivative_is_refused(name):
    x = points(5).requires_grad_()
    delta = points(5)
    for variable in (delta, delta.clone().requires_grad_()):
        (gradient,) = torch.autograd.grad(getattr(ak_torch, name)(x), x, variable, create_graph=True)
        with pytest.raises(RuntimeError, match=f"{name} can be differentiated once only"):
            gradient.sum().backward()
    with pytest.raises(RuntimeError, match="once only"):
        torch.autograd.gradgradcheck(getattr(ak_torch, name), (x,))


def test_no_graph_where_none_is_wanted():
    x = points(5).requires_grad_()
    with torch.no_grad():
        assert not ak_torch.tanh(x).requires_grad
    with torch.inference_mode():
        assert torch.equal(ak_torch.relu(x), torch.relu(x))
    assert ak_torch.tanh(x).grad_fn is not None


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: torch.empty(3, device="meta"), "on the device meta, and actkernels computes on the CPU: move it"),
        (lambda: torch.ones(3, dtype=torch.int32), r"not of torch\.int32"),
        (lambda: torch.ones(3, dtype=torch.complex64), r"not of torch\.complex64"),
        (lambda: torch.eye(3).to_sparse(), r"x\.to_dense\(\)"),
        (lambda: np.ones(3), r"a torch\.Tensor is expected, not a ndarray"),
    ],
    ids=["device", "integers", "complex", "sparse", "array"],
)
def test_what_cannot_be_computed(make, message):
    with pytest.raises(TypeError, match=message):
        ak_torch.gelu(make())
    with pytest.raises(TypeError, match=message):
        ak_torch.Activation("tanh")(make())


def test_parameters():
    x = points(20)
    assert torch.equal(ak_torch.leaky_relu(x, alpha=0.3), ak_torch.activation("leaky_relu", alpha=0.3)(x))
    assert torch.equal(ak_torch.activation("Leaky")(x), ak_torch.leaky_relu(x, alpha=0.1))
    with pytest.raises(TypeError, match="has no parameter 'beta'"):
        ak_torch.activation("relu", beta=1)
    with pytest.raises(ValueError, match="beta > 0 is required"):
        ak_torch.softplus(x, beta=-1)
    with pytest.raises(AttributeError, match="geluu"):
        ak_torch.geluu  # noqa: B018 - it is looked up


def test_the_gradient_of_parameters_that_need_the_input():
    """With a negative slope the output does not tell."""
    assert ak.leaky_relu.saves == "output"
    assert torch.autograd.gradcheck(ak_torch.activation("leaky_relu", alpha=-0.5), (points(6).requires_grad_(),))


def test_module():
    module = ak_torch.Activation("elu", alpha=0.5)
    x = points(4, 5)
    assert str(module) == "Activation(elu(alpha=0.5))"
    assert not module.state_dict()
    for other in (copy.deepcopy(module), pickle.loads(pickle.dumps(module))):
        assert torch.equal(other(x), ak_torch.elu(x, alpha=0.5))
    assert pickle.loads(pickle.dumps(ak_torch.gelu)).kernel is ak.gelu


def test_a_network_learns():
    torch.manual_seed(0)
    x = points(200, 2, dtype=torch.float32)
    target = (x[:, :1] * x[:, 1:] > 0).float()
    model = torch.nn.Sequential(
        torch.nn.Linear(2, 16), ak_torch.Activation("mish"), torch.nn.Linear(16, 1), ak_torch.Activation("logistic")
    )
    optimiser = torch.optim.Adam(model.parameters(), lr=0.05)
    losses = []
    for _ in range(100):
        optimiser.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy(model(x), target)
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 4


def test_the_absence_of_torch_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    source = inspect.getsource(ak_torch)
    with pytest.raises(ImportError, match=r"pip install 'actkernels\[torch\]'"):
        exec(compile(source, "torch.py", "exec"), {"__name__": "absent"})


def test_docstrings():
    import doctest

    assert not doctest.testmod(ak_torch).failed

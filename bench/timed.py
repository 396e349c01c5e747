"""Other libraries where speed counts: into an array that is there, into a new one, backward in place.

A call is a statement of ``x``, the input, ``y``, the output, ``d``, the delta, which becomes its product with the
gradient, and ``t``, scratch, which is exp(-abs(x)) when a backward pass begins. It is the fastest that users of the
library would write. Where one has no variant that works in place, the one that makes a new array stands for it, without
the copy that would be due: an advantage for them.
"""

from __future__ import annotations

import ast
import functools
import math
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import libraries
import numpy as np
from numpynet import EXPRESSIONS

import actkernels as ak

PASSES = ("out", "new", "backward")
CHECKED = 100_000

# Forward into y and backward, where they do not follow from libraries.CALLS. What makes a new array is the call there,
# or else the one here without its out=y.
CALLS: dict[str, dict[str, tuple[str | None, str | None]]] = {
    "relu": {
        "torch": ("torch.clamp_min(x, 0, out=y)", "aten.threshold_backward.grad_input(d, x, 0, grad_input=d)"),
        "numpy": ("np.maximum(x, 0, out=y)", "np.multiply(d, x > 0, out=d)"),
    },
    "relu6": {
        "torch": ("nn.hardtanh(x, 0, 6, out=y)", "aten.hardtanh_backward.grad_input(d, x, 0, 6, grad_input=d)"),
        "numpy": ("np.clip(x, 0, 6, out=y)", None),
    },
    "hard_tanh": {
        "torch": ("nn.hardtanh(x, -1, 1, out=y)", "aten.hardtanh_backward.grad_input(d, x, -1, 1, grad_input=d)"),
        "numpy": ("np.clip(x, -1, 1, out=y)", None),
    },
    "leaky_relu": {
        "torch": (
            "nn.leaky_relu(x, 0.01, out=y)",
            "aten.leaky_relu_backward.grad_input(d, x, 0.01, False, grad_input=d)",
        ),
        "numpy": ("np.maximum(x, 0.01 * x, out=y)", None),
    },
    "elu": {"torch": ("nn.elu(x, out=y)", "aten.elu_backward.grad_input(d, 1, 1, 1, True, y, grad_input=d)")},
    "celu": {"torch": ("nn.elu(x, out=y)", "aten.elu_backward.grad_input(d, 1, 1, 1, True, y, grad_input=d)")},
    "selu": {
        "torch": (
            "nn.elu(x, 1.6732632423543772, 1.0507009873554805, out=y)",
            "aten.elu_backward.grad_input(d, 1.6732632423543772, 1.0507009873554805, 1, True, y, grad_input=d)",
        )
    },
    "threshold": {
        "torch": ("torch.threshold(x, 1, 0, out=y)", "aten.threshold_backward.grad_input(d, x, 1, grad_input=d)")
    },
    "softplus": {"torch": ("nn.softplus(x, out=y)", "aten.softplus_backward.grad_input(d, x, 1, 20, grad_input=d)")},
    "logistic": {"torch": ("torch.sigmoid(x, out=y)", "aten.sigmoid_backward.grad_input(d, y, grad_input=d)")},
    "tanh": {"torch": ("torch.tanh(x, out=y)", "aten.tanh_backward.grad_input(d, y, grad_input=d)")},
    "hard_sigmoid": {"torch": ("nn.hardsigmoid(x, out=y)", "aten.hardsigmoid_backward.grad_input(d, x, grad_input=d)")},
    "log_sigmoid": {
        # t is what their forward pass would have kept
        "torch": ("nn.log_sigmoid(x, out=y)", "aten.log_sigmoid_backward.grad_input(d, x, t, grad_input=d)")
    },
    "softsign": {
        "torch": ("torch.div(x, torch.abs(x, out=y).add_(1), out=y)", "d.div_(torch.abs(x, out=t).add_(1).square_())")
    },
    "arctan": {"torch": ("torch.atan(x, out=y)", "d.div_(torch.square(x, out=t).add_(1))")},
    "arsinh": {"torch": ("torch.asinh(x, out=y)", "d.mul_(torch.square(x, out=t).add_(1).rsqrt_())")},
    "erf": {"torch": ("torch.erf(x, out=y)", None)},
    "tanhshrink": {"torch": ("torch.sub(x, torch.tanh(x, out=y), out=y)", None)},
    "softshrink": {
        "torch": ("nn.softshrink(x, out=y)", "aten.softshrink_backward.grad_input(d, x, 0.5, grad_input=d)")
    },
    "hardshrink": {
        "torch": ("torch.hardshrink(x, out=y)", "aten.hardshrink_backward.grad_input(d, x, 0.5, grad_input=d)")
    },
    "gelu": {
        "torch": ("nn.gelu(x, out=y)", "aten.gelu_backward.grad_input(d, x, grad_input=d)"),
        "scipy": ("np.multiply(x, special.ndtr(x), out=y)", None),
    },
    "gelu_tanh": {
        "torch": (
            "nn.gelu(x, approximate='tanh', out=y)",
            "aten.gelu_backward.grad_input(d, x, approximate='tanh', grad_input=d)",
        )
    },
    "silu": {
        "torch": ("nn.silu(x, out=y)", "aten.silu_backward.grad_input(d, x, grad_input=d)"),
        "scipy": ("np.multiply(x, special.expit(x), out=y)", None),
    },
    "mish": {"torch": ("nn.mish(x, out=y)", "aten.mish_backward(d, x)")},
    "hard_swish": {"torch": ("nn.hardswish(x, out=y)", "aten.hardswish_backward(d, x)")},
    "sinusoid": {"torch": ("torch.sin(x, out=y)", "d.mul_(torch.cos(x, out=t))")},
    "cosine": {"torch": ("torch.cos(x, out=y)", "d.mul_(torch.sin(x, out=t).neg_())")},
    "exponential": {"torch": ("torch.exp(x, out=y)", "d.mul_(y)"), "numpy": (None, "np.multiply(d, y, out=d)")},
    "absolute": {"torch": ("torch.abs(x, out=y)", "d.mul_(torch.sgn(x, out=t))")},
    "square": {"torch": ("torch.square(x, out=y)", "d.mul_(x).mul_(2)")},
}

# thinc's names for the function, and what its backward pass needs. It works in place where it is asked to.
THINC = {
    "relu": ("relu", "y"),
    "relu6": ("relu_k", "x"),
    "hard_tanh": ("hard_tanh", "x"),
    "logistic": ("sigmoid", "y"),
    "gelu": ("gelu", "x"),
    "gelu_tanh": ("gelu_approx", "x"),
    "silu": ("swish", "x, y"),
    "mish": ("mish", "x"),
    "hard_swish": ("hard_swish_mobilenet", "x"),
}

# The function and the new delta, as people write them who have NumPy, numexpr or Numba.
FORMULAS = {
    "relu": ("where(x > 0, x, 0)", "where(x > 0, d, 0)"),
    "leaky_relu": ("where(x > 0, x, 0.01 * x)", "where(x > 0, d, 0.01 * d)"),
    "logistic": ("1 / (1 + exp(-x))", "d * y * (1 - y)"),
    "tanh": ("tanh(x)", "d * (1 - y * y)"),
    "gelu": (
        "0.5 * x * (1 + erf(0.7071067811865476 * x))",
        "d * (0.5 * (1 + erf(0.7071067811865476 * x)) + 0.3989422804014327 * x * exp(-0.5 * x * x))",
    ),
    "gelu_tanh": (
        "0.5 * x * (1 + tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)))",
        "d * (0.5 * (1 + tanh(0.7978845608028654 * (x + 0.044715 * x * x * x))) + 0.3989422804014327 * x"
        " * (1 + 0.134145 * x * x) / cosh(0.7978845608028654 * (x + 0.044715 * x * x * x))"
        " / cosh(0.7978845608028654 * (x + 0.044715 * x * x * x)))",
    ),
    "silu": ("x / (1 + exp(-x))", "d * (y + (1 - y) / (1 + exp(-x)))"),
    "mish": (
        "x * tanh(log1p(exp(x)))",
        "d * (tanh(log1p(exp(x))) + x * (1 - tanh(log1p(exp(x))) * tanh(log1p(exp(x)))) / (1 + exp(-x)))",
    ),
    "elu": ("where(x > 0, x, expm1(x))", "where(y > 0, d, d * (y + 1))"),
    "selu": (
        "1.0507009873554805 * where(x > 0, x, 1.6732632423543772 * expm1(x))",
        "d * where(y > 0, 1.0507009873554805, y + 1.7580993408473766)",
    ),
    "softplus": ("log1p(exp(x))", "d / (1 + exp(-x))"),
    "softsign": ("x / (1 + abs(x))", "d / ((1 + abs(x)) * (1 + abs(x)))"),
    "log_sigmoid": ("-log1p(exp(-x))", "d / (1 + exp(x))"),
    "hard_swish": (
        "x * where(x > -3, where(x < 3, x / 6 + 0.5, 1), 0)",
        "d * where(x > -3, where(x < 3, x / 3 + 0.5, 1), 0)",
    ),
    "hard_sigmoid": ("where(x > -3, where(x < 3, x / 6 + 0.5, 1), 0)", "where(abs(x) < 3, d / 6, 0)"),
}
HEADLINE = tuple(FORMULAS)

Slot = tuple[Any, ...]
"""x, y, d and t, as a library takes them."""


def loop(statement: str, namespace: dict[str, Any]) -> Callable[[list[Slot]], Any]:
    """The statement for each slot in turn, without any call between; functions are looked up before.

    Returns the value of the last, if it has one.
    """
    tree, found = ast.parse(statement), dict(namespace)

    class LookUp(ast.NodeTransformer):
        def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
            path = ast.unparse(node)
            if path.partition(".")[0] not in namespace or not path.replace(".", "_").isidentifier():
                return self.generic_visit(node)
            name = path.replace(".", "_")
            found[name] = eval(path, dict(namespace))
            return ast.Name(name, ast.Load())

    line = ast.unparse(LookUp().visit(tree))
    value = "value = " if isinstance(tree.body[0], ast.Expr) else ""
    exec(f"def run(slots):\n value = None\n for x, y, d, t in slots:\n  {value}{line}\n return value", found)
    return found["run"]


def constants_by_name(formula: str, pattern: str) -> tuple[str, dict[str, float]]:
    """A formula with its numbers replaced by names, and what they stand for."""
    numbers = dict.fromkeys(re.findall(pattern, formula))
    names = {number: f"c{place}" for place, number in enumerate(numbers)}
    return re.sub(pattern, lambda match: names[match[0]], formula), {names[text]: float(text) for text in numbers}


class Side:
    """One that is measured: ours, and the base of theirs. Slots are NumPy arrays."""

    title = "actkernels"
    dtypes: tuple[str, ...] = ("float32", "float64", "float16", "bfloat16")

    def versions(self) -> dict[str, str]:
        return {"actkernels": ak.__version__}

    def threads(self, count: int) -> AbstractContextManager[Any]:
        """Obey a number of threads while this is entered."""
        return ak.threads(count)

    def statement(self, row: str, which: str, dtype: str) -> tuple[str, dict[str, Any]] | None:
        """The call, and what it names."""
        function = ak.ACTIVATIONS[row]
        saved = "y=y" if function.saves == "output" else "x=x"
        text = {"out": "f(x, out=y)", "new": "f(x)", "backward": f"f.backward(d, {saved}, out=d)"}[which]
        return text, {"f": function}

    def slot(self, arrays: Slot, which: str) -> Slot:
        """The arrays, as this library takes them; they share the memory where they can."""
        return arrays

    def renew(self, slots: list[Slot], arrays: list[Slot], which: str) -> list[Slot]:
        """The slots after the arrays were filled again."""
        return slots

    def result(self, value: Any, slot: Slot, which: str) -> Any:
        """The beginning of what the call computed, in float64; nothing if that cannot be seen."""
        if value is None:
            value = slot[PASSES.index(which) or 1]
        return np.array(value[:CHECKED], dtype=np.float64)


class Peer(Side):
    """A library of libraries.py."""

    def __init__(self, key: str) -> None:
        self.key, self.library = key, libraries.LIBRARIES[key]
        self.title = self.library.title

    def versions(self) -> dict[str, str]:
        return self.library.versions()

    def threads(self, count: int) -> AbstractContextManager[Any]:
        return nullcontext()

    @functools.cached_property
    def namespace(self) -> dict[str, Any]:
        return self.library.namespace

    def call(self, row: str) -> str | None:
        return libraries.CALLS.get(row, {}).get(self.key)

    def statement(self, row: str, which: str, dtype: str) -> tuple[str, dict[str, Any]] | None:
        call = self.call(row)
        forward, backward = CALLS.get(row, {}).get(self.key, (None, None))
        if forward is None and call and isinstance(self, Ufuncs):
            forward = f"{call[:-1]}, out=y)"
        new = call or (forward and forward.replace(", out=y", ""))
        text = dict(zip(PASSES, (forward, new, backward), strict=True))[which]
        return (text, self.namespace) if text else None


class Torch(Peer):
    @functools.cached_property
    def namespace(self) -> dict[str, Any]:
        torch = self.library.namespace["torch"]
        return {**self.library.namespace, "nn": torch._C._nn, "aten": torch.ops.aten}

    def threads(self, count: int) -> AbstractContextManager[Any]:
        torch = self.namespace["torch"]
        torch.set_num_threads(count)
        return torch.inference_mode()

    def slot(self, arrays: Slot, which: str) -> Slot:
        torch = self.namespace["torch"]
        if arrays[0].dtype == "bfloat16":
            return tuple(torch.from_numpy(array.view(np.int16)).view(torch.bfloat16) for array in arrays)
        return tuple(map(torch.from_numpy, arrays))

    def result(self, value: Any, slot: Slot, which: str) -> Any:
        return value[:CHECKED].double().numpy().copy()


class Jax(Peer):
    """Compiled. It has no out=: an array that is given away stands for it, whose memory the result takes.

    Without asynchronous dispatch, which hands each call to another thread only to wait for it.
    """

    @functools.cached_property
    def namespace(self) -> dict[str, Any]:
        found = self.library.namespace
        found["jax"].config.update("jax_cpu_enable_async_dispatch", False)
        return found

    def statement(self, row: str, which: str, dtype: str) -> tuple[str, dict[str, Any]] | None:
        call = self.call(row)
        if call is None:
            return None
        jax = self.namespace["jax"]

        def function(x: Any) -> Any:
            return self.library.evaluate(call, x)

        if which == "backward":
            compiled = jax.jit(lambda d, x: jax.vjp(function, x)[1](d)[0], donate_argnums=0)
            return "f(d, x).block_until_ready()", {"f": compiled}
        if which == "new":
            return "f(x).block_until_ready()", {"f": jax.jit(function)}
        compiled = jax.jit(lambda x, y: function(x), donate_argnums=1, keep_unused=True)
        return "f(x, y).block_until_ready()", {"f": compiled}

    def slot(self, arrays: Slot, which: str) -> Slot:
        return tuple(map(self.namespace["jax"].numpy.array, arrays))

    def renew(self, slots: list[Slot], arrays: list[Slot], which: str) -> list[Slot]:
        given_away = {"out": 1, "backward": 2}.get(which)
        if given_away is None:
            return slots
        array = self.namespace["jax"].numpy.array
        fresh = [
            tuple(array(own[place]) if place == given_away else old for place, old in enumerate(slot))
            for slot, own in zip(slots, arrays, strict=True)
        ]
        for slot in fresh:
            slot[given_away].block_until_ready()
        return fresh


class Onnx(Peer):
    """A session that is kept, with inputs and outputs bound to arrays; it has no backward pass."""

    def statement(self, row: str, which: str, dtype: str) -> tuple[str, dict[str, Any]] | None:
        call = self.call(row)
        if call is None or which == "backward":
            return None
        self.session = self.library.session(call, dtype)
        run = "run_with_ort_values" if dtype == "bfloat16" else "run"  # which is ten times as fast, but for NumPy's own
        text = {"out": "session.run_with_iobinding(x)", "new": f"session.{run}(None, x)"}[which]
        return text, {"session": self.session}

    def slot(self, arrays: Slot, which: str) -> Slot:
        x, y = arrays[:2]
        kind = self.namespace["onnx"].helper.np_dtype_to_tensor_dtype(x.dtype)
        if which == "new":
            value = self.namespace["runtime"].OrtValue
            given = value.ortvalue_from_numpy_with_onnx_type(x, kind) if x.dtype == "bfloat16" else x
            return {"x": given}, *arrays[1:]
        binding = self.session.io_binding()
        binding.bind_input("x", "cpu", 0, kind, x.shape, x.ctypes.data)
        binding.bind_output("y", "cpu", 0, kind, y.shape, y.ctypes.data)
        return binding, *arrays[1:]

    def result(self, value: Any, slot: Slot, which: str) -> Any:
        if which == "new":
            value = value[0]
        if hasattr(value, "data_type"):  # a bfloat16 value of theirs, which does not become an array
            return None
        return super().result(value, slot, which)


class Ufuncs(Peer):
    """NumPy, and SciPy's special functions: out= is there without saying so in the table."""

    @functools.cached_property
    def namespace(self) -> dict[str, Any]:
        return {"np": np, **self.library.namespace}


class Numpy(Ufuncs):
    def statement(self, row: str, which: str, dtype: str) -> tuple[str, dict[str, Any]] | None:
        found = super().statement(row, which, dtype)
        if found or which == "out" or row not in FORMULAS:
            return found
        formula = FORMULAS[row][which == "backward"]
        names = {name: getattr(np, name) for name in ("where", "exp", "expm1", "log1p", "tanh", "cosh")}
        if "erf" in formula:
            names["erf"] = libraries.LIBRARIES["scipy"].namespace["special"].erf
        return ("d[:] = " if which == "backward" else "") + formula, names


class Numexpr(Peer):
    dtypes = ("float32", "float64")

    def threads(self, count: int) -> AbstractContextManager[Any]:
        self.namespace["ne"].set_num_threads(count)
        return nullcontext()

    def statement(self, row: str, which: str, dtype: str) -> tuple[str, dict[str, Any]] | None:
        if row not in FORMULAS:
            return None
        formula, constants = constants_by_name(FORMULAS[row][which == "backward"], r"\b\d+\.\d+\b")
        if "erf" in formula:  # which it lacks
            return None
        typed = {name: np.dtype(dtype).type(value) for name, value in constants.items()}  # a number would be float64
        arrays = [name for name in "xyd" if re.search(rf"\b{name}\b", formula)]
        operands = ", ".join(f"{name!r}: {name}" for name in (*arrays, *typed))
        into = {"out": ", out=y", "new": "", "backward": ", out=d"}[which]
        return f"ne.evaluate({formula!r}, {{{operands}}}{into})", {**self.namespace, **typed}


class Numba(Peer):
    """A compiled loop over elements, with fastmath; where there are threads to use, also a parallel one."""

    dtypes = ("float32", "float64")

    def __init__(self, key: str, *, parallel: bool = False) -> None:
        super().__init__(key)
        self.parallel = parallel

    def threads(self, count: int) -> AbstractContextManager[Any]:
        self.namespace["numba"].set_num_threads(count)
        return nullcontext()

    @functools.cache  # noqa: B019 - one object for the whole run
    def statement(self, row: str, which: str, dtype: str) -> tuple[str, dict[str, Any]] | None:
        if row not in FORMULAS:
            return None
        numba = self.namespace["numba"]
        formula, constants = constants_by_name(FORMULAS[row][which == "backward"], r"\b\d+(?:\.\d+)?\b")
        names = {name: getattr(math, name) for name in ("exp", "expm1", "log1p", "tanh", "cosh", "erf")}
        names |= {name: np.dtype(dtype).type(value) for name, value in constants.items()}
        names |= {"prange": numba.prange, "np": np}
        names["where"] = numba.njit(lambda condition, one, other: one if condition else other)
        formula = re.sub(r"\b([xyd])\b", r"\1[i]", formula)
        target = {"out": "y", "new": "new", "backward": "d"}[which]
        source = (
            "def kernel(x, y, d):\n"
            + (" new = np.empty_like(x)\n" if which == "new" else "")
            + f" for i in prange(x.size):\n  {target}[i] = {formula}\n return {target}"
        )
        exec(source, names)
        kernel = numba.njit(names["kernel"], parallel=self.parallel, fastmath=True, error_model="numpy")
        return "kernel(x, y, d)", {"kernel": kernel}


class Thinc(Peer):
    dtypes = ("float32", "float64")

    def statement(self, row: str, which: str, dtype: str) -> tuple[str, dict[str, Any]] | None:
        if row not in THINC:
            return None
        name, saved = THINC[row]
        text = {
            "out": f"ops.{name}(y, inplace=True)",
            "new": f"ops.{name}(x)",
            "backward": f"ops.backprop_{name}(d, {saved}, inplace=True)",
        }[which]
        return text, {"ops": self.namespace["backends"].NumpyOps()}


class Numpynet(Side):
    """The expressions of NumPyNet's layer, which work on a copy."""

    title = "NumPyNet's expressions"
    dtypes = ("float32", "float64")

    def versions(self) -> dict[str, str]:
        return {}

    def threads(self, count: int) -> AbstractContextManager[Any]:
        return nullcontext()

    def statement(self, row: str, which: str, dtype: str) -> tuple[str, dict[str, Any]] | None:
        pairs = (pair for name, pair in EXPRESSIONS.items() if ak.get(name) == ak.ACTIVATIONS[row])
        activate, gradient = next(pairs, (None, None))
        if activate is None or which == "out":
            return None
        text = {"new": "activate(x.copy())", "backward": "np.multiply(d, gradient(y.copy()), out=d)"}[which]
        return text, {"np": np, "activate": activate, "gradient": gradient}


KINDS: dict[str, type[Peer]] = {
    "torch": Torch,
    "jax": Jax,
    "onnx": Onnx,
    "scipy": Ufuncs,
    "numpy": Numpy,
    "numexpr": Numexpr,
    "numba": Numba,
    "thinc": Thinc,
}
TITLES = {key: libraries.LIBRARIES[key].title for key in KINDS} | {"numpynet": Numpynet.title}


def peers(wanted: tuple[str, ...]) -> Iterator[tuple[str, Side]]:
    """Those of the wanted libraries that are here; what follows a blank in a key is one way of several."""
    for key in libraries.installed(tuple(key for key in wanted if key in KINDS)):
        yield key, KINDS[key](key)
        if key == "numba" and libraries.THREADS > 1:
            yield "numba parallel", Numba(key, parallel=True)
    if "numpynet" in wanted:
        yield "numpynet", Numpynet()

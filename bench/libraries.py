"""Other libraries' activations: which call of theirs is which row, and how to make it. The one place for both.

A call is an expression of ``x`` as its users write it, for the row's default parameters: where a library's own defaults
are others, the call passes ours. That of ONNX is an operator, with its attributes by keyword and further inputs by
position. Nothing is imported before it is called.
"""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import os
import re
import warnings
from collections.abc import Callable
from importlib import metadata
from typing import Any, ClassVar

import numpy as np

THREADS = 1

CALLS: dict[str, dict[str, str]] = {
    "identity": {"keras": "activations.linear(x)", "jax": "nn.identity(x)"},
    "relu": {"torch": "F.relu(x)", "jax": "nn.relu(x)", "keras": "activations.relu(x)", "onnx": "Relu(x)"},
    "relu6": {"torch": "F.relu6(x)", "jax": "nn.relu6(x)", "keras": "activations.relu6(x)", "onnx": "Clip(x, 0, 6)"},
    "hard_tanh": {
        "torch": "F.hardtanh(x)",
        "jax": "nn.hard_tanh(x)",
        "keras": "activations.hard_tanh(x)",
        "onnx": "Clip(x, -1, 1)",
    },
    "leaky_relu": {
        "torch": "F.leaky_relu(x)",
        "jax": "nn.leaky_relu(x)",
        "keras": "activations.leaky_relu(x, negative_slope=0.01)",
        "onnx": "LeakyRelu(x)",
    },
    "elu": {"torch": "F.elu(x)", "jax": "nn.elu(x)", "keras": "activations.elu(x)", "onnx": "Elu(x)"},
    "celu": {"torch": "F.celu(x)", "jax": "nn.celu(x)", "keras": "activations.celu(x)", "onnx": "Celu(x)"},
    "selu": {"torch": "F.selu(x)", "jax": "nn.selu(x)", "keras": "activations.selu(x)", "onnx": "Selu(x)"},
    "threshold": {
        "torch": "F.threshold(x, threshold=1.0, value=0.0)",
        "keras": "activations.threshold(x, threshold=1.0, default_value=0.0)",
        "onnx": "ThresholdedRelu(x)",
    },
    "smelu": {"jax": "nn.sparse_plus(x)", "keras": "activations.sparse_plus(x)"},
    "squareplus": {"jax": "nn.squareplus(x)", "keras": "activations.squareplus(x)"},
    "softplus": {
        "torch": "F.softplus(x)",
        "jax": "nn.softplus(x)",
        "keras": "activations.softplus(x)",
        "onnx": "Softplus(x)",
        "scipy": "special.softplus(x)",
        "numpy": "np.logaddexp(x, 0)",
    },
    "logistic": {
        "torch": "torch.sigmoid(x)",
        "jax": "nn.sigmoid(x)",
        "keras": "activations.sigmoid(x)",
        "onnx": "Sigmoid(x)",
        "scipy": "special.expit(x)",
    },
    "tanh": {
        "torch": "torch.tanh(x)",
        "jax": "nn.tanh(x)",
        "keras": "activations.tanh(x)",
        "onnx": "Tanh(x)",
        "numpy": "np.tanh(x)",
    },
    "hard_sigmoid": {
        "torch": "F.hardsigmoid(x)",
        "jax": "nn.hard_sigmoid(x)",
        "keras": "activations.hard_sigmoid(x)",
        "onnx": "HardSigmoid(x, alpha=1 / 6)",
    },
    "log_sigmoid": {
        "torch": "F.logsigmoid(x)",
        "jax": "nn.log_sigmoid(x)",
        "keras": "activations.log_sigmoid(x)",
        "scipy": "special.log_expit(x)",
    },
    "softsign": {
        "torch": "F.softsign(x)",
        "jax": "nn.soft_sign(x)",
        "keras": "activations.softsign(x)",
        "onnx": "Softsign(x)",
    },
    "arctan": {"torch": "torch.atan(x)", "jax": "jnp.arctan(x)", "onnx": "Atan(x)", "numpy": "np.arctan(x)"},
    "arsinh": {"torch": "torch.asinh(x)", "jax": "jnp.arcsinh(x)", "onnx": "Asinh(x)", "numpy": "np.arcsinh(x)"},
    "erf": {"torch": "torch.erf(x)", "jax": "lax.erf(x)", "onnx": "Erf(x)", "scipy": "special.erf(x)"},
    "tanhshrink": {"torch": "F.tanhshrink(x)", "keras": "activations.tanh_shrink(x)"},
    "softshrink": {
        "torch": "F.softshrink(x)",
        "keras": "activations.soft_shrink(x)",
        "onnx": "Shrink(x, bias=0.5)",
    },
    "hardshrink": {"torch": "F.hardshrink(x)", "keras": "activations.hard_shrink(x)", "onnx": "Shrink(x)"},
    "gelu": {
        "torch": "F.gelu(x)",
        "jax": "nn.gelu(x, approximate=False)",
        "keras": "activations.gelu(x)",
        "onnx": "Gelu(x)",
    },
    "gelu_tanh": {
        "torch": "F.gelu(x, approximate='tanh')",
        "jax": "nn.gelu(x)",
        "keras": "activations.gelu(x, approximate=True)",
        "onnx": "Gelu(x, approximate='tanh')",
    },
    "silu": {"torch": "F.silu(x)", "jax": "nn.silu(x)", "keras": "activations.silu(x)", "onnx": "Swish(x)"},
    "mish": {"torch": "F.mish(x)", "jax": "nn.mish(x)", "keras": "activations.mish(x)", "onnx": "Mish(x)"},
    "hard_swish": {
        "torch": "F.hardswish(x)",
        "jax": "nn.hard_swish(x)",
        "keras": "activations.hard_swish(x)",
        "onnx": "HardSwish(x)",
    },
    "sinusoid": {"torch": "torch.sin(x)", "jax": "jnp.sin(x)", "onnx": "Sin(x)", "numpy": "np.sin(x)"},
    "cosine": {"torch": "torch.cos(x)", "jax": "jnp.cos(x)", "onnx": "Cos(x)", "numpy": "np.cos(x)"},
    "exponential": {
        "torch": "torch.exp(x)",
        "jax": "jnp.exp(x)",
        "keras": "activations.exponential(x)",
        "onnx": "Exp(x)",
        "numpy": "np.exp(x)",
    },
    "absolute": {"torch": "torch.abs(x)", "jax": "jnp.abs(x)", "onnx": "Abs(x)", "numpy": "np.abs(x)"},
    "square": {"torch": "torch.square(x)", "jax": "jnp.square(x)", "numpy": "np.square(x)"},
}

Array = np.ndarray[Any, Any]
Pass = Callable[[Array], Array]


class Library:
    """One of the others: its name, its versions, and its calls as functions of arrays."""

    title = ""
    packages: tuple[str, ...] = ()
    names: ClassVar[dict[str, str]] = {}
    """What a call calls a module."""

    @functools.cached_property
    def namespace(self) -> dict[str, Any]:
        """The modules that calls name, imported now."""
        self.prepare()
        try:
            return {name: importlib.import_module(module) for name, module in self.names.items()}
        except ImportError as error:
            raise ImportError(f"comparing with {self.title} needs: pip install 'actkernels[peers]' ({error})") from None

    def require(self) -> dict[str, Any]:
        """Import them, or say what to install."""
        return self.namespace

    def prepare(self) -> None:
        """Choose threads and the like, which has to be before the import."""

    def versions(self) -> dict[str, str]:
        self.require()
        return {package: metadata.version(package) for package in self.packages}

    def evaluate(self, call: str, x: Any) -> Any:
        return eval(call, {**self.namespace, "x": x})

    def forward(self, call: str, dtype: Any) -> Pass:
        """The call as a function of an array of this type."""
        return lambda x: np.asarray(self.evaluate(call, x))

    def gradient(self, call: str, dtype: Any) -> Pass | None:
        """The gradient that the library's own differentiation gives, if it has one."""
        return None

    def defaults(self, call: str) -> dict[str, Any]:
        """Defaults of the function that is called, as its signature or, failing that, its documentation has them."""
        function = eval(call.partition("(")[0], dict(self.namespace))
        try:
            signature = inspect.signature(function)
        except ValueError:
            first = inspect.getdoc(function).partition("\n")[0]  # softplus(input, beta=1, threshold=20) -> Tensor
            arguments = ", ".join(re.findall(r"\w+ ?= ?[^,)]+", first))
            return {keyword.arg: ast.literal_eval(keyword.value) for keyword in _call(f"f({arguments})").keywords}
        return {
            name: parameter.default
            for name, parameter in signature.parameters.items()
            if parameter.default is not inspect.Parameter.empty
        }


def _call(text: str) -> ast.Call:
    tree = ast.parse(text, mode="eval").body
    assert isinstance(tree, ast.Call)
    return tree


class Torch(Library):
    title, packages = "PyTorch", ("torch",)
    names: ClassVar = {"torch": "torch", "F": "torch.nn.functional"}

    def prepare(self) -> None:
        os.environ.setdefault("OMP_NUM_THREADS", str(THREADS))

    def forward(self, call: str, dtype: Any) -> Pass:
        torch = self.namespace["torch"]
        torch.set_num_threads(THREADS)
        return lambda x: self.evaluate(call, torch.from_numpy(x)).numpy()

    def gradient(self, call: str, dtype: Any) -> Pass:
        torch = self.namespace["torch"]

        def gradient(x: Array) -> Array:
            leaf = torch.from_numpy(x.copy()).requires_grad_()
            self.evaluate(call, leaf).sum().backward()
            return leaf.grad.numpy()

        return gradient


class Jax(Library):
    title, packages = "JAX", ("jax", "jaxlib")
    names: ClassVar = {"jax": "jax", "nn": "jax.nn", "jnp": "jax.numpy", "lax": "jax.lax"}

    def prepare(self) -> None:
        if THREADS == 1:
            os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
        os.environ.setdefault("JAX_PLATFORMS", "cpu")
        os.environ.setdefault("JAX_ENABLE_X64", "true")

    def forward(self, call: str, dtype: Any) -> Pass:
        compiled = self.namespace["jax"].jit(lambda x: self.evaluate(call, x))
        return lambda x: np.asarray(compiled(x))

    def gradient(self, call: str, dtype: Any) -> Pass:
        jax = self.namespace["jax"]
        compiled = jax.jit(jax.grad(lambda x: self.evaluate(call, x).sum()))
        return lambda x: np.asarray(compiled(x))


class Keras(Jax):
    """With JAX below it: Keras computes with one of several others."""

    title, packages = "Keras", ("keras",)
    names: ClassVar = {"keras": "keras", "activations": "keras.activations", "jax": "jax"}

    def prepare(self) -> None:
        os.environ["KERAS_BACKEND"] = "jax"
        super().prepare()


class Onnx(Library):
    title, packages = "ONNX Runtime", ("onnxruntime", "onnx")
    names: ClassVar = {"onnx": "onnx", "runtime": "onnxruntime"}
    opset, ir_version = 24, 11

    def forward(self, call: str, dtype: Any) -> Pass:
        session = self.session(call, dtype)
        return lambda x: session.run(None, {"x": x})[0]

    def session(self, call: str, dtype: Any) -> Any:
        """A model of this one operator, loaded."""
        onnx, runtime = self.namespace["onnx"], self.namespace["runtime"]
        tree, kind = _call(call), onnx.helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
        values = [np.array(ast.literal_eval(node), dtype) for node in tree.args[1:]]
        attributes = {keyword.arg: eval(ast.unparse(keyword.value)) for keyword in tree.keywords}
        node = onnx.helper.make_node(ast.unparse(tree.func), ["x", *map("c{}".format, range(len(values)))], ["y"])
        node.attribute.extend(onnx.helper.make_attribute(*attribute) for attribute in attributes.items())
        graph = onnx.helper.make_graph(
            [node],
            "one_operator",
            [onnx.helper.make_tensor_value_info("x", kind, [None])],
            [onnx.helper.make_tensor_value_info("y", kind, [None])],
            [onnx.numpy_helper.from_array(value, f"c{place}") for place, value in enumerate(values)],
        )
        versions = [onnx.helper.make_operatorsetid("", self.opset)]
        model = onnx.helper.make_model(graph, opset_imports=versions, ir_version=self.ir_version)
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = THREADS
        options.log_severity_level = 4
        return runtime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )  # raises where the runtime lacks the operator or the type

    def defaults(self, call: str) -> dict[str, Any]:
        onnx = self.namespace["onnx"]
        schema = onnx.defs.get_schema(call.partition("(")[0], self.opset)
        found = {}
        for name, attribute in schema.attributes.items():
            value = onnx.helper.get_attribute_value(attribute.default_value)
            found[name] = value.decode() if isinstance(value, bytes) else float(f"{value:.7g}")
        return found


class Scipy(Library):
    title, packages = "SciPy", ("scipy",)
    names: ClassVar = {"special": "scipy.special"}


class Numpy(Library):
    title, packages = "NumPy", ("numpy",)
    names: ClassVar = {"np": "numpy"}


class Numexpr(Library):
    title, packages = "numexpr", ("numexpr",)
    names: ClassVar = {"ne": "numexpr"}


class Numba(Library):
    title, packages = "Numba", ("numba",)
    names: ClassVar = {"numba": "numba"}


class Thinc(Library):
    title, packages = "thinc", ("thinc",)
    names: ClassVar = {"backends": "thinc.backends"}


LIBRARIES: dict[str, Library] = {
    "torch": Torch(),
    "jax": Jax(),
    "keras": Keras(),
    "onnx": Onnx(),
    "scipy": Scipy(),
    "numpy": Numpy(),
    "numexpr": Numexpr(),
    "numba": Numba(),
    "thinc": Thinc(),
}


def installed(wanted: tuple[str, ...]) -> dict[str, Library]:
    """Those of the wanted libraries that are here; about the others it says so."""
    found = {}
    for key in wanted:
        try:
            LIBRARIES[key].versions()
        except ImportError as error:
            print(f"{LIBRARIES[key].title} is left out: {error}")
            continue
        found[key] = LIBRARIES[key]
    return found


def quietly(function: Pass, x: Array) -> Array:
    """Run a call of theirs, whose warnings are their affair."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return np.asarray(function(x))

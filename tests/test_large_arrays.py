"""Dask computes lazily and chunk by chunk; xarray and pandas keep their labels."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import actkernels as ak

NAMES = ["relu", "tanh", "gelu", "leaky_relu"]
ROOT = Path(__file__).resolve().parent.parent


def numbers(*shape, dtype=np.float32):
    return (3 * np.random.default_rng(1).standard_normal(shape)).astype(dtype)


@pytest.fixture
def dask_array():
    return pytest.importorskip("dask.array", reason="Dask is not installed")


class Counting:
    """An array that counts how often it is read, and by which pieces."""

    def __init__(self, array):
        self.array = array
        self.shape, self.dtype, self.ndim = array.shape, array.dtype, array.ndim
        self.pieces = []

    def __getitem__(self, key):
        piece = self.array[key]
        if piece.size:  # Dask tries what it may be with an empty one
            self.pieces.append(piece.shape)
        return piece


@pytest.mark.parametrize("name", NAMES)
def test_dask_is_lazy_and_goes_chunk_by_chunk(dask_array, name):
    kernel = ak.ACTIVATIONS[name]
    source = Counting(numbers(8, 10))
    x = dask_array.from_array(source, chunks=(4, 5))
    delta = dask_array.from_array(numbers(8, 10) / 2, chunks=(4, 5))
    y = kernel(x)
    back = kernel.backward(delta, x=x)
    gradient = kernel.gradient(x=x)
    assert not source.pieces
    for lazy in (y, back, gradient):
        assert isinstance(lazy, dask_array.Array)
        assert (lazy.chunks, lazy.dtype) == (x.chunks, np.float32)
    assert kernel.saves == "input" or isinstance(kernel.backward(delta, y=y), dask_array.Array)
    result = y.compute(scheduler="threads", num_workers=2)
    assert source.pieces == [(4, 5)] * 4
    np.testing.assert_array_equal(result, kernel(source.array))
    expected = kernel.backward(numbers(8, 10) / 2, x=source.array)
    np.testing.assert_array_equal(back.compute(scheduler="threads"), expected)
    np.testing.assert_array_equal(gradient.compute(scheduler="threads"), kernel.gradient(x=source.array))


def test_dask_takes_parameters_and_ufunc_arguments(dask_array):
    array = numbers(6, 4)
    x = dask_array.from_array(array, chunks=(2, 4))
    np.testing.assert_array_equal(ak.leaky_relu(x, alpha=0.3).compute(), ak.leaky_relu(array, alpha=0.3))
    assert ak.gelu(x, dtype=np.float64).compute().dtype == np.float64
    with pytest.raises(ValueError, match="is required"):
        ak.softplus(x, beta=-1)  # when it is written, not when it is computed


@pytest.mark.filterwarnings("ignore")  # what the scheduler warns of is not ours
def test_dask_on_processes(dask_array):
    distributed = pytest.importorskip("distributed", reason="Dask's distributed scheduler is not installed")
    array = numbers(8, 6)
    x = dask_array.from_array(array, chunks=(2, 6))
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, protocol="tcp://"
        ) as cluster,
        distributed.Client(cluster),
    ):
        np.testing.assert_array_equal(ak.gelu(x).compute(), ak.gelu(array))
        y = ak.leaky_relu(x, alpha=0.3)
        back = ak.leaky_relu.backward(dask_array.ones_like(x), y=y, alpha=0.3)
        np.testing.assert_array_equal(back.compute(), np.where(array > 0, 1, np.float32(0.3)))
        own = x.map_blocks(ak.elu.with_params(alpha=0.5), dtype=x.dtype)  # the Activation itself travels, too
        np.testing.assert_array_equal(own.compute(), ak.elu(array, alpha=0.5))


@pytest.mark.parametrize("name", NAMES)
def test_xarray(name):
    xarray = pytest.importorskip("xarray", reason="xarray is not installed")
    kernel = ak.ACTIVATIONS[name]
    x = xarray.DataArray(
        numbers(2, 3), dims=("time", "site"), coords={"site": ["a", "b", "c"]}, name="flow", attrs={"units": "m"}
    )
    for result, expected in (
        (kernel(x), kernel(x.to_numpy())),
        (kernel.backward(x, x=x), kernel.backward(x.to_numpy(), x=x.to_numpy())),
        (kernel.gradient(x=x), kernel.gradient(x=x.to_numpy())),
    ):
        assert isinstance(result, xarray.DataArray)
        assert (result.dims, result.name, result.dtype) == (x.dims, "flow", np.float32)
        assert list(result.site.values) == ["a", "b", "c"]
        np.testing.assert_array_equal(result, expected)
    both = kernel(xarray.Dataset({"flow": x, "level": -x}))
    assert isinstance(both, xarray.Dataset)
    np.testing.assert_array_equal(both.level, kernel(-x.to_numpy()))


def test_xarray_aligns_and_is_lazy_with_dask(dask_array):
    xarray = pytest.importorskip("xarray", reason="xarray is not installed")
    x = xarray.DataArray(numbers(4, 3), dims=("time", "site"), coords={"site": [1, 2, 3]})
    delta = xarray.DataArray(numbers(3, 4), dims=("site", "time"), coords={"site": [2, 3, 4]})  # transposed and shifted
    result = ak.gelu.backward(delta, x=x)
    np.testing.assert_array_equal(
        result.transpose("time", "site"), ak.gelu.backward(delta.to_numpy().T[:, :2], x=x.to_numpy()[:, 1:])
    )
    lazy = ak.tanh(x.chunk(time=2))
    assert isinstance(lazy.data, dask_array.Array)
    np.testing.assert_array_equal(lazy.compute(), ak.tanh(x.to_numpy()))


@pytest.mark.parametrize("name", NAMES)
def test_pandas(name):
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    kernel = ak.ACTIVATIONS[name]
    series = pandas.Series(numbers(3), index=["p", "q", "r"], name="height")
    frame = pandas.DataFrame({"a": numbers(4), "b": -numbers(4)}, index=list("wxyz"))
    # of several operands pandas makes arrays if one is a frame, so that the 1 in a gradient counts as float64
    for thing, gradient_dtype in ((series, np.float32), (frame, np.float64)):
        for result, expected in (
            (kernel(thing), kernel(thing.to_numpy())),
            (kernel.backward(thing, x=thing), kernel.backward(thing.to_numpy(), x=thing.to_numpy())),
            (kernel.gradient(x=thing), kernel.gradient(x=thing.to_numpy(gradient_dtype))),
        ):
            assert type(result) is type(thing)
            assert list(result.index) == list(thing.index)
            np.testing.assert_array_equal(result.to_numpy(), expected)
    assert kernel(series).name == "height"
    assert list(kernel(frame).columns) == ["a", "b"]
    np.testing.assert_array_equal(ak.leaky_relu(frame, alpha=0.3), ak.leaky_relu(frame.to_numpy(), alpha=0.3))


def test_pandas_knows_what_is_missing():
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    result = ak.tanh(pandas.Series([0.5, None], dtype="Float64"))
    assert result[0] == ak.tanh(0.5)
    assert result[1] is pandas.NA
    assert result.dtype == "Float64"


@pytest.fixture
def larger_than_memory():
    """The path of the example."""
    for module in ("dask", "zarr"):
        pytest.importorskip(module, reason=f"{module} is not installed")
    path = ROOT / "examples" / "larger_than_memory.py"
    if not path.exists():
        pytest.skip("the examples are not here: this tests the build")
    return path


@pytest.mark.parametrize("activation", ["gelu", "tanh"])
def test_larger_than_memory(tmp_path, larger_than_memory, activation):
    """The example gives what the whole array would give, however it is cut."""
    spec = importlib.util.spec_from_file_location("larger_than_memory", larger_than_memory)
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    x, y, delta = (
        np.asarray(a) for a in example.run(tmp_path, rows=50, columns=8, chunk_rows=16, activation=activation)
    )
    kernel = ak.get(activation)
    saved = {"y": y} if kernel.saves == "output" else {"x": x}
    np.testing.assert_array_equal(y, kernel(x))
    np.testing.assert_array_equal(delta, kernel.gradient(**saved))


def test_larger_than_memory_holds_a_few_chunks(larger_than_memory):
    pytest.importorskip("resource", reason="nobody tells how much memory was used at most")
    command = [sys.executable, larger_than_memory, "--gigabytes", "0.1"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    arrays, before, most = (int(number) for number in re.findall(r"(\d+) MB", printed))
    assert printed.count("100% Completed") == arrays / 100 == 3
    assert most - before < arrays / 2

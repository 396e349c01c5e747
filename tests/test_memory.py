"""Memory of large results serves the next ones, and nobody notices but the clock."""

import gc
import tracemalloc

import numpy as np
import pytest

import actkernels as ak

LARGE = 1 << 20  # float32: 4 MiB


@pytest.fixture(autouse=True)
def nothing_kept():
    ak.release_memory()
    yield
    ak.release_memory()


def address(array):
    return array.__array_interface__["data"][0]


def test_a_result_takes_the_place_of_one_that_is_gone():
    x = np.ones(LARGE, np.float32)
    first = address(ak.relu(x))
    assert address(ak.tanh(x)) == first
    assert address(ak.gelu.backward(x, x=x)) == first


def test_what_somebody_holds_is_left_alone():
    x = np.arange(LARGE, dtype=np.float32)
    y = ak.relu(x)
    view = y[5:]
    del y
    others = [ak.identity(-x) for _ in range(3)]
    np.testing.assert_array_equal(view, x[5:])
    assert len({address(array) for array in (view.base, *others)}) == 4


def test_small_results_and_other_sizes_are_not_kept():
    ak.relu(np.ones(1000, np.float32))
    assert ak.release_memory() == 0
    ak.relu(np.ones(LARGE, np.float32))
    ak.relu(np.ones(LARGE + 1, np.float32))
    assert ak.release_memory() == 4 * LARGE + 4 * (LARGE + 1)
    assert ak.release_memory() == 0


def test_no_more_than_the_bound_is_kept():
    results = [ak.relu(np.ones(LARGE * size, np.float32)) for size in range(1, 8)]
    del results
    assert 0 < ak.release_memory() <= 4 * 7 * 4 * LARGE
    big = np.ones(LARGE * 40, np.float32)  # 160 MiB
    results = [ak.relu(big), ak.relu(big)]
    del results
    assert ak.release_memory() == big.nbytes


def test_content_of_earlier_results_does_not_show():
    x = np.full(LARGE, np.nan, np.float32)
    ak.relu(x)
    assert np.isnan(ak.identity(x)).all()
    assert (ak.relu(np.full(LARGE, -1, np.float32)) == 0).all()


def test_a_result_can_be_resized_and_pickled():
    y = ak.relu(np.ones(LARGE, np.float32))
    y.resize(2 * LARGE, refcheck=False)
    assert y[:LARGE].min() == 1
    assert y[LARGE:].max() == 0
    del y
    assert ak.release_memory() == 8 * LARGE


def test_tracemalloc_sees_what_is_there():
    tracemalloc.start()
    try:
        y = ak.relu(np.ones(LARGE, np.float32))
        held = tracemalloc.get_traced_memory()[0]
        del y
        ak.release_memory()
        gc.collect()
        assert held >= 4 * LARGE
        assert tracemalloc.get_traced_memory()[0] < LARGE  # what tracing itself allocates
    finally:
        tracemalloc.stop()


def test_the_handler_is_left_as_it_was():
    handler = np._core.multiarray.get_handler_name
    before = handler()
    ak.relu(np.ones(LARGE, np.float32))
    assert handler() == before
    assert handler(np.ones(3)) == before


@pytest.mark.parametrize("order", "CF")
def test_order_and_shape(order, dtype, same_bits):
    x = np.asarray(np.arange(2 * LARGE).reshape(64, -1) % 50, dtype, order=order)
    y = ak.identity(x)
    same_bits(y, x)
    assert y.flags.f_contiguous == x.flags.f_contiguous

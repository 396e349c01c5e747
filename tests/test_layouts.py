"""Whatever way an array lies in memory, it gives what its contiguous copy gives, bit for bit."""

import os
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import actkernels as ak
from actkernels.catalogue import ROWS


def unaligned(array):
    memory = np.empty(array.nbytes + 1, np.uint8)
    view = memory[1:].view(array.dtype).reshape(array.shape)
    view[...] = array
    assert array.size == 0 or not view.flags.aligned
    return view


def field(array):
    records = np.zeros(array.shape, [("before", "u1"), ("value", array.dtype)])
    records["value"] = array
    return records["value"]


def read_only(array):
    array = array.copy()
    array.setflags(write=False)
    return array


def mapped(array, folder):
    path = folder / "array.npy"
    np.save(path, array)
    return np.load(path, mmap_mode="r").view(array.dtype)  # of types that are not its own NumPy keeps the size alone


LAYOUTS = {
    "c": lambda a, folder: a,
    "f": lambda a, folder: np.asfortranarray(a),
    "transposed": lambda a, folder: a.T,
    "axes_swapped": lambda a, folder: np.moveaxis(a, 0, -1),
    "every_second": lambda a, folder: a[:, ::2],
    "backwards": lambda a, folder: a[::-1],
    "backwards_everywhere": lambda a, folder: a[::-1, ::-1, ::-1],
    "every_third_backwards": lambda a, folder: a[..., ::-3],
    "slice": lambda a, folder: a[1:, 2:-1],
    "column": lambda a, folder: a[:, :1],
    "last_axis_long": lambda a, folder: a.reshape(1, -1),
    "first_axis_long": lambda a, folder: a.reshape(-1, 1),
    "broadcast": lambda a, folder: np.broadcast_to(a[:1, :, :1], a.shape),
    "broadcast_scalar": lambda a, folder: np.broadcast_to(a[0, 0, 0], (3, 4)),
    "zero_d": lambda a, folder: a[1, 1, 1, ...],
    "empty": lambda a, folder: a[:0],
    "empty_inside": lambda a, folder: a[:, :0],
    "read_only": lambda a, folder: read_only(a),
    "memory_mapped": mapped,
    "byte_swapped": lambda a, folder: a.astype(a.dtype.newbyteorder()),
    "unaligned": lambda a, folder: unaligned(a),
    "unaligned_swapped": lambda a, folder: unaligned(a.astype(a.dtype.newbyteorder())),
    "field_of_records": lambda a, folder: field(a),
    "diagonal": lambda a, folder: np.einsum("iij->ij", a[:, :7]),
}


def plain(array):
    """The same elements, C-contiguous, native, aligned, owned."""
    return np.array(array, array.dtype.newbyteorder("="), order="C", subok=False)


def test_layout(row, dtype, operation, rng, assorted, make_operation, same_bits, tmp_path):
    run = make_operation(row, operation)
    operands = run.operands(assorted(rng, (7, 31, 12), dtype), assorted(rng, (7, 31, 12), dtype))
    for layout, arrange in LAYOUTS.items():
        for number in range(1, 1 << len(operands)):  # this operand, that one, both
            views = [arrange(operand, tmp_path) for operand in operands]
            views = [view if number >> i & 1 else plain(view) for i, view in enumerate(views)]
            expected = run(*map(plain, views))
            for path, call in run.paths.items():
                same_bits(call(*views), expected, f"{layout} {number:b}, {path}:")


def test_layout_of_out(row, dtype, operation, rng, assorted, make_operation, same_bits, tmp_path):
    run = make_operation(row, operation)
    numbers, deltas = assorted(rng, (7, 31, 12), dtype), assorted(rng, (7, 31, 12), dtype)
    for layout, arrange in LAYOUTS.items():
        memory = np.full((7, 31, 12), 7, dtype)
        out = arrange(memory, tmp_path)
        if not out.flags.writeable:
            continue
        operands = run.operands(*(np.array(arrange(array, tmp_path)) for array in (numbers, deltas)))
        assert run(*operands, out=out) is out
        same_bits(plain(out), np.asarray(run(*map(plain, operands))), f"{layout}:")
        if np.shares_memory(out, memory):  # what does not belong to out is as it was
            out[...] = 7
            assert (memory == 7).all(), layout


def test_order_of_the_result_follows_the_input(row, dtype, operation, make_operation):
    run = make_operation(row, operation)
    operands = run.operands(np.ones((4, 5, 6), dtype, order="F"))
    assert run(*map(np.asfortranarray, operands)).flags.f_contiguous
    assert run(*map(np.ascontiguousarray, operands)).flags.c_contiguous


def test_both_orders_together(row, dtype, operation, rng, assorted, make_operation, same_bits):
    run = make_operation(row, operation)
    if not run.forward:
        delta, saved = run.operands(assorted(rng, (40, 50), dtype), assorted(rng, (40, 50), dtype))
        same_bits(run(np.asfortranarray(delta), saved), run(delta, saved))


@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_fast_path_and_ufunc_agree(data, make_operation, same_bits):
    row = data.draw(st.sampled_from(ROWS))
    dtype = np.dtype(data.draw(st.sampled_from([np.float16, np.float32, np.float64])))
    operation = data.draw(st.sampled_from(["forward", "backward_x", "backward_y"][: 2 + row.has_gradient_y]))
    shape = data.draw(hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=9))
    elements = hnp.from_dtype(dtype)
    operands = []
    for _ in range(1 if operation == "forward" else 2):
        array = data.draw(hnp.arrays(dtype, shape, elements=elements))
        index = data.draw(hnp.basic_indices(shape, allow_ellipsis=True, allow_newaxis=True))
        operands.append(np.asarray(array[index]))
    run = make_operation(row, operation)
    shapes = [operand.shape for operand in operands]
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        operands[1] = operands[0]
    same_bits(run(*operands), run.by_ufunc(*operands))
    same_bits(run(*operands), run(*map(plain, np.broadcast_arrays(*operands))))


def test_broadcasting_delta_and_saved(row, dtype, make_operation, same_bits):
    run = make_operation(row, "backward_x")
    delta, x = np.array([[1.0], [2.0]], dtype), np.array([-1.0, 0.5, 2.0], dtype)
    same_bits(run(delta, x), run(*map(plain, np.broadcast_arrays(delta, x))))


def test_integers_and_bool_become_float64(row, operation, make_operation, same_bits):
    run = make_operation(row, operation)
    count = 1 if run.forward else 2
    for kind in "?bBhHiIlLqQ":
        numbers = np.array([0, 1, 1, 0, 1, 1, 0]).astype(kind)
        same_bits(run(*[numbers] * count), run(*[numbers.astype(float)] * count), kind)


def test_lists_and_scalars(row, operation, make_operation, same_bits):
    run = make_operation(row, operation)
    count = 1 if run.forward else 2
    same_bits(run(*[[[0.25, 2], [1, 0.5]]] * count), run(*[np.array([[0.25, 2], [1, 0.5]])] * count))
    for scalar in (0.25, 1, True, np.float64(0.25), np.int8(1)):
        result = run(*[scalar] * count)
        assert isinstance(result, np.float64)
        assert result == run(*[np.array([scalar], float)] * count)[0]
    assert isinstance(run(*[np.float32(0.25)] * count), np.float32)


def test_where_leaves_the_rest_alone(row, dtype, operation, rng, assorted, make_operation, same_bits):
    run = make_operation(row, operation)
    operands = run.operands(assorted(rng, 500, dtype), assorted(rng, 500, dtype))
    where = rng.random(500) < 0.5
    out = np.full(500, 7, dtype)
    run.by_ufunc(*operands, out=out, where=where)
    same_bits(out, np.where(where, run(*operands), dtype(7)))
    face = np.full(500, 7, dtype)
    arguments = {"out": face, "where": where}
    if run.forward:
        run.activation(*operands, **arguments)
    else:
        saved = {"y" if run.from_output else "x": operands[1]}
        run.activation.backward(operands[0], **saved, **arguments)
    same_bits(face, out)


def test_dtype_argument(row, dtype, rng, make_operation, same_bits):
    activation = make_operation(row, "forward").activation
    x = rng.normal(size=50)
    same_bits(activation(x, dtype=dtype, casting="same_kind"), activation(x.astype(dtype)))
    same_bits(activation(x.astype(dtype), dtype=np.float64), activation(x.astype(dtype).astype(float)))


def test_subclasses_stay_what_they_are(row, operation, make_operation):
    run = make_operation(row, operation)
    count = 1 if run.forward else 2
    expected = run(*[np.array([[0.5, 1.0]])] * count)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        matrix = run(*[np.matrix([[0.5, 1.0]])] * count)
        assert isinstance(matrix, np.matrix)
    np.testing.assert_array_equal(np.asarray(matrix), expected)
    masked = run(*[np.ma.array([[0.5, 1.0]], mask=[[False, True]])] * count)
    assert isinstance(masked, np.ma.MaskedArray)
    assert masked.mask.tolist() == [[False, True]]
    assert masked.data[0, 0] == expected[0, 0]


def test_reductions_equal_one_element_after_another(row, dtype, rng, make_operation, same_bits):
    for operation in ("backward_x", "backward_y")[: 1 + row.has_gradient_y]:
        ufunc = make_operation(row, operation).ufunc
        if ufunc.nin != 2:
            continue
        numbers = rng.normal(size=(300, 3)).astype(dtype)
        expected = numbers.copy()
        for i in range(1, len(numbers)):
            expected[i] = ufunc(expected[i - 1].copy(), numbers[i].copy())
        same_bits(ufunc.accumulate(numbers), expected)
        same_bits(ufunc.reduce(numbers), expected[-1])
        same_bits(ufunc.reduce(np.asfortranarray(numbers)), expected[-1])
        same_bits(ufunc.accumulate(numbers[:, 0]), expected[:, 0])
        same_bits(ufunc.reduce(numbers[:, 0].copy()), expected[-1, 0])
        outer = ufunc.outer(numbers[:5, 0], numbers[:4, 1])
        same_bits(outer, ufunc(*map(plain, np.broadcast_arrays(numbers[:5, 0, None], numbers[:4, 1]))))


def test_at_equals_one_element_after_another(row, dtype, rng, make_operation, same_bits):
    ufunc = make_operation(row, "forward").ufunc
    if ufunc.nin != 1:
        return
    numbers, index = rng.normal(size=50).astype(dtype), rng.integers(0, 50, 200)
    expected = numbers.copy()
    for i in index:
        expected[i] = ufunc(expected[i])
    ufunc.at(numbers, index)
    same_bits(numbers, expected)


@pytest.mark.large
def test_more_elements_than_an_int_counts():
    free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 0
    if free < 12e9:
        pytest.skip(f"takes 12 GB of memory, and {free / 1e9:.1f} GB are free")
    x = np.full(2**31 + 17, -1, np.float32)
    x[-3:] = 2
    ak.relu(x, out=x)
    assert x[0] == 0
    assert x[2**31 - 1] == 0
    assert x[-4:].tolist() == [0, 2, 2, 2]

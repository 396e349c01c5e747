"""In place and with overlapping memory: always as if the inputs were copied first."""

import itertools

import numpy as np

COUNTS = (1, 33, 1000, 9000)  # within a vector, with a tail, beyond a tile, beyond NumPy's buffer


def test_out_is_an_operand(row, dtype, isa, operation, rng, assorted, make_operation, same_bits):
    run = make_operation(row, operation)
    numbers, deltas = assorted(rng, max(COUNTS), dtype), assorted(rng, max(COUNTS), dtype)
    for count in COUNTS:
        operands = run.operands(numbers[:count], deltas[:count])
        expected = run(*operands)
        for position, (path, call) in itertools.product(range(len(operands)), run.paths.items()):
            copies = [operand.copy() for operand in operands]
            result = call(*copies, out=copies[position])
            assert result is copies[position]
            same_bits(result, expected, f"{count} elements, {path}, out is operand {position}:")
            for other in set(range(len(operands))) - {position}:
                same_bits(copies[other], operands[other], f"{count} elements, {path}, operand {other} itself:")


def test_out_overlaps_an_operand(row, dtype, operation, rng, assorted, make_operation, same_bits):
    run = make_operation(row, operation)
    operands = run.operands(assorted(rng, 3000, dtype), assorted(rng, 3000, dtype))
    expected = run(*operands)
    for position, shift in itertools.product(range(len(operands)), (1, 3, 16, 40, 2000, -1, -5, -16, -2000)):
        for path, call in run.paths.items():
            memory = np.zeros(3000 + abs(shift), dtype)
            source, target = memory[max(-shift, 0) :][:3000], memory[max(shift, 0) :][:3000]
            source[...] = operands[position]
            given = [*operands[:position], source, *operands[position + 1 :]]
            same_bits(call(*given, out=target), expected, f"{path}, out {shift} behind operand {position}:")


def test_out_is_a_reversed_or_transposed_operand(row, dtype, operation, rng, assorted, make_operation, same_bits):
    run = make_operation(row, operation)
    operands = run.operands(assorted(rng, (70, 70), dtype), assorted(rng, (70, 70), dtype))
    expected = run(*operands)
    for view in (lambda a: a[::-1], lambda a: a[:, ::-1], lambda a: a.T, lambda a: a[::-1, ::-1].T):
        for position, (path, call) in itertools.product(range(len(operands)), run.paths.items()):
            copies = [operand.copy() for operand in operands]
            same_bits(call(*copies, out=view(copies[position])), expected, f"{path}, operand {position}:")


def test_operands_overlap_each_other_and_out(row, dtype, rng, assorted, make_operation, same_bits):
    memory = assorted(rng, 3010, dtype)
    for operation in ("backward_x", "backward_y")[: 1 + row.has_gradient_y]:
        run = make_operation(row, operation)
        for starts in [(0, 3, 0), (0, 3, 3), (0, 0, 0), (3, 0, 0), (0, 3, 5), (5, 0, 0), (0, 0, 1)]:
            for path, call in run.paths.items():
                copy = memory.copy()
                delta, saved, out = (copy[start : start + 3000] for start in starts)
                expected = run(delta.copy(), saved.copy())
                same_bits(call(delta, saved, out=out), expected, f"{operation} by {path}, starts {starts}:")


def test_gradient_in_place(row, dtype, isa, rng, assorted, make_operation, same_bits):
    activation = make_operation(row, "forward").activation
    x = assorted(rng, 5000, dtype)
    saved = {"x": x}
    if row.has_gradient_y:
        saved["y"] = activation(x)
    for name, array in saved.items():
        expected = activation.gradient(**{name: array})
        copy = array.copy()
        assert activation.gradient(**{name: copy}, out=copy) is copy
        same_bits(copy, expected)
        same_bits(expected, activation.backward(np.ones_like(array), **{name: array}))

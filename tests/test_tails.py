"""Body equals tail, bit for bit: an element's result depends on nothing but the element."""

import numpy as np
import pytest

import actkernels as ak

LONGEST = 130
OFFSETS = 17
LOOKED_UP = {
    ("logistic", "forward"),
    ("tanh", "forward"),
    ("gelu", "forward"),
    ("log_sigmoid", "backward_y"),
}  # by src/lookup.h
WITH_FMA = [level for level in ak.available_isas() if level != "baseline"]


def test_every_length_and_offset(row, dtype, isa, operation, rng, assorted, make_operation, same_bits):
    run = make_operation(row, operation)
    count = LONGEST + OFFSETS
    operands = run.operands(assorted(rng, count, dtype), assorted(rng, count, dtype))
    expected = run.one_by_one(*operands)
    room = np.empty(count, dtype)
    for offset in range(OFFSETS):
        for length in range(LONGEST + 1):
            part = slice(offset, offset + length)
            out = room[(3 * offset + length) % OFFSETS :][:length]
            run(*(operand[part] for operand in operands), out=out)
            if out.tobytes() != expected[part].tobytes():
                same_bits(out, expected[part])


def test_long_array_equals_its_parts(row, dtype, isa, operation, rng, assorted, make_operation, same_bits):
    run = make_operation(row, operation)
    operands = run.operands(assorted(rng, 70_001, dtype), assorted(rng, 70_001, dtype))
    bounds = np.sort(rng.integers(0, 70_001, 40))
    parts = zip(*(np.split(operand, bounds) for operand in operands), strict=True)
    same_bits(run(*operands), np.concatenate([run(*part) for part in parts]))


@pytest.mark.skipif(len(WITH_FMA) < 2, reason=f"one level with FMA or none runs here: {WITH_FMA}")
def test_levels_with_fma_agree(row, dtype, operation, params, rng, assorted, make_operation, same_bits):
    if (row.name, operation) in LOOKED_UP and dtype is not np.float64:
        pytest.skip("one level looks it up: see test_lookup.py")
    run = make_operation(row, operation, params)
    operation_allowed = not run.from_output or eval(row.from_output, {}, dict(params))
    if not operation_allowed:
        return
    operands = run.operands(assorted(rng, 50_000, dtype), assorted(rng, 50_000, dtype))
    before, results = ak.get_isa(), []
    try:
        for level in WITH_FMA:
            ak.set_isa(level)
            results.append(run(*operands))
    finally:
        ak.set_isa(before)
    for result in results[1:]:
        same_bits(result, results[0])

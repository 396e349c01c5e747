"""The largest error of every row over all float32 numbers, in units in the last place, and where it is.

    python bench/accuracy.py --exhaustive         # all 2**32 inputs: some minutes a row and core
    python bench/accuracy.py                      # one of every 64, and all where errors are large
    python bench/accuracy.py --float64 1000000    # float64, at so many points a row
    python bench/accuracy.py --docs               # put the table of the results into docs/accuracy.md

Measured are the function and its gradient from the input, with default parameters, at every CPU level. Results go
to bench/results/accuracy.json row by row; what was measured before an interruption is not measured again.

The reference for float32 are the row's own float64 kernels at the same inputs, as they are 2**29 times finer. They
are not taken on trust: before a row is swept, they are held against its definition, evaluated by mpmath, at float32
numbers of every size and about every kink. After it, each worst input is evaluated by mpmath, and what is
reported is the error found so. Units are those of `actkernels.reference.expected`, which the test suite
uses as well. The sweep counts an error next to a power of two in the smaller of the two units there, and leaves the
gradient at the few inputs beside a kink to mpmath.

A sweep also counts `over`, the inputs whose error is beyond the row's bound; `strays`, the infinities and NaNs
that do not give what the float64 kernel gives, NaN for each NaN; and, for functions that never fall, `falls`: how
often the result for a number is below the result for the number before it, by more than the row allows.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import itertools
import json
import math
import os
import platform
import re
import signal
import sys
import zlib
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import sources
from pages import between

import actkernels as ak
from actkernels import _engine, reference
from actkernels.catalogue import ROWS
from actkernels.dispatch import kernels_of

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results" / "accuracy.json"
PAGE = ROOT / "docs" / "accuracy.md"
MARKER = "bench/accuracy.py"

METHOD = 1  # another number makes what was measured before void
PASSES = ("forward", "gradient")
ALL, SIGN = 2**32, 2**31
SLICE = 2**26  # numbers of a task
SUBNORMAL = 2**23 + 1  # numbers of a task of their own at each 0: those up to the smallest normal one
BLOCK = 2**14  # numbers at a time: what is computed of them stays in the L2 cache
NEIGHBOURS = 2**14  # about every point of interest all of so many are measured, when the others are not
CHECKED = 500  # points at which the reference is checked
CHUNK = 2000  # points of float64 in a task

TINY, HUGE = 2.0**-126, 2.0**127.5  # units are those between
OVERFLOW = 2.0**128 - 2.0**103  # from here on a number rounds to infinity
JUST_BELOW = 1 - 2.0**-50
SHARP = 2.0**-10  # errors below count as none, and by so much the sweep and mpmath may disagree
EXPONENT = np.int64(0x7FF) << 52
ROW = {row.name: row for row in ROWS}
ak.set_num_threads(1)  # processes share the work


# ---- errors of float32 results against float64 ones -----------------------------------------------------------


def per_unit(size, out):
    """One over float32's unit in the last place at float64 sizes, by their exponents; `size` is overwritten."""
    np.clip(size, TINY, HUGE, out=size)
    bits = size.view(np.int64)
    np.bitwise_and(bits, EXPONENT, out=bits)
    np.subtract(np.int64(2 * 1023 + 23) << 52, bits, out=out.view(np.int64))
    return out


def careful_error(result, exact, size):
    """Errors in units of float64 sizes, counted as `reference.Exact.error` does."""
    infinite = np.isinf(result)
    held = result.astype(float)
    held[infinite] = np.copysign(2.0**128, held[infinite])
    error = np.abs(held - exact) * per_unit(size.copy(), np.empty_like(size))
    error[np.isnan(error)] = np.inf
    error[infinite & (np.abs(exact) >= OVERFLOW) & (np.signbit(result) == np.signbit(exact))] = 0
    return error


def beside_kinks(row):
    """All float32 numbers so close to a kink that the gradient of either side may be right."""
    found = []
    for text in row.kinks:
        kink = np.float32(eval(text, {}, dict(row.parameters)))
        for direction in (-np.inf, np.inf):
            near = kink
            for _ in range(2 * reference.KINK_REACH + 2):  # below a power of two in steps of half a unit
                found.append(near)
                near = np.nextafter(near, np.float32(direction))
    return np.unique(np.array(found, np.float32))


def at_power_of_two(least, most):
    """Where sizes have different units."""
    return np.frexp(least)[1] != np.frexp(most)[1]


class Worst:
    """The largest error so far, the input's bits, and how many errors were over the bound."""

    __slots__ = ("error", "over", "where")

    def __init__(self, error=0.0, where=None, over=0):
        self.error, self.where, self.over = error, where, over

    def add(self, other):
        if other.error > self.error:
            self.error, self.where = other.error, other.where
        self.over += other.over

    def as_list(self):
        return [self.error, self.where, self.over]


class Events:
    """How often something happened, and the bits of a number at which it did."""

    __slots__ = ("count", "where")

    def __init__(self, x=(), happened=()):
        self.count = int(np.count_nonzero(happened))
        self.where = int(x[np.argmax(happened)].view(np.uint32)) if self.count else None

    def add(self, other):
        self.count += other.count
        self.where = other.where if self.where is None else self.where

    def as_list(self):
        return [self.count, self.where]


class Sweep:
    """Measures a row at float32 numbers, block by block; the kernels of the first level are the reference."""

    def __init__(self, name, levels):
        self.row, self.levels = ROW[name], levels
        self.kernels = {level: kernels_of(level).kernels for level in levels}
        self.reference = kernels_of(ak.available_isas()[0]).kernels
        self.bounds = {"forward": self.row.max_ulp.float32, "gradient": self.row.max_ulp.gradient}
        self.found = {(which, level): Worst() for which in PASSES for level in levels}
        self.falls, self.strays = ({level: Events() for level in levels} for _ in range(2))
        self.excluded = beside_kinks(self.row)
        self.rises = never_falls(self.row)
        self.before, self.at_powers = {}, {}
        self.x, self.exact, self.scaling, self.difference = (np.empty(BLOCK) for _ in range(4))
        self.results = [np.empty(BLOCK, np.float32) for _ in levels]

    def compute(self, kernels, which, x, out=None):
        _engine.use_kernels(kernels)
        return run(self.row, which, x, out)

    def block(self, bits):
        """Measure at the numbers with these bits, of one sign, ascending, either all finite or none."""
        x, count = bits.view(np.float32), bits.size
        x64, exact, scaling = self.x[:count], self.exact[:count], self.scaling[:count]
        np.copyto(x64, x)
        for which in PASSES:
            self.compute(self.reference, which, x64, exact)
            np.multiply(exact, JUST_BELOW, out=self.difference[:count])
            per_unit(np.abs(self.difference[:count], out=self.difference[:count]), scaling)
            known = []
            for level, result in zip(self.levels, self.results, strict=True):
                result = self.compute(self.kernels[level], which, x, result[:count])
                found = next((f for other, f in known if np.array_equal(other.view("i4"), result.view("i4"))), None)
                if found is None:
                    found = self.compare(which, x, result, exact, scaling)
                known.append((result, found))
                worst, strays, falls = found
                self.found[which, level].add(worst)
                self.strays[level].add(strays)
                if which == "forward" and self.rises:
                    last = self.before.get(level, result[:1])
                    self.falls[level].add(self.fallen(x[:1], last, result[:1]))
                    self.before[level] = result[-1:].copy()
                    self.falls[level].add(falls)

    def compare(self, which, x, result, exact, scaling):
        """Worst error, strays and falls of a block."""
        if not np.isfinite(x[0]):
            expected = np.where(np.isnan(x), np.nan, exact).astype(np.float32)
            return Worst(), Events(x, (result != expected) & ~(np.isnan(result) & np.isnan(expected))), Events()
        falls = Events()
        if which == "forward" and self.rises:
            falls = self.fallen(x[1:], result[:-1], result[1:])
        return self.worst(which, x, result, exact, scaling), Events(), falls

    def fallen(self, x, inner, outer):
        """Where results fall by more than the row allows: `outer` ones at `x`, `inner` ones next to it towards 0."""
        before, after = (outer, inner) if np.signbit(x).any() else (inner, outer)
        if self.row.max_fall:
            before = before - self.row.max_fall * np.spacing(np.abs(before))
        return Events(x, after < before)

    def worst(self, which, x, result, exact, scaling):
        """The worst error of a block, unless it is below what is known of all levels."""
        difference = self.difference[: x.size]
        np.copyto(difference, result)
        np.subtract(difference, exact, out=difference)
        np.multiply(difference, scaling, out=difference)
        np.abs(difference, out=difference)
        largest = difference.max()
        if not largest < np.inf:
            difference[(np.abs(exact) >= OVERFLOW) & (result == np.copysign(np.float32(np.inf), exact))] = 0
            largest = difference.max()
        known = max(SHARP, min(self.found[which, level].error for level in self.levels))
        if largest <= min(known, self.bounds[which]):
            return Worst()
        if which == "gradient":
            difference[np.isin(x, self.excluded)] = 0
        first = int(np.argmax(difference))
        error = self.judge(which, [first], x, result, exact)
        known = min(max(known, error[0]), self.bounds[which])
        alike = (exact == exact[first]) & (result == result[first])  # many, where the function is flat
        alike[first] = True
        difference[alike] = 0
        at = np.append(first, np.flatnonzero(~(difference <= known)))
        error = np.append(error, self.judge(which, at[1:], x, result, exact))
        worst = int(np.argmax(error))
        beyond = error > self.bounds[which] * (1 + 2.0**-20)
        over = int(np.count_nonzero(beyond) + beyond[0] * (np.count_nonzero(alike) - 1))
        return Worst(float(error[worst]), int(x[at[worst]].view(np.uint32)), over)

    def judge(self, which, at, x, result, exact):
        """The errors at some places of a block."""
        x, result, exact = x[at], result[at], exact[at]
        least, most = self.sizes(which, x, exact)
        error = careful_error(result, exact, least)
        unclear = np.flatnonzero((error > SHARP) & at_power_of_two(least, most))
        while unclear.size:  # once where function and result are flat, as they are for many numbers
            some = unclear[0]
            alike = (exact[unclear] == exact[some]) & (result[unclear] == result[some])
            alike[0] = True
            error[unclear[alike]] = self.settled(which, x[some], result[some], exact[some])
            unclear = unclear[~alike]
        return error

    def settled(self, which, x, result, exact):
        """An error by mpmath, which knows the unit next to a power of two; the same where function and result are."""
        key = which, float(exact), float(result)
        if key not in self.at_powers:
            self.at_powers[key] = settle(self.row, which, x, result)
        return self.at_powers[key]

    def sizes(self, which, x, exact):
        """What units belong to, by float64 results, which are a little off: at least and at most."""
        size = np.abs(exact)
        if which == "forward" and not self.row.frequency:
            slope = self.compute(self.reference, "gradient", x.astype(float))
            size = np.maximum(size, np.abs(slope) * np.spacing(np.abs(x)).astype(float))
        term = self.row.larger_term if which == "gradient" else self.row.larger_summand
        larger = reference.size_of(term, x, self.row.parameters)  # and that is what counts
        return tuple(np.maximum(size * nearly, larger) for nearly in (JUST_BELOW, 2 - JUST_BELOW))


@functools.cache
def never_falls(row):
    """Whether the gradient is nowhere negative, by a sample."""
    x = points(row, np.float32, 0, CHECKED).astype(float)
    return bool(ak.ACTIVATIONS[row.name].gradient(x=x).min() >= 0)


def sweep(name, levels, start, stop, every):
    """Task: one of `every` numbers with bits from `start` to `stop`, at random, so that no last bit is preferred."""
    measured = Sweep(name, levels)
    rng = np.random.default_rng([start, every])
    step = min(BLOCK * every, stop - start)
    offsets = np.arange(0, step, every, dtype=np.uint32)
    count = 0
    with np.errstate(all="ignore"):
        for first in range(start, stop, step):
            bits = first + offsets[: -(-(stop - first) // every)]
            if every > 1:
                bits += rng.integers(0, every, bits.size, dtype=np.uint32)
                np.minimum(bits, stop - 1, out=bits)
            finite = np.isfinite(bits.view(np.float32))
            for part in [bits] if finite[0] == finite[-1] else [bits[finite], bits[~finite]]:
                measured.block(part)
            count += bits.size
    return {
        "inputs": count,
        "found": {f"{which} {level}": worst.as_list() for (which, level), worst in measured.found.items()},
        "falls": {level: events.as_list() for level, events in measured.falls.items()},
        "strays": {level: events.as_list() for level, events in measured.strays.items()},
    }


# ---- errors against the definition ----------------------------------------------------------------------------


def points(row, dtype, seed, count):
    """Finite numbers of every size and sign, more where functions bend, and about every kink and 0.

    Of float64 without the subnormal ones.
    """
    rng = np.random.default_rng([seed, zlib.crc32(row.name.encode())])
    info = np.finfo(dtype)
    part = count // 5
    sign = rng.choice([-1, 1], part)
    integer = f"u{info.dtype.itemsize}"
    least = info.tiny.view(integer) if dtype is np.float64 else 0
    anywhere = sign * rng.integers(least, info.max.view(integer), part, dtype=integer).view(dtype)
    sizes = sign * np.exp2(rng.uniform(-16, 16, part))
    spread = rng.uniform(-1, 1, part) * (110 if dtype is np.float32 else 750)
    middle = rng.uniform(-20, 20, part)
    kinks = rng.choice([0.0, *(eval(kink, {}, dict(row.parameters)) for kink in row.kinks)], part)
    near = kinks + sign * np.exp2(rng.uniform(-info.nmant, 0, part)) * np.maximum(np.abs(kinks), 2.0**-4)
    return np.concatenate([some.astype(dtype) for some in (anywhere, sizes, spread, middle, near)])


def subnormals(seed, count):
    """Subnormal float64 numbers of every size and sign."""
    rng = np.random.default_rng(seed)
    bits = rng.integers(0, 2**52, count) >> rng.integers(0, 52, count)
    return rng.choice([-1, 1], count) * bits.view(float)


def against_definition(name, levels, numbers, seed, count):
    """Task: the float64 kernels, at `numbers`: "float32", "float64" or "subnormal"."""
    row, activation = ROW[name], ak.ACTIVATIONS[name]
    if numbers == "subnormal":
        x = subnormals(seed, count)
    else:
        x = points(row, np.dtype(numbers).type, seed, count).astype(float)
    found = {}
    for level in levels:
        _engine.use_kernels(kernels_of(level).kernels)
        found[level] = activation(x), activation.gradient(x=x)
    worst = {}
    for i, (which, exact) in enumerate(zip(PASSES, reference.expected(row, x), strict=True)):
        for level in levels:
            error = exact.error(found[level][i])
            bound = row.max_ulp.gradient if i else row.max_ulp.float64
            at = int(np.argmax(error))
            worst[f"{which} {level}"] = [float(error[at]), float(x[at]).hex(), int(np.count_nonzero(error > bound))]
    return {"inputs": x.size, "found": worst}


def run(row, which, x, out=None):
    """Function or gradient, by the kernels in use."""
    activation = ak.ACTIVATIONS[row.name]
    return activation(x, out) if which == "forward" else activation.gradient(x=x, out=out)


def settle(row, which, x, result):
    """Error of a float32 result by mpmath."""
    exact = reference.expected(row, np.array([x], np.float32))[PASSES.index(which)]
    return float(exact.error(np.array([result], np.float32))[0])


# ---- where to look closely ------------------------------------------------------------------------------------


def roots(row):
    """Bits of float32 numbers before which function or gradient changes its sign, some where there are many."""
    activation = ak.ACTIVATIONS[row.name]
    found = []
    for half in (0, SIGN):
        grid = np.arange(half, half + 0x7F800000, 2**11, dtype=np.uint32)
        for function in (activation, lambda x: activation.gradient(x=x)):
            signs = np.sign(function(grid.view(np.float32).astype(float)))
            at = np.flatnonzero(signs[1:] * signs[:-1] < 0)
            at = at[:: max(1, at.size // 16)]
            low, high, sign = grid[at], grid[at + 1], signs[at]
            for _ in range(11):
                middle = low + (high - low) // np.uint32(2)
                same = np.sign(function(middle.view(np.float32).astype(float))) == sign
                low, high = np.where(same, middle, low), np.where(same, high, middle)
            found += high.tolist()
    return found


def neighbourhoods(places):
    """Spans of bits about these, each within the finite numbers of one sign, merged where they overlap."""
    spans = []
    for bits in sorted(places):
        half = bits & SIGN
        start, stop = max(half, bits - NEIGHBOURS // 2), min(half + 0x7F800000, bits + NEIGHBOURS // 2)
        if spans and start <= spans[-1][1]:
            spans[-1][1] = stop
        else:
            spans.append([start, stop])
    return spans


def parted(start, stop):
    """A span of bits, in two where it reaches beyond the subnormal numbers."""
    edge = (start & SIGN) + SUBNORMAL
    return [(start, edge), (edge, stop)] if start < edge < stop else [(start, stop)]


# ---- what is known --------------------------------------------------------------------------------------------


@functools.cache
def fingerprint(name, *, subnormal):
    """Of everything that a row's errors depend on: the sources that it reaches, its meaning, compiler and method."""
    row = ROW[name]
    meaning = row.definition, row.parameters, row.kinks, row.larger_term, row.larger_summand, row.frequency
    text = repr((METHOD, meaning, ak.available_isas(), compiler(), sources.reached(name, subnormal=subnormal)))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def has_subnormals(task):
    """Whether inputs of a task are subnormal."""
    return "subnormal" in task or (task[0] is sweep and task[3] & ~SIGN < SUBNORMAL)


def check_built():
    """The kernels that are measured have to be those of the sources."""
    built = min(Path(kernels_of(level).__file__).stat().st_mtime for level in ak.available_isas())
    for path in sources.files():
        if path.stat().st_mtime > built:
            raise SystemExit(f"{path} is newer than the kernels: build the package again")


class Partial:
    """Finished tasks, one on each line of a file, so that an interruption loses none of them."""

    def __init__(self, path):
        self.path, self.known = path, {}
        lines = path.read_text().splitlines() if path.exists() else ()
        for line in lines:
            try:
                entry = json.loads(line)
            except ValueError:  # written half when the process ended
                continue
            self.known[entry["task"]] = entry["result"]

    @staticmethod
    def key(task):
        return json.dumps([task[0].__name__, *task[1:], fingerprint(task[1], subnormal=has_subnormals(task))])

    def get(self, task):
        return self.known.get(self.key(task))

    def put(self, task, result):
        key = self.key(task)
        self.known[key] = result
        with self.path.open("a") as file:
            file.write("\n" + json.dumps({"task": key, "result": result}))


def compiler():
    """What a kernel module says about the compiler that made it."""
    binary = Path(kernels_of(ak.get_isa()).__file__).read_bytes()
    said = re.search(rb"(GCC): \([^)]*\) ([\d.]+)|(clang) version ([\d.]+)", binary)
    return b" ".join(filter(None, said.groups())).decode() if said else "unknown compiler"


def machine():
    try:
        cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())[1]
    except (OSError, TypeError):
        cpu = platform.processor() or platform.machine()
    return {
        "cpu": cpu,
        "system": f"{platform.system()} {platform.machine()}",
        "compiler": compiler(),
        "versions": f"Python {platform.python_version()}, NumPy {np.__version__}, actkernels {ak.__version__}",
    }


# ---- rows -----------------------------------------------------------------------------------------------------


class NotMeasuredError(Exception):
    """The float64 kernels are not good enough to measure with, the sweep and mpmath disagree, or a task failed."""


def measure_float32(row, levels, every):
    """Plan: yields tasks, is sent their results, returns the outcome."""
    reference_level = ak.available_isas()[0]
    (checked,) = yield [(against_definition, row.name, [reference_level], "float32", 0, CHECKED)]
    for place, (error, where, over) in checked["found"].items():
        if over:
            raise NotMeasuredError(f"{row.name}: the reference, {place}, is {error:.3g} ULP off at x = {where}")

    def tasks(spans, every):
        spans = itertools.chain(*itertools.starmap(parted, spans))
        return [(sweep, row.name, levels, start, stop, every) for start, stop in spans]

    results = yield tasks([(start, start + SLICE) for start in range(0, ALL, SLICE)], every)
    if every > 1:
        found = [result["found"] for result in results]
        worst = [sorted(((one[key] for one in found)), key=lambda item: -item[0])[:6] for key in found[0]]
        close = {bits for error, bits, _ in itertools.chain(*worst) if error > 0.5}
        close |= {*roots(row), *beside_kinks(row).view(np.uint32).tolist()}
        results += yield tasks(neighbourhoods(close), 1)

    def total(name):
        """{level: {count, first}} of what happened."""
        totals = {}
        for level in levels:
            counts, places = zip(*(result[name][level] for result in results), strict=True)
            places = [bits for bits in places if bits is not None]
            totals[level] = {"count": sum(counts), "at": hex_of(places[0]) if places else None}
        return totals

    outcome = {
        "how": "exhaustive" if every == 1 else f"one of {every}",
        "inputs": sum(result["inputs"] for result in results),
    }
    for which in PASSES:
        outcome[which] = {}
        for level in levels:
            worst = Worst()
            for result in results:
                worst.add(Worst(*result["found"][f"{which} {level}"]))
            outcome[which][level] = confirmed(row, level, which, worst)
    outcome["falls"] = total("falls") if never_falls(row) else None
    outcome["strays"] = total("strays")
    return outcome


def confirmed(row, level, which, worst):
    """The worst error by mpmath, those included that only it can judge."""
    _engine.use_kernels(kernels_of(level).kernels)
    if worst.where is not None:
        x = np.array([worst.where], np.uint32).view(np.float32)
        exact = settle(row, which, x[0], run(row, which, x)[0])
        if not math.isclose(min(exact, 1e6), min(worst.error, 1e6), rel_tol=SHARP, abs_tol=SHARP):
            raise NotMeasuredError(
                f"{row.name}, {which}, {level}: {worst.error:.6g} ULP by the sweep, {exact:.6g} by mpmath"
                f" at x = {hex_of(worst.where)}"
            )
        worst.error = exact
    near = beside_kinks(row)
    if which == "gradient" and near.size:
        errors = reference.expected(row, near)[1].error(run(row, which, near))
        at = int(np.argmax(errors))
        over = int(np.count_nonzero(errors > row.max_ulp.gradient))
        worst.add(Worst(float(errors[at]), int(near.view(np.uint32)[at]), over))
    where = None if worst.where is None else hex_of(worst.where)
    return {"ulp": rounded(worst.error), "worst": where, "over": worst.over}


def measure_float64(row, levels, count):
    """Plan: float64 at so many points."""
    seeds = range(1, 1 + -(-count // CHUNK))
    subnormal = against_definition, row.name, levels, "subnormal", 0, CHECKED
    results = yield [subnormal, *((against_definition, row.name, levels, "float64", seed, CHUNK) for seed in seeds)]
    outcome = {"how": "stratified", "inputs": sum(result["inputs"] for result in results)}
    for which in PASSES:
        outcome[which] = {}
        for level in levels:
            found = [result["found"][f"{which} {level}"] for result in results]
            error, where, _ = max(found)
            over = sum(over for _, _, over in found)
            outcome[which][level] = {"ulp": rounded(error), "worst": where if error else None, "over": over}
    return outcome


def rounded(error):
    return float(f"{error:.4g}")


def hex_of(bits):
    """A float32 number by its bits, as Python reads it; a NaN as its bits."""
    number = float(np.uint32(bits).view(np.float32))
    return re.sub(r"\.?0*p", "p", number.hex()) if number == number else f"NaN {bits:#010x}"


# ---- processes ------------------------------------------------------------------------------------------------


class InThisProcess:
    """What one process needs no other for."""

    def submit(self, function, *arguments):
        future = Future()
        try:
            future.set_result(function(*arguments))
        except ArithmeticError as error:
            future.set_exception(error)
        return future

    def shutdown(self, **_):
        pass


class Job:
    """A plan on its way: the tasks that it asked for last, and their results as they come."""

    def __init__(self, row, plan):
        self.row, self.plan = row, plan
        self.results = None
        self.failed = False

    def proceed(self, partial, advance):
        """The places of tasks to run next; what is known already is taken from `partial`."""
        missing = []
        while not missing:
            self.tasks = self.plan.send(self.results)
            self.results = [partial.get(task) for task in self.tasks]
            missing = [place for place, result in enumerate(self.results) if result is None]
            advance(sum(result["inputs"] for result in self.results if result is not None))
        return missing


def measure(plans, processes, partial, report, advance):
    """Carry out plans, (row, plan) each; `report` gets each row and its outcome or what went wrong."""
    executor = InThisProcess()
    if processes > 1:  # of which only the first heeds Ctrl-C
        ignore = (signal.SIGINT, signal.SIG_IGN)
        executor = ProcessPoolExecutor(processes, get_context("spawn"), signal.signal, ignore)
    jobs, queue, running = deque(Job(row, plan) for row, plan in plans), deque(), {}

    def proceed(job):
        try:
            queue.extend((job, place) for place in job.proceed(partial, advance))
        except StopIteration as end:
            report(job.row, end.value)
        except NotMeasuredError as error:
            report(job.row, error)

    def finish(job, place, future):
        try:
            job.results[place] = future.result()
        except ArithmeticError as error:  # of the oracle: the other rows go on
            if not job.failed:
                report(job.row, NotMeasuredError(f"{job.row.name}: {error}"))
            job.failed = True
            return
        partial.put(job.tasks[place], job.results[place])
        advance(job.results[place]["inputs"])
        if None not in job.results:
            proceed(job)

    try:
        while jobs or queue or running:
            while jobs and len(queue) < processes:  # before the last task of a row ends
                proceed(jobs.popleft())
            while queue and len(running) < 2 * processes:
                job, place = queue.popleft()
                if not job.failed:
                    running[executor.submit(run_task, job.tasks[place])] = job, place
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                finish(*running.pop(future), future)
    finally:
        executor.shutdown(cancel_futures=True)


def run_task(task):
    function, *arguments = task
    return function(*arguments)


# ---- results --------------------------------------------------------------------------------------------------


def load(path):
    return json.loads(path.read_text()) if path.exists() else {"rows": {}}


def merge(results, name, kind, outcome):
    """Put the outcome for a row into the results; what other kernels gave before is dropped."""
    entry = results["rows"].get(name, {})
    if entry.get("fingerprint") != (new := fingerprint(name, subnormal=True)):
        entry = {"fingerprint": new}
    entry[kind] = outcome | {"measured": machine()}
    results["rows"][name] = entry
    results["rows"] = {row.name: results["rows"][row.name] for row in ROWS if row.name in results["rows"]}


def broken(results, names, kind):
    """What does not hold of "float32" or "float64" results, as lines to read."""
    lines = []
    for name in names:
        outcome = results["rows"].get(name, {}).get(kind)
        if outcome is None:
            continue
        bounds = {"forward": getattr(ROW[name].max_ulp, kind), "gradient": ROW[name].max_ulp.gradient}
        for which in PASSES:
            lines += [
                f"{name} {kind} {which} {level}: {found['ulp']} ULP at x = {found['worst']}, allowed {bounds[which]:g};"
                f" {found['over']} of {outcome['inputs']} inputs are beyond"
                for level, found in outcome[which].items()
                if not found["ulp"] <= bounds[which]
            ]
        for events in ("falls", "strays"):
            lines += [
                f"{name} {kind} {level}: {found['count']} {events}, one at x = {found['at']}"
                for level, found in (outcome.get(events) or {}).items()
                if found["count"]
            ]
    return lines


def table(results):
    """A row for each activation, with one figure where all levels agree."""
    rows = results["rows"]
    columns = [(kind, which) for kind in ("float32", "float64") for which in PASSES]
    levels = dict.fromkeys(
        level for row in rows.values() for kind, which in columns for level in row.get(kind, {}).get(which, ())
    )

    def cells(row, kind, which):
        found = row.get(kind, {}).get(which, {})
        worst = max(found.values(), key=lambda item: item["ulp"], default={"worst": None})
        figures = [f"{found[level]['ulp']:.2f}" if level in found else "-" for level in levels] if found else [""]
        return [
            " / ".join(figures if len(set(figures)) > 1 else figures[:1]),
            f"`{worst['worst']}`" if worst["worst"] else "",
        ]

    def how(row, kind):
        outcome = row.get(kind)
        if not outcome:
            return ""
        return "all" if outcome["how"] == "exhaustive" else f"{outcome['how']}, {outcome['inputs']:,}"

    lines = []
    for kind in ("float32", "float64"):
        if not any(kind in row for row in rows.values()):
            continue
        lines += [
            f"{kind}, CPU level {' / '.join(levels)}, or all of them:",
            "",
            "| activation | function | worst at | gradient | worst at | inputs |",
            "|---|---:|---|---:|---|---|",
        ]
        for name, row in rows.items():
            both = [cell for which in PASSES for cell in cells(row, kind, which)]
            lines.append(f"| {' | '.join([name, *both, how(row, kind)])} |")
        where = dict.fromkeys(", ".join(row[kind]["measured"].values()) for row in rows.values() if kind in row)
        lines += ["", *(f"Measured on {text}." for text in where), ""]
    return "\n".join(lines[:-1])


def progress_bar():
    try:
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    except ImportError:
        raise SystemExit("bench/accuracy.py: the progress bar needs rich: pip install 'actkernels[bench]'") from None
    return Progress(
        TextColumn("{task.description:16}"),
        BarColumn(None),
        TextColumn("{task.percentage:5.1f} %"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", nargs="+", metavar="NAME", choices=ROW, default=list(ROW), help="default: all")
    parser.add_argument("--isa", nargs="+", metavar="LEVEL", choices=ak.available_isas(), default=ak.available_isas())
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--exhaustive", action="store_true", help="all float32 numbers")
    how.add_argument("--every", type=int, default=64, metavar="N", help="one of N float32 numbers (default: 64)")
    how.add_argument("--float64", type=int, metavar="N", help="float64 instead, at N points")
    how.add_argument("--docs", action="store_true", help="only write the table into docs/accuracy.md")
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    parser.add_argument("--processes", type=int, default=processors, metavar="N")
    parser.add_argument("--output", type=Path, default=RESULTS, metavar="FILE.json")
    return parser.parse_args()


def main():
    given = arguments()
    if given.docs:
        PAGE.write_text(between(PAGE.read_text(), MARKER, table(load(given.output))))
        return 0
    check_built()
    rows, levels = [ROW[name] for name in dict.fromkeys(given.rows)], list(given.isa)
    if given.float64:
        kind, plan, inputs = "float64", measure_float64, given.float64
    else:
        kind, plan, inputs = "float32", measure_float32, 1 if given.exhaustive else given.every
    given.output.parent.mkdir(parents=True, exist_ok=True)
    partial = Partial(given.output.with_suffix(".partial"))
    failed = []
    with progress_bar() as progress:
        bar = progress.add_task("", total=len(rows) * (inputs if given.float64 else ALL // inputs))

        def report(row, outcome):
            if isinstance(outcome, NotMeasuredError):
                failed.append(str(outcome))
                progress.print(outcome)
                return
            results = load(given.output)
            merge(results, row.name, kind, outcome)
            given.output.write_text(json.dumps(results, indent=1) + "\n")
            worst = (max(found["ulp"] for found in outcome[which].values()) for which in PASSES)
            progress.print(f"{row.name:16}", *(f"{which} {ulp:.4g}" for which, ulp in zip(PASSES, worst, strict=True)))

        plans = [(row, plan(row, levels, inputs)) for row in rows]
        measure(plans, given.processes, partial, report, lambda inputs: progress.advance(bar, inputs))
    failed += broken(load(given.output), [row.name for row in rows], kind)
    if failed:
        print("\nDoes not hold:", *failed, sep="\n")
    return int(bool(failed))


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that it ends the processes as well
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("interrupted; the same command goes on from here")

"""Threads: the same bits however many there are, none before they are needed, and nobody ever waits for one in vain.

The pool itself is called through the address that the engine tells, by ctypes; its tasks are Python functions, or a
function of the C library where the interpreter would get in the way.
"""

import concurrent.futures
import ctypes
import importlib
import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from importlib import metadata

import numpy as np
import pytest

import actkernels as ak
from actkernels import _engine, config

pool = importlib.import_module("actkernels.pool")

LINUX = sys.platform == "linux"
COUNTS = [1, 2, 3, 8]
LARGE = 1_000_000
TASK = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_ssize_t)
RUN = ctypes.CFUNCTYPE(None, TASK, ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_ssize_t, ctypes.c_int)

only_linux = pytest.mark.skipif(not LINUX, reason="reads /proc")
only_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


@pytest.fixture(autouse=True)
def number_of_threads():
    before = ak.get_num_threads()
    yield before
    ak.set_num_threads(before)


def run_pool(function, count, grain=1, threads=2):
    """Run function(begin, end) for the pieces; what it raises is raised here."""
    errors = []

    @TASK
    def task(_, begin, end):
        try:
            function(begin, end)
        except BaseException as error:
            errors.append(error)

    RUN(_engine.pool_address())(task, None, count, grain, threads)
    if errors:
        raise errors[0]


def native_threads(prefix="actkernels"):
    """Ids of this process's native threads with such a name."""
    found = []
    for task in os.listdir("/proc/self/task"):
        with open(f"/proc/self/task/{task}/comm") as name:
            if name.read().startswith(prefix):
                found.append(int(task))
    return found


def start_workers(count):
    """The native ids of so many workers, started."""
    ak.set_num_threads(count + 1)
    run_pool(lambda begin, end: None, 1000, 1, count + 1)
    for _ in range(1000):
        if len(native_threads()) == count:  # they give themselves their names
            break
        time.sleep(0.01)
    workers = native_threads()
    assert len(workers) == count
    return workers


def fresh(code, **environment):
    """Run code in a fresh process, which must end soon and well, and return what it printed."""
    kept = {key: value for key, value in os.environ.items() if not key.endswith("_NUM_THREADS")}
    result = subprocess.run(
        [sys.executable, "-P", "-c", code], env=kept | environment, capture_output=True, text=True, timeout=60
    )
    assert not result.returncode, result.stderr
    assert not result.stderr, result.stderr
    return result.stdout.strip()


# ---- results --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [LARGE, LARGE + 1, LARGE - 37])
def test_same_bits_for_every_number_of_threads(dtype, count, rng):
    x = rng.normal(scale=4, size=count).astype(dtype)
    delta = rng.normal(size=count).astype(dtype)
    results = []
    for threads in COUNTS:
        with ak.threads(threads):
            in_place, kept = delta.copy(), x.copy()
            ak.silu(kept, out=kept)
            results.append(
                (ak.gelu(x), kept, ak.gelu.backward(delta, x=x), ak.tanh.backward(in_place, y=x, out=in_place))
            )
    for result in results[1:]:
        for one, other in zip(results[0], result, strict=True):
            assert one.tobytes() == other.tobytes()


def test_layer_has_the_same_bits_for_every_number_of_threads(rng):
    x, delta = rng.normal(size=(2, 4, 250, 500)).astype(np.float32)
    results = []
    for threads in COUNTS:
        ak.set_num_threads(threads)
        layer, given = ak.Activation_layer(activation=ak.mish), delta.copy()
        layer.forward(x)
        layer.delta[...] = delta
        layer.backward(given)
        results.append((layer.output.tobytes(), given.tobytes()))
    assert len(set(results)) == 1


@pytest.mark.skipif(not (LINUX and os.uname().machine == "x86_64"), reason="sets the rounding mode of x86-64")
def test_threads_compute_in_the_rounding_mode_of_their_caller(rng):
    libm, x = ctypes.CDLL("libm.so.6"), rng.normal(size=LARGE)
    results = []
    try:
        libm.fesetround(0x800)
        for threads in COUNTS:
            with ak.threads(threads):
                results.append(ak.softplus(x).tobytes())
    finally:
        libm.fesetround(0)
    assert len(set(results)) == 1
    with ak.threads(2):
        nearest = [ak.softplus(x).tobytes() for _ in range(3)]
    assert len(set(nearest)) == 1
    assert nearest[0] != results[0]


# ---- the pool -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("threads", [1, 2, 3, 5, 16])
@pytest.mark.parametrize("count", [0, 1, 7, 64, 1000, 4097])
@pytest.mark.parametrize("grain", [1, 8, 100, 10_000])
def test_pieces_cover_everything_once_and_begin_at_multiples_of_the_grain(count, grain, threads):
    pieces = []
    run_pool(lambda begin, end: pieces.append((begin, end)), count, grain, threads)
    pieces.sort()
    assert pieces[0][0] == 0
    assert pieces[-1][1] == count
    assert all(one[1] == other[0] for one, other in itertools.pairwise(pieces))
    assert not any(begin % grain for begin, _ in pieces)


@only_linux
def test_several_threads_take_part():
    if len(cpus := sorted(os.sched_getaffinity(0))) < 2:
        pytest.skip("two threads take turns on a single CPU, and the pool leaves it to the caller")
    seen = set()

    def stay(begin, end):
        seen.add(threading.get_native_id())
        time.sleep(0.001)

    (worker,) = start_workers(1)
    try:  # each on a CPU of its own, for where others keep both busy
        os.sched_setaffinity(0, cpus[:1])
        os.sched_setaffinity(worker, cpus[1:])
        for _ in range(100):
            ak.set_num_threads(2)
            run_pool(stay, 16, 1, 2)
            if len(seen) == 2:
                break
    finally:
        os.sched_setaffinity(0, cpus)
        ak.set_num_threads(1)
    assert seen == {threading.get_native_id(), worker}


def test_nested_calls_compute_in_their_thread():
    done = []

    def outer(begin, end):
        own = threading.get_native_id()

        def inner(first, last):
            assert threading.get_native_id() == own
            done.append((begin, first, last))

        run_pool(inner, 10, 1, 4)

    run_pool(outer, 32, 1, 4)
    assert {(first, last) for _, first, last in done} == {(0, 10)}


def test_second_caller_computes_alone_while_the_pool_is_busy():
    entered, leave, pieces = threading.Event(), threading.Event(), []

    def hold(begin, end):
        entered.set()
        assert leave.wait(10)

    holder = threading.Thread(target=run_pool, args=(hold, 4, 1, 2))
    holder.start()
    try:
        # a caller for whom threads were of no use lately holds nothing: then there is nothing to see here
        assert entered.wait(10)
        own = threading.get_native_id()
        run_pool(lambda begin, end: pieces.append((begin, end, threading.get_native_id())), 1000, 1, 4)
    finally:
        leave.set()
        holder.join(10)
    assert not holder.is_alive()
    assert pieces == [(0, 1000, own)] or sys.platform == "win32"


def test_eight_callers_get_right_results(rng):
    arrays = [rng.normal(size=LARGE // 4) for _ in range(8)]
    ak.set_num_threads(1)
    expected = [ak.mish(x).tobytes() for x in arrays]
    ak.set_num_threads(3)
    before, most = len(os.listdir("/proc/self/task")) if LINUX else 0, 0
    with concurrent.futures.ThreadPoolExecutor(8) as executor:
        jobs = [executor.submit(lambda x: ak.mish(x).tobytes(), arrays[i % 8]) for i in range(64)]
        while LINUX and not all(job.done() for job in jobs):
            most = max(most, len(os.listdir("/proc/self/task")))
            time.sleep(0.001)
        for i, job in enumerate(jobs):
            assert job.result() == expected[i % 8]
    assert most <= before + 8 + 2


@only_linux
def test_threads_that_are_too_many_end():
    start_workers(7)
    ak.set_num_threads(2)
    assert len(native_threads()) == 1
    ak.set_num_threads(1)
    assert not native_threads()


# ---- a good guest ---------------------------------------------------------------------------------------------

BUSY = """
import os, sys, time
import numpy as np
import actkernels as ak
x = np.linspace(-4, 4, 1_000_000)
ak.set_num_threads(4)
for _ in range(3):
    y = ak.gelu(x)
"""
ADDRESS = """
import ctypes
from actkernels import _engine, config
TASK = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_ssize_t)
RUN = ctypes.CFUNCTYPE(None, TASK, ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_ssize_t, ctypes.c_int)
run, nothing = RUN(_engine.pool_address()), TASK(lambda argument, begin, end: None)
run(nothing, None, 1000, 1, 4)
"""


@only_linux
def test_no_thread_before_a_call_that_needs_one():
    code = """
import os, numpy as np
before = len(os.listdir("/proc/self/task"))
import actkernels as ak
ak.get_num_threads(), ak.set_num_threads(4), ak.gelu(np.ones(1000))
with ak.threads(1):
    ak.gelu(np.ones(1_000_000))
print(len(os.listdir("/proc/self/task")) - before)
"""
    assert fresh(code) == "0"


def test_import_reads_neither_affinity_nor_control_groups():
    code = """
import sys, numpy
seen = []
sys.addaudithook(lambda event, arguments: seen.append(str(arguments[0])) if event == "open" else None)
import os
os.sched_getaffinity = None
import actkernels
print([name for name in seen if "cgroup" in name])
"""
    assert fresh(code) == "[]"


@only_linux
def test_workers_block_signals_and_have_names():
    workers = start_workers(2)
    own = {signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGSEGV, signal.SIGTRAP}
    for worker in workers:
        with open(f"/proc/self/task/{worker}/status") as status:
            fields = dict(line.split(":", 1) for line in status)
        blocked = int(fields["SigBlk"], 16)
        for number in set(signal.Signals) - own - {signal.SIGKILL, signal.SIGSTOP}:
            assert blocked >> (number - 1) & 1, number
        assert not any(blocked >> (number - 1) & 1 for number in own)
        assert fields["Name"].strip() in {"actkernels-1", "actkernels-2"}
    assert not signal.pthread_sigmask(signal.SIG_BLOCK, ())


@only_linux
def test_workers_may_run_wherever_their_process_may():
    """They are kept off their caller's CPU only until they are awake."""
    allowed = os.sched_getaffinity(0)
    ak.set_num_threads(2)
    for _ in range(20):
        ak.relu(np.ones(LARGE))
        time.sleep(0.002)  # they sleep again
    deadline = time.monotonic() + 10
    while any(os.sched_getaffinity(task) != allowed for task in native_threads()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


@only_linux
def test_idle_workers_sleep():
    code = (
        BUSY
        + ADDRESS
        + """
time.sleep(0.05)
before = time.process_time()
time.sleep(0.3)
print(time.process_time() - before)
"""
    )
    assert float(fresh(code, OPENBLAS_NUM_THREADS="1")) < 0.05  # NumPy's BLAS lets its own spin for a while


@pytest.mark.parametrize(
    "ending",
    [
        "",
        "sys.exit(0)",
        "os._exit(0)",
        "import threading\nthreading.Thread(target=lambda: [ak.gelu(x) for _ in range(10**9)], daemon=True).start()",
        "import atexit\natexit.register(lambda: ak.gelu(x))",
    ],
    ids=["end", "exit", "_exit", "daemon", "atexit"],
)
def test_process_ends_promptly(ending):
    start = time.perf_counter()
    fresh(BUSY + ADDRESS + ending)
    assert time.perf_counter() - start < 30


# ---- fork -----------------------------------------------------------------------------------------------------

WAIT = """
def wait(child):
    for _ in range(1000):
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.kill(child, 9)
    return "hangs"
import warnings
warnings.simplefilter("ignore")
"""


@only_fork
@pytest.mark.parametrize("ending", ["sys.exit(0)", "os._exit(0)"])
def test_forked_child_computes_with_threads_of_its_own(ending):
    code = (
        BUSY
        + ADDRESS
        + WAIT
        + f"""
child = os.fork()
if not child:
    assert (ak.gelu(x) == y).all()
    run(nothing, None, 1000, 1, 4)
    grandchild = os.fork()
    if not grandchild:
        run(nothing, None, 1000, 1, 4)
        assert (ak.gelu(x) == y).all()
        {ending}
    assert wait(grandchild) == 0
    {ending}
print(wait(child), (ak.gelu(x) == y).all())
"""
    )
    assert fresh(code) == "0 True"


@only_fork
def test_forks_while_another_thread_computes():
    code = (
        BUSY
        + ADDRESS
        + WAIT
        + """
import threading
stop = []
def compute():
    while not stop:
        ak.gelu(x)
others = [threading.Thread(target=compute) for _ in range(2)]
for other in others:
    other.start()
results = set()
for _ in range(20):
    child = os.fork()
    if not child:
        ok = (ak.gelu(x) == y).all()
        run(nothing, None, 1000, 1, 4)
        os._exit(0 if ok else 1)
    results.add(wait(child))
stop.append(True)
for other in others:
    other.join()
print(results)
"""
    )
    assert fresh(code) == "{0}"


@only_fork
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_multiprocessing(method):
    code = (
        BUSY
        + f"""
import multiprocessing, warnings
warnings.simplefilter("ignore")
with multiprocessing.get_context({method!r}).Pool(2) as processes:
    results = processes.map(ak.gelu, [x, x[::-1].copy(), x])
print(all((result == expected).all() for result, expected in zip(results, [y, y[::-1], y])))
"""
    )
    assert fresh(code) == "True"


# ---- what decides the number ----------------------------------------------------------------------------------

PRINT = """
import actkernels as ak
from actkernels import config
print(config.config()["threads"], config.config()["threads_set_by"])
"""


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"ACTKERNELS_NUM_THREADS": "3"}, "3 ACTKERNELS_NUM_THREADS"),
        ({"ACTKERNELS_NUM_THREADS": " 3 "}, "3 ACTKERNELS_NUM_THREADS"),
        ({"ACTKERNELS_NUM_THREADS": "3", "OMP_NUM_THREADS": "5"}, "3 ACTKERNELS_NUM_THREADS"),
        ({"ACTKERNELS_NUM_THREADS": "1000"}, "256 ACTKERNELS_NUM_THREADS"),
        ({"ACTKERNELS_NUM_THREADS": "", "OMP_NUM_THREADS": "5"}, "5 OMP_NUM_THREADS"),
        ({"OMP_NUM_THREADS": "4,2"}, "4 OMP_NUM_THREADS"),
    ],
)
def test_environment_decides(environment, expected):
    assert fresh(PRINT, **environment) == expected


@pytest.mark.parametrize("value", ["", "0", "-1", "many", "2.5", ",2"])
def test_what_openmp_would_refuse_is_ignored(value):
    number, _, reason = fresh(PRINT, OMP_NUM_THREADS=value).partition(" ")
    assert reason in {"available CPUs", "CPU quota"}
    assert 1 <= int(number) <= os.cpu_count()


@pytest.mark.parametrize("value", ["0", "-1", "many", "2.5", "4,2"])
def test_bad_value_of_our_own_variable_is_named(value):
    result = subprocess.run(
        [sys.executable, "-P", "-c", "import actkernels"],
        env={**os.environ, "ACTKERNELS_NUM_THREADS": value},
        capture_output=True,
        text=True,
        timeout=60,
    )
    expected = f"environment variable ACTKERNELS_NUM_THREADS: the number of threads is at least 1, not {value!r}"
    assert f"ValueError: {expected}" in result.stderr


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system has no affinity")
def test_affinity_decides():
    code = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n" + PRINT
    assert fresh(code) in {"1 available CPUs", "1 CPU quota"}


@pytest.mark.parametrize(
    ("lines", "files", "expected"),
    [
        ("0::/", {}, np.inf),
        ("0::/", {"cpu.max": "150000 100000"}, 1.5),
        ("0::/", {"cpu.max": "max 100000"}, np.inf),
        ("0::/a/b", {"a/b/cpu.max": "400000 100000", "a/cpu.max": "200000 100000", "cpu.max": "max 100000"}, 2),
        ("0::/seen/from/outside", {"cpu.max": "50000 100000"}, 0.5),
        ("4:cpu,cpuacct:/a", {"cpu/a/cpu.cfs_quota_us": "300000", "cpu/a/cpu.cfs_period_us": "100000"}, 3),
        ("4:cpu:/a", {"cpu/cpu.cfs_quota_us": "300000", "cpu/cpu.cfs_period_us": "100000"}, 3),
        ("4:cpu:/", {"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, np.inf),
        ("3:cpuset:/\n4:cpu:/\n0::/", {"cpu/cpu.cfs_quota_us": "1", "cpu.max": "7 2"}, 3.5),
        ("0::/a:b", {"a:b/cpu.max": "100000 100000"}, 1),
        ("", {}, np.inf),
    ],
)
def test_quota_of_control_groups(lines, files, expected, tmp_path):
    (tmp_path / "self").write_text(lines)
    for name, text in files.items():
        (tmp_path / "fs" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "fs" / name).write_text(text + "\n")
    assert pool._quota(str(tmp_path / "self"), str(tmp_path / "fs")) == expected
    assert pool._quota(str(tmp_path / "missing"), str(tmp_path / "fs")) == np.inf


@pytest.mark.parametrize(("quota", "expected"), [(0.2, 1), (1.0, 1), (1.5, 2), (1e9, None), (np.inf, None)])
def test_quota_is_rounded_up(monkeypatch, quota, expected):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(pool, "_quota", lambda: quota)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: range(4), raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    assert pool._default() == ((4, "available CPUs") if expected is None else (expected, "CPU quota"))


# ---- the functions --------------------------------------------------------------------------------------------


def test_set_and_get():
    ak.set_num_threads(3)
    assert ak.get_num_threads() == 3
    ak.set_num_threads(np.int64(2))
    assert ak.get_num_threads() == 2
    assert pool.set_by() == "set_num_threads"
    ak.set_num_threads(100_000)
    assert ak.get_num_threads() == 256


@pytest.mark.parametrize("function", [ak.set_num_threads, lambda n: ak.threads(n).__enter__()], ids=["set", "threads"])
@pytest.mark.parametrize("given", [0, -1, -(10**30)])
def test_less_than_one_is_a_value_error(function, given):
    with pytest.raises(ValueError, match=f"^the number of threads is at least 1, not {given}$"):
        function(given)


@pytest.mark.parametrize("function", [ak.set_num_threads, lambda n: ak.threads(n).__enter__()], ids=["set", "threads"])
@pytest.mark.parametrize("given", [2.0, "2", None, [2]], ids=str)
def test_no_integer_is_a_type_error(function, given):
    expected = f"^the number of threads is an int of at least 1, not {type(given).__name__}$"
    with pytest.raises(TypeError, match=expected):
        function(given)


def test_limit_is_nested_and_restored():
    ak.set_num_threads(4)
    with ak.threads(2):
        assert (ak.get_num_threads(), pool.set_by()) == (2, "threads")
        with ak.threads(7):
            assert ak.get_num_threads() == 7
            ak.set_num_threads(3)
            assert ak.get_num_threads() == 7
        assert ak.get_num_threads() == 2
        with pytest.raises(KeyError), ak.threads(1):
            raise KeyError
        assert ak.get_num_threads() == 2
    assert (ak.get_num_threads(), pool.set_by()) == (3, "set_num_threads")


def test_limit_is_that_of_one_python_thread():
    ak.set_num_threads(3)
    with ak.threads(1), concurrent.futures.ThreadPoolExecutor(1) as executor:
        assert executor.submit(ak.get_num_threads).result() == 3
        executor.submit(ak.set_num_threads, 2).result()
        assert executor.submit(ak.get_num_threads).result() == 2
        assert ak.get_num_threads() == 1


def test_configuration_names_number_and_source(capsys):
    ak.set_num_threads(2)
    ak.show_config()
    shown = {line[:15].strip(): line[16:] for line in capsys.readouterr().out.splitlines()}
    assert shown["threads"] == "2"
    assert shown["threads set by"] == "set_num_threads"


def test_version_of_a_checkout_that_is_not_installed(monkeypatch, tmp_path):
    def missing(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    monkeypatch.setattr(config, "__file__", str(tmp_path / "actkernels" / "config.py"))
    assert config.version() == "unknown"
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "actkernels"\nversion = "1.2.3"\n')
    assert config.version() == ak.__version__ == "1.2.3"
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "another"\nversion = "1.2.3"\n')
    assert config.version() == "unknown"


# ---- threadpoolctl --------------------------------------------------------------------------------------------

CHECK = """
found = [library for library in threadpoolctl.threadpool_info() if library["user_api"] == "actkernels"]
assert len(found) == 1, found
assert found[0]["version"] == ak.__version__
before = ak.get_num_threads()
with threadpoolctl.threadpool_limits(1):
    assert ak.get_num_threads() == 1
assert ak.get_num_threads() == before
with threadpoolctl.threadpool_limits({"actkernels": 3}):
    assert ak.get_num_threads() == 3
with ak.threads(7), threadpoolctl.threadpool_limits({"actkernels": 3}):
    assert ak.get_num_threads() == 7
assert ak.get_num_threads() == before
with threadpoolctl.threadpool_limits(1, user_api="blas"):
    assert ak.get_num_threads() == before
"""


@pytest.mark.parametrize(
    "start",
    [
        "import threadpoolctl; import actkernels as ak",
        "import actkernels as ak; import threadpoolctl; threadpoolctl.threadpool_info(); import numpy as np;"
        " ak.gelu(np.ones(1_000_000))",
        "import actkernels as ak; from actkernels.threadpool_control import register; register(); register();"
        " import threadpoolctl",
    ],
    ids=["before", "after", "by-hand"],
)
def test_threadpoolctl_limits_the_pool(start):
    pytest.importorskip("threadpoolctl", reason="threadpoolctl is not installed")
    fresh(start + CHECK)


def test_threadpoolctl_is_not_imported():
    code = (
        "import sys, numpy as np, actkernels as ak; ak.gelu(np.ones(1_000_000)); print('threadpoolctl' in sys.modules)"
    )
    assert fresh(code) == "False"


def test_exported_symbols():
    library = ctypes.CDLL(_engine.__file__)
    library.actkernels_set_num_threads(3)
    assert library.actkernels_get_num_threads() == ak.get_num_threads() == 3

# cython: language_level=3, cdivision=True, boundscheck=False, wraparound=False
# Between the Python face and the kernels. Two ways in, which give the same bits:
#
# - the fast path, `Kernel` and `backward_twice`: exact, aligned, native float arrays of one dtype and shape, whatever
#   their strides; anything else goes
# - the other way, a real NumPy ufunc for each pass of each row, which NumPy feeds whatever its rules allow:
#   broadcasting, casting, `where=`, overlapping memory.
#
# Either describes a pass, and the routines of passes.h, compiled for the CPU level at hand, carry it out. Nothing here
# knows a formula or a CPU level.
cimport cython
from cpython.pycapsule cimport PyCapsule_GetPointer
from cpython.ref cimport Py_INCREF, PyObject
from libc.stdlib cimport malloc
import sys

import numpy as np

cimport numpy as cnp
from kernels cimport (
    COMPUTED_COUNT, COPY, DELTA, DTYPE_BFLOAT16, DTYPE_COUNT, DTYPE_FLOAT32, DTYPE_FLOAT64, FORWARD, GRADIENT_X,
    GRADIENT_Y, MAX_DIMS, MAX_PARAMETERS, OPERAND_COUNT, OUT, SAVED, formula_kernel, kernel_set, layout, pass_,
    pass_driver, processor, row_kernels,
)
from pool cimport (
    POOL_MAX_THREADS, actkernels_get_num_threads, pool_limit_threads, pool_run, pool_set_threads, pool_threads,
)

cdef extern from "fpstate.h" nogil:
    ctypedef unsigned int fp_state
    fp_state fp_state_save()
    void fp_state_restore(fp_state)

cdef extern from "kernel_type.h":
    ctypedef PyObject* (*fast_call)(PyObject*, PyObject* const*, size_t, PyObject*) except NULL
    Py_ssize_t ARGUMENT_COUNT(size_t)
    ctypedef struct places "struct places":
        Py_ssize_t call
        Py_ssize_t attributes
        Py_ssize_t weak_references
    object derive_fast_type(object, places, fast_call, const char*)

cdef extern from "recycle.h":
    enum:
        RECYCLED_FROM
    object new_recycled(int, cnp.npy_intp*, int, bint)
    size_t release_kept()

cdef extern from "ufunc_api.h" nogil:
    ctypedef struct PyArray_DTypeMeta:
        pass
    ctypedef struct PyArrayMethod_Context:
        pass
    ctypedef struct NpyAuxData:
        pass
    ctypedef int (*PyArrayMethod_StridedLoop)(
        PyArrayMethod_Context*, char* const*, const cnp.npy_intp*, const cnp.npy_intp*, NpyAuxData*) noexcept
    bint is_exact(PyArray_DTypeMeta*)
    bint is_weak(PyArray_DTypeMeta*)
    void* ufunc_data(PyArrayMethod_Context*)
    int type_number(PyArrayMethod_Context*)
    PyArray_DTypeMeta* float64_dtype()

cdef extern from "ufunc_api.h":
    ctypedef int (*PyArrayMethod_PromoterFunction)(
        PyObject*, PyArray_DTypeMeta* const*, PyArray_DTypeMeta* const*, PyArray_DTypeMeta**) except -1
    int add_loop(
        object ufunc, PyArray_DTypeMeta* real, int arrays, int operands, PyArrayMethod_StridedLoop) except -1
    int add_promoter(object ufunc, int operands, PyArrayMethod_PromoterFunction) except -1
    object PyUFunc_FromFuncAndData(void*, void**, char*, int, int, int, int, const char*, const char*, int)

cnp.import_array()
cnp.import_ufunc()

cdef enum:
    # from here on the arithmetic takes longer than giving up the GIL and getting it back
    GIL_COUNT = 8192
    # threads take over multiples of so many elements
    GRAIN = 4096
    # operands of so many bytes in all are fetched ahead: they may not be in a core's own cache
    FAR = 1 << 20

# From how many bytes on of what is computed a pass is shared among threads, for each `cost` of a row: where
# bench/thresholds.py finds that two threads win if they are awake. The pool itself sees to it that little is lost where
# they are not.
cdef Py_ssize_t[3] shared_from = [1 << 19, 1 << 18, 1 << 16]
# Results of so many bytes are written past the caches, unless they take the place of an input or cost arithmetic: what
# is written to a cache is written while the next tile is computed.
cdef Py_ssize_t stream_from = 16 << 20


# ---- what arrays may be made of -------------------------------------------------------------------------------

ACCEPTED = "float16, bfloat16, float32 and float64"  # as messages name them
cdef tuple names = ("float32", "float64", "float16", "bfloat16")  # in the order of the enum in kernels.h

cdef struct float_type:
    int number                  # NumPy's; -1 where NumPy does not know the type
    PyArray_DTypeMeta* dtype    # NumPy's class of it, or NULL
    Py_ssize_t size             # of an element, in bytes
    int computed                # the dtype that kernels compute in

cdef float_type[DTYPE_COUNT] types


cdef PyArray_DTypeMeta* class_of(object descriptor) noexcept:
    return <PyArray_DTypeMeta*>(<PyObject*>descriptor).ob_type


cdef void know(int dtype, object descriptor):
    Py_INCREF(descriptor)  # for good
    types[dtype].number = descriptor.num
    types[dtype].dtype = class_of(descriptor)
    types[dtype].size = descriptor.itemsize
    types[dtype].computed = dtype if dtype < COMPUTED_COUNT else DTYPE_FLOAT32


cdef bint find_bfloat16() except -1:
    # bfloat16 is not NumPy's but that of ml_dtypes, which is never imported here: whoever has such an array did. True
    # if it has been found just now.
    found = getattr(sys.modules.get("ml_dtypes"), "bfloat16", None)
    if found is None or types[DTYPE_BFLOAT16].dtype != NULL:
        return False
    descriptor = np.dtype(found)
    for ufunc in ufuncs:
        add_float_loop(ufunc, class_of(descriptor))
    know(DTYPE_BFLOAT16, descriptor)
    return True


cdef inline int dtype_of_number(int number) noexcept nogil:
    # Of a type number of NumPy's; -1 if it is none of ours.
    cdef int dtype
    for dtype in range(DTYPE_COUNT):
        if types[dtype].number == number:
            return dtype
    return -1


def is_float(dtype):
    """Whether results can be written into arrays of this dtype, whatever its byte order."""
    return dtype_of_number(dtype.num) >= 0 or (find_bfloat16() and dtype_of_number(dtype.num) >= 0)


cdef list ufuncs = []
types[DTYPE_BFLOAT16].number = -1
for _dtype, _name in enumerate(names[:DTYPE_BFLOAT16]):
    know(_dtype, np.dtype(_name))
find_bfloat16()


# ---- the kernels in use ---------------------------------------------------------------------------------------

cdef const kernel_set* kernels = NULL


cdef const kernel_set* kernels_in(object capsule) except NULL:
    return <const kernel_set*>PyCapsule_GetPointer(capsule, "actkernels.kernels")


def use_kernels(capsule):
    """Compute with these kernels from the next call on."""
    global kernels
    kernels = kernels_in(capsule)


cdef processor here


def know_processor(bint slow_subnormals, bint asks_ahead):
    """What `processor` in kernels.h says of this machine. Returns what held before."""
    global here
    before = bool(here.slow_subnormals), bool(here.asks_ahead)
    here = processor(slow_subnormals, asks_ahead)
    return before


def kernel_addresses(capsule, int row, bint usual=False):
    """Where the kernels of a row are in memory, or those for usual inputs: {(kernel, dtype): address}, for tests."""
    cdef const row_kernels* found = &kernels_in(capsule).rows[row]
    cdef dict addresses = {}
    cdef int dtype, which
    cdef formula_kernel kernel
    for which, name in enumerate(("forward", "gradient_x", "gradient_y")):
        for dtype in range(COMPUTED_COUNT):
            kernel = found.usual[which][dtype] if usual else found.formulas[which][dtype]
            if kernel != NULL:
                addresses[name, names[dtype]] = <size_t>kernel
    return addresses


def brief_addresses(capsule, int row):
    """Likewise of the kernels of a brief row that multiply the delta, or convert, as well."""
    cdef const row_kernels* found = &kernels_in(capsule).rows[row]
    cdef dict addresses = {}
    cdef int dtype, which
    for which, name in enumerate(("forward", "gradient_x", "gradient_y")):
        for dtype in range(DTYPE_COUNT):
            if dtype >= COMPUTED_COUNT and found.formulas[which][dtype] != NULL:
                addresses[name, names[dtype]] = <size_t>found.formulas[which][dtype]
            if found.products[which][dtype] != NULL:
                addresses[f"product of {name}", names[dtype]] = <size_t>found.products[which][dtype]
    return addresses


def loop_addresses(capsule):
    """Where the other loops of a CPU level are in memory: {(loop, dtype): address}, likewise."""
    cdef const kernel_set* found = kernels_in(capsule)
    cdef dict addresses = {}
    cdef int dtype
    for dtype, name in enumerate(names[:COMPUTED_COUNT]):
        addresses["in_window", name] = <size_t>found.loops[dtype].in_window
        addresses["within", name] = <size_t>found.loops[dtype].within
        addresses["find_subnormal", name] = <size_t>found.loops[dtype].find_subnormal
        addresses["replace", name] = <size_t>found.loops[dtype].replace
        addresses["settle", name] = <size_t>found.loops[dtype].settle
        addresses["multiply", name] = <size_t>found.loops[dtype].multiply
        addresses["multiply_lifted", name] = <size_t>found.loops[dtype].multiply_lifted
    for dtype in range(COMPUTED_COUNT, DTYPE_COUNT):
        addresses["load", names[dtype]] = <size_t>found.storages[dtype].load
        addresses["store", names[dtype]] = <size_t>found.storages[dtype].store
        addresses["multiply", names[dtype]] = <size_t>found.storages[dtype].multiply
    return addresses


# ---- a pass ---------------------------------------------------------------------------------------------------

cdef struct job:
    pass_ todo
    pass_driver run


cdef void perform(void* argument, Py_ssize_t begin, Py_ssize_t end) noexcept nogil:
    cdef const job* given = <const job*>argument
    cdef fp_state state = fp_state_save()
    given.run(&given.todo, begin, end)
    fp_state_restore(state)


cdef int perform_all(job* given, Py_ssize_t count) except -1:
    # Without the GIL and by several threads where either is worth it.
    given.run, given.todo.processor = kernels.run, &here
    given.todo.far = given.todo.streams[OUT] = given.todo.streams[COPY] = False
    if count < GIL_COUNT:
        perform(given, 0, count)
        return 0
    cdef const pass_* todo = &given.todo
    cdef int operand, operands = 0
    for operand in range(OPERAND_COUNT):
        operands += todo.data[operand] != NULL
    given.todo.far = operands * count * types[todo.dtype].size >= FAR
    cdef Py_ssize_t size = sizeof(double) if types[todo.dtype].computed == DTYPE_FLOAT64 else sizeof(float)
    cdef int threads = allowed_threads() if count * size >= shared_from[todo.row.cost] else 1
    cdef bint streams = todo.row.cost == 0 and types[todo.dtype].computed == todo.dtype and count * size >= stream_from
    for operand in range(OUT, OPERAND_COUNT):
        given.todo.streams[operand] = (
            streams and todo.data[operand] != todo.data[SAVED] and todo.data[operand] != todo.data[DELTA])
    with nogil:
        pool_run(perform, given, count, GRAIN, threads)
    return 0


cdef inline int dtype_of(object array) noexcept:
    # The dtype of an array that the fast path takes, else -1.
    if not cnp.PyArray_CheckExact(array):
        return -1
    if cnp.PyArray_NDIM(array) == 0 or not cnp.PyArray_ISALIGNED(array) or not cnp.PyArray_ISNOTSWAPPED(array):
        return -1
    return dtype_of_number(cnp.PyArray_TYPE(array))


cdef inline bint same_shape(object array, object other) noexcept:
    cdef int ndim = cnp.PyArray_NDIM(array), i
    if cnp.PyArray_NDIM(other) != ndim:
        return False
    for i in range(ndim):
        if cnp.PyArray_DIMS(array)[i] != cnp.PyArray_DIMS(other)[i]:
            return False
    return True


cdef struct span:
    const char* low
    const char* end


cdef inline span span_of(object array, Py_ssize_t nbytes) noexcept:
    # The memory between the first and the last element of an array that is not empty.
    cdef const char* data = <const char*>cnp.PyArray_DATA(array)
    cdef span reach = span(data, data + nbytes)
    cdef Py_ssize_t extent
    cdef int i
    if cnp.PyArray_FLAGS(array) & (cnp.NPY_ARRAY_C_CONTIGUOUS | cnp.NPY_ARRAY_F_CONTIGUOUS):
        return reach
    reach.end = data + cnp.PyArray_ITEMSIZE(array)
    for i in range(cnp.PyArray_NDIM(array)):
        extent = (cnp.PyArray_DIMS(array)[i] - 1) * cnp.PyArray_STRIDES(array)[i]
        if extent < 0:
            reach.low += extent
        else:
            reach.end += extent
    return reach


cdef inline bint same_or_apart(object array, object other, Py_ssize_t nbytes) noexcept:
    # Whether elements of two arrays of one shape and dtype, all of them `nbytes` long, share memory with each other
    # alone.
    if array is other:
        return True
    cdef span first = span_of(array, nbytes), second = span_of(other, nbytes)
    cdef int i
    if first.end <= second.low or second.end <= first.low:
        return True
    if cnp.PyArray_DATA(array) != cnp.PyArray_DATA(other):
        return False
    for i in range(cnp.PyArray_NDIM(array)):
        if cnp.PyArray_STRIDES(array)[i] != cnp.PyArray_STRIDES(other)[i] and cnp.PyArray_DIMS(array)[i] != 1:
            return False
    return True


cdef bint lay_out(layout* walk, cnp.PyArrayObject** arrays) noexcept:
    # Find the order in which memory is walked through, by the strides of the first array, and join dimensions that
    # are one for all of them. False if there are too many, or if an output's elements may overlap.
    cdef cnp.PyArrayObject* first = arrays[SAVED]
    cdef int[64] order
    cdef int ndim = 0, i, j, axis, operand
    cdef Py_ssize_t stride, length, dense
    cdef bint joined
    for axis in range(cnp.PyArray_NDIM(<object>first) - 1, -1, -1):
        if cnp.PyArray_DIMS(<object>first)[axis] == 1:
            continue
        stride = abs(cnp.PyArray_STRIDES(<object>first)[axis])
        i = ndim
        while i > 0 and abs(cnp.PyArray_STRIDES(<object>first)[order[i - 1]]) > stride:
            order[i] = order[i - 1]
            i -= 1
        order[i] = axis
        ndim += 1
    walk.dims = 0
    for i in range(ndim):
        axis = order[i]
        length = cnp.PyArray_DIMS(<object>first)[axis]
        joined = walk.dims > 0
        for operand in range(OPERAND_COUNT):
            if arrays[operand] != NULL and joined:
                stride = cnp.PyArray_STRIDES(<object>arrays[operand])[axis]
                joined = stride == walk.strides[operand][walk.dims - 1] * walk.shape[walk.dims - 1]
        if joined:
            walk.shape[walk.dims - 1] *= length
            continue
        if walk.dims == MAX_DIMS:
            return False
        walk.shape[walk.dims] = length
        for operand in range(OPERAND_COUNT):
            if arrays[operand] != NULL:
                walk.strides[operand][walk.dims] = cnp.PyArray_STRIDES(<object>arrays[operand])[axis]
        walk.dims += 1
    for operand in range(OPERAND_COUNT):
        walk.scattered[operand] = False
        if arrays[operand] == NULL:
            continue
        dense = cnp.PyArray_ITEMSIZE(<object>arrays[operand])
        for j in range(walk.dims):
            stride = walk.strides[operand][j]
            walk.scattered[operand] |= stride != dense
            dense *= walk.shape[j]
            if operand >= OUT and stride == 0:
                return False
    return True


cdef int launch(
    int row, int which, object saved, object delta, object out, object copy, const double* parameters,
) except -1:
    # Carry out a pass over arrays of one dtype that `dtype_of` accepts; delta and copy may be None. False, and nothing
    # has happened, if they need the ufunc.
    cdef job given
    cdef pass_* todo = &given.todo
    cdef layout walk
    cdef (cnp.PyArrayObject*)[4] arrays
    cdef Py_ssize_t count = cnp.PyArray_SIZE(saved)
    cdef int common = cnp.PyArray_FLAGS(saved) & cnp.PyArray_FLAGS(out), operand
    arrays[SAVED], arrays[OUT] = <cnp.PyArrayObject*>saved, <cnp.PyArrayObject*>out
    arrays[DELTA] = NULL if delta is None else <cnp.PyArrayObject*>delta
    arrays[COPY] = NULL if copy is None else <cnp.PyArrayObject*>copy
    if not (cnp.PyArray_FLAGS(out) & cnp.NPY_ARRAY_WRITEABLE and same_shape(saved, out)):
        return False
    if delta is not None:
        if not same_shape(saved, delta):
            return False
        common &= cnp.PyArray_FLAGS(delta)
    if copy is not None:
        if not (cnp.PyArray_FLAGS(copy) & cnp.NPY_ARRAY_WRITEABLE and same_shape(saved, copy)):
            return False
        common &= cnp.PyArray_FLAGS(copy)
    if count == 0:
        return True
    todo.dtype = dtype_of_number(cnp.PyArray_TYPE(saved))
    cdef Py_ssize_t nbytes = count * types[todo.dtype].size
    if not same_or_apart(saved, out, nbytes) or (delta is not None and not same_or_apart(delta, out, nbytes)):
        return False
    if copy is not None and not (
        same_or_apart(saved, copy, nbytes) and same_or_apart(out, copy, nbytes)
        and (delta is None or same_or_apart(delta, copy, nbytes))
    ):
        return False
    todo.layout = NULL
    if not common & (cnp.NPY_ARRAY_C_CONTIGUOUS | cnp.NPY_ARRAY_F_CONTIGUOUS):
        if not lay_out(&walk, arrays):
            return False
        for operand in range(OPERAND_COUNT):
            if walk.scattered[operand]:
                todo.layout = &walk
    todo.row = &kernels.rows[row]
    todo.which = which
    for operand in range(OPERAND_COUNT):
        todo.data[operand] = NULL if arrays[operand] == NULL else <char*>cnp.PyArray_DATA(<object>arrays[operand])
    if todo.data[COPY] == todo.data[OUT]:
        todo.data[COPY] = NULL
    for operand in range(MAX_PARAMETERS):
        todo.parameters[operand] = parameters[operand]
    perform_all(&given, count)
    return True


cdef inline object new_like(object array):
    # A new array with the elements in the same order.
    cdef bint fortran = not cnp.PyArray_IS_C_CONTIGUOUS(array)
    if fortran and not cnp.PyArray_IS_F_CONTIGUOUS(array):
        return np.empty_like(array)
    cdef Py_ssize_t nbytes = cnp.PyArray_NBYTES(array)
    cdef int ndim = cnp.PyArray_NDIM(array), number = cnp.PyArray_TYPE(array)
    if nbytes >= RECYCLED_FROM:
        return new_recycled(ndim, cnp.PyArray_DIMS(array), number, fortran)
    return cnp.PyArray_New(cnp.ndarray, ndim, cnp.PyArray_DIMS(array), number, NULL, NULL, 0, fortran, None)


def release_kept_blocks():
    """Give memory that is kept for large results back to the system; return how many bytes it was."""
    return release_kept()


# ---- the fast path --------------------------------------------------------------------------------------------

cdef list texts = []


cdef class Parameters:
    """The values of a row's parameters, as the kernels take them."""

    cdef double[MAX_PARAMETERS] values

    def __init__(self, values):
        if len(values) > MAX_PARAMETERS:
            raise ValueError(f"a row has at most {MAX_PARAMETERS} parameters, not {len(values)}")
        for i, value in enumerate(values):
            self.values[<int>i] = value


cdef object forward(int row, object x, object out, const double* parameters):
    # The activation of x, into `out` or a new array; None if these arrays need the ufunc.
    cdef int dtype = dtype_of(x)
    if dtype < 0:
        return None
    if out is None:
        out = new_like(x)
    elif out is not x and dtype_of(out) != dtype:
        return None
    return out if launch(row, FORWARD, x, None, out, None, parameters) else None


cdef object backward(int row, bint from_output, object delta, object saved, object out, const double* parameters):
    # delta * gradient, into `out` or a new array; no delta means ones; None if these arrays need the ufunc.
    cdef int dtype = dtype_of(saved)
    if dtype < 0 or (delta is not None and dtype_of(delta) != dtype):
        return None
    if out is None:
        out = new_like(saved)
    elif dtype_of(out) != dtype:
        return None
    return out if launch(row, GRADIENT_Y if from_output else GRADIENT_X, saved, delta, out, None, parameters) else None


@cython.no_gc_clear  # a dictionary of attributes is never None
cdef class Kernel:
    """A row with default parameters: what is short and fast of an `Activation`, which derives from it.

    The common case, arrays of one float type and no keywords beside `x`, `y` and `out`, is done here; everything else
    goes to `_activate` and `_back_propagate`, which are Python.
    """

    cdef fast_call call
    cdef dict attributes
    cdef PyObject* weak_references
    cdef int row
    cdef bint follows_from_output
    cdef double[MAX_PARAMETERS] defaults

    def __cinit__(self, *_, **__):
        self.call = call_kernel
        self.attributes = {}

    def __call__(self, *arguments, **keywords):
        return self._activate(*arguments, **keywords)

    def _bind(self, int row, bint follows_from_output, values):
        self.row = row
        self.follows_from_output = follows_from_output
        for i, value in enumerate(values):
            self.defaults[<int>i] = value

    def _forward(self, x, out, Parameters parameters not None):
        """A call with other parameters; None if these arrays need the ufunc."""
        return forward(self.row, x, out, parameters.values)

    def _backward(self, bint from_output, delta, saved, out, Parameters parameters not None):
        """`backward` with other parameters; None for `delta` means ones."""
        return backward(self.row, from_output, delta, saved, out, parameters.values)

    def _backward_twice(self, bint from_output, delta, saved, copy):
        """delta *= gradient and copy[...] = delta in one pass; False if these arrays need two."""
        cdef int dtype = dtype_of(saved)
        if dtype < 0 or dtype_of(delta) != dtype or dtype_of(copy) != dtype:
            return False
        return launch(
            self.row, GRADIENT_Y if from_output else GRADIENT_X, saved, delta, delta, copy, self.defaults)


cdef object call_with(object method, PyObject* const* arguments, Py_ssize_t count, PyObject* names):
    cdef dict keywords = {}
    cdef Py_ssize_t i
    cdef list positional = [<object>arguments[i] for i in range(count)]
    if names != NULL:
        for i, name in enumerate(<tuple>names):
            keywords[name] = <object>arguments[count + i]
    return method(*positional, **keywords)


cdef PyObject* call_kernel(PyObject* self, PyObject* const* arguments, size_t flags, PyObject* names) except NULL:
    cdef Kernel kernel = <Kernel>self
    cdef Py_ssize_t count = ARGUMENT_COUNT(flags), given = count + (0 if names == NULL else len(<tuple>names))
    result = None
    if given == 1 and count == 1:
        result = forward(kernel.row, <object>arguments[0], None, kernel.defaults)
    elif given == 2 and (count == 2 or (count == 1 and (<tuple>names)[0] is "out")):
        result = forward(kernel.row, <object>arguments[0], <object>arguments[1], kernel.defaults)
    if result is None:
        result = call_with(kernel._activate, arguments, count, names)
    Py_INCREF(result)
    return <PyObject*>result


cdef PyObject* call_backward(PyObject* self, PyObject* const* arguments, size_t flags, PyObject* names) except NULL:
    cdef Kernel kernel = <Kernel>self
    cdef Py_ssize_t count = ARGUMENT_COUNT(flags), i
    cdef bint usual = count == 1 and names != NULL
    x, y, out, result = None, None, None, None
    if usual:
        for i, name in enumerate(<tuple>names):
            if name is "x":
                x = <object>arguments[count + i]
            elif name is "y":
                y = <object>arguments[count + i]
            elif name is "out":
                out = <object>arguments[count + i]
            else:
                usual = False
        usual = usual and (y is None if x is not None else kernel.follows_from_output)
    if usual:
        result = backward(
            kernel.row, x is None, <object>arguments[0], y if x is None else x, out, kernel.defaults)
    if result is None:
        result = call_with(kernel._back_propagate, arguments, count, names)
    Py_INCREF(result)
    return <PyObject*>result


def derive(type declared):
    """Make a class that was declared as derived from `Kernel` one whose calls are fast; for a decorator."""
    cdef Kernel kernel = Kernel()
    cdef str signature = "backward($self, delta, *, x=None, y=None, out=None, **keywords)\n--\n\n"
    cdef bytes text = (signature + (declared._back_propagate.__doc__ or "")).encode()
    texts.append(text)  # Python keeps the pointer
    cdef char* start = <char*><PyObject*>kernel
    cdef places at = places(
        <char*>&kernel.call - start, <char*>&kernel.attributes - start, <char*>&kernel.weak_references - start)
    fast = derive_fast_type(Kernel, at, call_backward, text)
    for name, value in vars(declared).items():
        if name not in ("__dict__", "__weakref__"):
            setattr(fast, name, value)
    return fast


# ---- the ufuncs -----------------------------------------------------------------------------------------------

cdef struct operation:
    int row
    int which
    int arrays      # array operands: x, or delta and saved; the parameters follow them
    int parameters


cdef inline bint conflict(
    const char* source, Py_ssize_t source_stride, const char* target, Py_ssize_t target_stride, Py_ssize_t count,
    Py_ssize_t size,
) noexcept nogil:
    # Whether a result may be read as a later element's input, as it is in reduce and accumulate.
    cdef Py_ssize_t source_reach = (count - 1) * source_stride, target_reach = (count - 1) * target_stride
    cdef const char* source_low = source + min(<Py_ssize_t>0, source_reach)
    cdef const char* source_end = source + max(<Py_ssize_t>0, source_reach) + size
    cdef const char* target_low = target + min(<Py_ssize_t>0, target_reach)
    cdef const char* target_end = target + max(<Py_ssize_t>0, target_reach) + size
    if source == target and source_stride == target_stride and source_stride != 0:
        return False
    return source_low < target_end and target_low < source_end


cdef void strided_pass(
    const operation* op, int dtype, char* const* data, Py_ssize_t count, const cnp.npy_intp* strides,
) noexcept nogil:
    cdef int inputs = op.arrays, operands = op.arrays + op.parameters, i, operand
    cdef Py_ssize_t size = types[dtype].size, start, length = count
    cdef job given
    cdef pass_* todo = &given.todo
    cdef layout walk
    cdef int[3] places
    places[0], places[1], places[inputs] = (DELTA if inputs == 2 else SAVED), SAVED, OUT
    # Element by element where the parameters change or where an element depends on the one before.
    for i in range(inputs):
        if conflict(data[i], strides[i], data[operands], strides[operands], count, size):
            length = 1
    for i in range(inputs, operands):
        if strides[i] != 0:
            length = 1
    todo.row, todo.which, todo.dtype = &kernels.rows[op.row], op.which, dtype
    todo.layout = NULL
    todo.far = todo.streams[OUT] = todo.streams[COPY] = False
    todo.data[DELTA] = todo.data[COPY] = NULL
    for i in range(MAX_PARAMETERS):
        todo.parameters[i] = 0
    walk.dims, walk.shape[0] = 1, length
    for i in range(inputs + 1):
        operand = places[i]
        walk.strides[operand][0] = strides[i if i < inputs else operands]
        walk.scattered[operand] = walk.strides[operand][0] != size
        if walk.scattered[operand] and length > 1:
            todo.layout = &walk
    given.run, todo.processor = kernels.run, &here
    start = 0
    while start < count:
        for i in range(inputs + 1):
            operand = i if i < inputs else operands
            todo.data[places[i]] = data[operand] + start * strides[operand]
        for i in range(op.parameters):
            todo.parameters[i] = (<const double*>(data[inputs + i] + start * strides[inputs + i]))[0]
        perform(&given, 0, length)
        start += length


cdef int strided_loop(
    PyArrayMethod_Context* context, char* const* data, const cnp.npy_intp* dimensions, const cnp.npy_intp* strides,
    NpyAuxData* auxiliary,
) noexcept nogil:
    strided_pass(
        <const operation*>ufunc_data(context), dtype_of_number(type_number(context)), data, dimensions[0], strides)
    return 0


cdef str dtype_name(PyArray_DTypeMeta* dtype):
    cdef object type_ = getattr(<object><PyObject*>dtype, "type", None)
    return getattr(type_, "__name__", "unknown").rstrip("_")


cdef enum:
    # what a DType is to a promotion, where it is no dtype of ours
    ROLE_EXACT = DTYPE_COUNT    # an integer or a bool, which become float64
    ROLE_WEAK                   # a Python number, which follows the others
    ROLE_REFUSED


cdef int role_of(PyArray_DTypeMeta* given) except -1:
    cdef int dtype
    if is_weak(given):
        return ROLE_WEAK
    for dtype in range(DTYPE_COUNT):
        if types[dtype].dtype == given:
            return dtype
    if is_exact(given):
        return ROLE_EXACT
    return role_of(given) if find_bfloat16() else ROLE_REFUSED


cdef int promote(
    PyObject* ufunc, PyArray_DTypeMeta* const* given, PyArray_DTypeMeta* const* signature, PyArray_DTypeMeta** wanted,
) except -1:
    # Arrays of one float type keep it; of different ones, the smallest type of the kernels that holds all their
    # numbers; an integer or a bool counts as float64, and so does nothing but Python numbers. Parameters are float64
    # always.
    cdef const operation* op = <const operation*>operation_of(<object>ufunc)
    cdef int operands = op.arrays + op.parameters, common = ROLE_WEAK, role, i
    cdef bint changed = False
    for i in range(operands):
        role = role_of(given[i])
        if role == ROLE_REFUSED:
            raise TypeError(
                f"{(<object>ufunc).__name__}: dtype {dtype_name(given[i])} is not supported;"
                f" accepted are {ACCEPTED}, and integers and bool, which become float64"
            )
        if role == ROLE_EXACT:
            role = DTYPE_FLOAT64
        if i >= op.arrays or role == ROLE_WEAK or role == common:
            continue
        common = role if common == ROLE_WEAK else max(types[common].computed, types[role].computed)
    cdef PyArray_DTypeMeta* real = float64_dtype() if common == ROLE_WEAK else types[common].dtype
    if signature[operands] != NULL:
        real = signature[operands]
        if role_of(real) >= DTYPE_COUNT:
            raise TypeError(f"{(<object>ufunc).__name__}: no loop gives {dtype_name(real)}; dtype= takes {ACCEPTED}")
    for i in range(operands + 1):
        wanted[i] = real if i < op.arrays or i == operands else float64_dtype()
        if signature[i] != NULL:
            wanted[i] = signature[i]
        changed |= wanted[i] != given[i]
    if not changed:
        # A loop for just this has come in the meantime, bfloat16's. NumPy looks again only if something differs, and
        # an output that is left open matches any.
        wanted[operands] = NULL
    for i in range(operands + 1):
        if wanted[i] != NULL:
            Py_INCREF(<object><PyObject*>wanted[i])
    return 0


cdef dict operations = {}


cdef void* operation_of(object ufunc) except NULL:
    return <void*><size_t>operations[ufunc.__name__]


cdef int add_float_loop(object ufunc, PyArray_DTypeMeta* dtype) except -1:
    cdef const operation* op = <const operation*>operation_of(ufunc)
    return add_loop(ufunc, dtype, op.arrays, op.arrays + op.parameters + 1, strided_loop)


def make_ufunc(str name, int row, str which, int parameters, str doc):
    """A ufunc for one pass of one row. It lives for good, as everything it refers to does."""
    cdef operation* op = <operation*>malloc(sizeof(operation))
    cdef void** data = <void**>malloc(sizeof(void*))
    if op == NULL or data == NULL:
        raise MemoryError
    op.row = row
    op.which = {"forward": FORWARD, "backward_x": GRADIENT_X, "backward_y": GRADIENT_Y}[which]
    op.arrays = 1 if op.which == FORWARD else 2
    op.parameters = parameters
    data[0] = op
    cdef bytes name_text = name.encode(), doc_text = doc.encode()
    texts.extend((name_text, doc_text))  # NumPy keeps the pointers
    cdef int operands = op.arrays + parameters + 1, dtype
    ufunc = PyUFunc_FromFuncAndData(NULL, data, NULL, 0, operands - 1, 1, -1, name_text, doc_text, 0)
    operations[name] = <size_t>op
    for dtype in range(DTYPE_COUNT):
        if types[dtype].dtype != NULL:
            add_float_loop(ufunc, types[dtype].dtype)
    add_promoter(ufunc, operands, promote)
    ufuncs.append(ufunc)
    return ufunc


# ---- the pool -------------------------------------------------------------------------------------------------

MAX_THREADS = POOL_MAX_THREADS


def set_threads(int number):
    """How many threads all calls of the process may use, from the next on."""
    pool_set_threads(number)


def threads_of_process():
    """How many threads the calls of the process may use; 0 while nobody has asked for it or set it."""
    return actkernels_get_num_threads()


def threads_here():
    """How many threads the next call of this thread may use; 0 while that is not known."""
    return pool_threads()


def limit_threads(int number):
    """A number for the calls of this thread alone, or 0 for the process's. Returns the one before."""
    return pool_limit_threads(number)


def share_and_stream_from(share, Py_ssize_t stream):
    """Share passes from so many bytes on, for each cost of a row, and stream results of so many.

    For bench/thresholds.py and tests. Returns what held before.
    """
    global stream_from
    before = tuple(shared_from[cost] for cost in range(3)), stream_from
    for cost, size in enumerate(share):
        shared_from[<int>cost] = size
    stream_from = stream
    return before


def pool_address():
    """Where pool_run is in memory, for tests that call it."""
    return <size_t>&pool_run


cdef bint threadpoolctl_met = False


cdef int allowed_threads() except -1:
    # How many threads a call may use. The face finds the default when it is first needed, and threadpoolctl, which
    # may be imported at any time.
    global threadpoolctl_met
    if not threadpoolctl_met and "threadpoolctl" in sys.modules:
        threadpoolctl_met = True
        from actkernels.threadpool_control import register_if_imported

        register_if_imported()
    if pool_threads() == 0:
        from actkernels.pool import get_num_threads

        return get_num_threads()
    return pool_threads()

# cython: language_level=3, cdivision=True, boundscheck=False, wraparound=False
# Between the Python face and the kernels. Two ways in, which give the same bits:
#
# - the fast path, `forward`, `backward` and `backward_twice`: exact, aligned, native, contiguous float arrays of
#   one dtype, shape and order; anything else returns None and the caller goes
# - the other way, a real NumPy ufunc for each pass of each row, which NumPy feeds whatever its rules allow:
#   broadcasting, casting, strides, `where=`, overlapping memory.
#
# Kernels see contiguous runs of float32 or float64 only; other types are converted on the way, a tile at a time.
# Nothing here knows a formula or a CPU level.
from cpython.pycapsule cimport PyCapsule_GetPointer
from cpython.ref cimport Py_INCREF, PyObject
from libc.stdint cimport uint16_t, uint32_t, uint64_t
from libc.stdlib cimport malloc
from libc.string cimport memcpy
import sys

import numpy as np

cimport numpy as cnp
from kernels cimport (
    COMPUTED_COUNT, DTYPE_BFLOAT16, DTYPE_COUNT, DTYPE_FLOAT32, DTYPE_FLOAT64, MAX_PARAMETERS, conversion, kernel_set,
    row_kernels,
)
from pool cimport (
    POOL_MAX_THREADS, actkernels_get_num_threads, pool_limit_threads, pool_run, pool_set_threads, pool_threads,
)

cdef extern from "fpstate.h" nogil:
    ctypedef unsigned int fp_state
    fp_state fp_state_save()
    void fp_state_restore(fp_state)

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
    FORWARD
    BACKWARD_X
    BACKWARD_Y

cdef enum:
    # elements that are gathered, computed and scattered at a time: three tiles of doubles stay in an L1 cache
    TILE = 1024
    # from here on the arithmetic takes longer than giving up the GIL and getting it back
    GIL_COUNT = 8192


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


def kernel_addresses(capsule, int row):
    """Where the kernels of a row are in memory: {(pass, dtype): address}, for tests that read the object code."""
    cdef const row_kernels* found = &kernels_in(capsule).rows[row]
    cdef dict addresses = {}
    cdef int dtype
    for dtype, name in enumerate(names[:COMPUTED_COUNT]):
        addresses["forward", name] = <size_t>found.forward[dtype]
        addresses["backward_x", name] = <size_t>found.backward_x[dtype]
        if found.backward_y[dtype] != NULL:
            addresses["backward_y", name] = <size_t>found.backward_y[dtype]
    return addresses


def conversion_addresses(capsule):
    """Where the conversions are in memory: {("load" or "store", dtype): address}, for tests that call them."""
    cdef const conversion* conversions = kernels_in(capsule).conversions
    cdef dict addresses = {}
    cdef int dtype
    for dtype in range(COMPUTED_COUNT, DTYPE_COUNT):
        addresses["load", names[dtype]] = <size_t>conversions[dtype].load
        addresses["store", names[dtype]] = <size_t>conversions[dtype].store
    return addresses


cdef class Parameters:
    """The values of a row's parameters, as the kernels take them."""

    cdef double[MAX_PARAMETERS] values

    def __init__(self, values):
        if len(values) > MAX_PARAMETERS:
            raise ValueError(f"a row has at most {MAX_PARAMETERS} parameters, not {len(values)}")
        for i, value in enumerate(values):
            self.values[<int>i] = value


# ---- one pass over contiguous memory --------------------------------------------------------------------------

cdef float[TILE] ones_f32
cdef double[TILE] ones_f64
for _i in range(TILE):
    ones_f32[_i] = 1
    ones_f64[_i] = 1


cdef inline void compute(
    int row, int which, int dtype, const void* delta, const void* saved, void* out, Py_ssize_t count,
    const double* parameters,
) noexcept nogil:
    if which == FORWARD:
        kernels.rows[row].forward[dtype](saved, out, count, parameters)
    elif which == BACKWARD_X:
        kernels.rows[row].backward_x[dtype](delta, saved, out, count, parameters)
    else:
        kernels.rows[row].backward_y[dtype](delta, saved, out, count, parameters)


cdef void run_tiles(
    int row, int which, int dtype, const char* delta, const char* saved, char* out, char* copy, Py_ssize_t count,
    const double* parameters,
) noexcept nogil:
    cdef Py_ssize_t size = types[dtype].size, start = 0, length
    cdef int computed = types[dtype].computed
    cdef const conversion* convert = &kernels.conversions[dtype]
    cdef float[2][TILE] tiles
    cdef const void* delta_tile = <const void*>ones_f64 if computed == DTYPE_FLOAT64 else <const void*>ones_f32
    while start < count:
        length = min(count - start, <Py_ssize_t>TILE)
        if computed == dtype:
            if delta != NULL:
                delta_tile = delta + start * size
            compute(row, which, dtype, delta_tile, saved + start * size, out + start * size, length, parameters)
        else:
            if delta != NULL:
                convert.load(delta + start * size, tiles[0], length)
                delta_tile = tiles[0]
            convert.load(saved + start * size, tiles[1], length)
            compute(row, which, computed, delta_tile, tiles[1], tiles[1], length, parameters)
            convert.store(tiles[1], out + start * size, length)
        if copy != NULL:
            memcpy(copy + start * size, out + start * size, length * size)
        start += length


cdef void run(
    int row, int which, int dtype, const char* delta, const char* saved, char* out, char* copy, Py_ssize_t count,
    const double* parameters,
) noexcept nogil:
    # One pass of one row. In a backward pass no delta means a delta of ones, that is the gradient itself, and
    # `copy` receives the result a second time, from the cache.
    cdef fp_state state = fp_state_save()
    if dtype < COMPUTED_COUNT and copy == NULL and (delta != NULL or which == FORWARD):
        compute(row, which, dtype, delta, saved, out, count, parameters)
    else:
        run_tiles(row, which, dtype, delta, saved, out, copy, count, parameters)
    fp_state_restore(state)


# ---- the fast path --------------------------------------------------------------------------------------------

cdef inline int dtype_of(object array) noexcept:
    # The dtype of an array that the fast path can read, else -1.
    if not cnp.PyArray_CheckExact(array):
        return -1
    if cnp.PyArray_NDIM(array) == 0 or not cnp.PyArray_ISALIGNED(array) or not cnp.PyArray_ISNOTSWAPPED(array):
        return -1
    return dtype_of_number(cnp.PyArray_TYPE(array))


cdef inline bint alike(object array, object other) noexcept:
    # The same dtype, shape and element order, both contiguous: flat memory means the same elements.
    cdef int ndim = cnp.PyArray_NDIM(array), i
    if dtype_of(other) != dtype_of(array) or cnp.PyArray_NDIM(other) != ndim:
        return False
    for i in range(ndim):
        if cnp.PyArray_DIMS(array)[i] != cnp.PyArray_DIMS(other)[i]:
            return False
    return bool(
        cnp.PyArray_FLAGS(array) & cnp.PyArray_FLAGS(other)
        & (cnp.NPY_ARRAY_C_CONTIGUOUS | cnp.NPY_ARRAY_F_CONTIGUOUS)
    )


cdef inline bint same_or_apart(object array, object other) noexcept:
    cdef const char* first = <const char*>cnp.PyArray_DATA(array)
    cdef const char* second = <const char*>cnp.PyArray_DATA(other)
    cdef Py_ssize_t nbytes = cnp.PyArray_NBYTES(array)
    return first == second or first + nbytes <= second or second + nbytes <= first


cdef inline object new_like(object array):
    return cnp.PyArray_EMPTY(
        cnp.PyArray_NDIM(array), cnp.PyArray_DIMS(array), cnp.PyArray_TYPE(array),
        not cnp.PyArray_IS_C_CONTIGUOUS(array))


cdef inline bint writable(object array) noexcept:
    return bool(cnp.PyArray_FLAGS(array) & cnp.NPY_ARRAY_WRITEABLE)


cdef void launch(
    int row, int which, object delta, object saved, object out, object copy, const double* parameters,
):
    # Arrays that were checked: over to the kernels, without the GIL where it is worth it.
    cdef int dtype = dtype_of(saved)
    cdef Py_ssize_t count = cnp.PyArray_SIZE(saved)
    cdef char* delta_data = NULL if delta is None else <char*>cnp.PyArray_DATA(delta)
    cdef const char* saved_data = <const char*>cnp.PyArray_DATA(saved)
    cdef char* out_data = <char*>cnp.PyArray_DATA(out)
    cdef char* copy_data = NULL if copy is None else <char*>cnp.PyArray_DATA(copy)
    if count >= GIL_COUNT:
        with nogil:
            run(row, which, dtype, delta_data, saved_data, out_data, copy_data, count, parameters)
    else:
        run(row, which, dtype, delta_data, saved_data, out_data, copy_data, count, parameters)


def forward(int row, object x, object out, Parameters parameters not None):
    """The activation of x, into `out` or a new array; None if these arrays need the ufunc."""
    if dtype_of(x) < 0:
        return None
    if out is None:
        if not alike(x, x):
            return None
        out = new_like(x)
    elif dtype_of(out) < 0 or not (alike(x, out) and writable(out) and same_or_apart(x, out)):
        return None
    launch(row, FORWARD, None, x, out, None, parameters.values)
    return out


def backward(int row, bint from_output, object delta, object saved, object out, Parameters parameters not None):
    """delta * gradient, into `out` or a new array; no delta means ones; None if these arrays need the ufunc."""
    if dtype_of(saved) < 0 or (delta is not None and not alike(saved, delta)):
        return None
    if out is None:
        if not alike(saved, saved):
            return None
        out = new_like(saved)
    elif not (
        alike(saved, out) and writable(out) and same_or_apart(saved, out)
        and (delta is None or (alike(delta, out) and same_or_apart(delta, out)))
    ):
        return None
    launch(row, BACKWARD_Y if from_output else BACKWARD_X, delta, saved, out, None, parameters.values)
    return out


def backward_twice(int row, bint from_output, object delta, object saved, object copy, Parameters parameters not None):
    """delta *= gradient and copy[...] = delta in one pass; False if these arrays need two."""
    if not (
        dtype_of(saved) >= 0 and alike(saved, delta) and alike(saved, copy) and alike(delta, copy)
        and writable(delta) and writable(copy)
        and same_or_apart(saved, delta) and same_or_apart(saved, copy) and same_or_apart(delta, copy)
    ):
        return False
    if cnp.PyArray_DATA(delta) == cnp.PyArray_DATA(copy):
        copy = None
    launch(row, BACKWARD_Y if from_output else BACKWARD_X, delta, saved, delta, copy, parameters.values)
    return True


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


cdef void move(
    const char* source, Py_ssize_t source_stride, char* target, Py_ssize_t target_stride, Py_ssize_t count,
    Py_ssize_t size,
) noexcept nogil:
    cdef Py_ssize_t i
    if size == 2:
        for i in range(count):
            (<uint16_t*>(target + i * target_stride))[0] = (<const uint16_t*>(source + i * source_stride))[0]
    elif size == 4:
        for i in range(count):
            (<uint32_t*>(target + i * target_stride))[0] = (<const uint32_t*>(source + i * source_stride))[0]
    else:
        for i in range(count):
            (<uint64_t*>(target + i * target_stride))[0] = (<const uint64_t*>(source + i * source_stride))[0]


cdef void strided_pass(
    const operation* op, int dtype, char* const* data, Py_ssize_t count, const cnp.npy_intp* strides,
) noexcept nogil:
    cdef int inputs = op.arrays, operands = op.arrays + op.parameters, i
    cdef Py_ssize_t size = types[dtype].size, start = 0, length, longest = count
    cdef const char* out = data[operands]
    cdef Py_ssize_t out_stride = strides[operands]
    cdef double[MAX_PARAMETERS] parameters
    cdef double[3][TILE] tiles
    cdef (const char*)[2] sources
    cdef char* target
    # As long as possible, but no longer than a tile where an operand has strides, and element by element where
    # the parameters change or where an element depends on the one before.
    for i in range(inputs):
        if strides[i] != size:
            longest = min(longest, <Py_ssize_t>TILE)
    if out_stride != size:
        longest = min(longest, <Py_ssize_t>TILE)
    for i in range(inputs):
        if conflict(data[i], strides[i], out, out_stride, count, size):
            longest = 1
    for i in range(inputs, operands):
        if strides[i] != 0:
            longest = 1
    while start < count:
        length = min(longest, count - start)
        for i in range(inputs):
            sources[i] = data[i] + start * strides[i]
            if strides[i] != size and length > 1:
                move(sources[i], strides[i], <char*>tiles[i], size, length, size)
                sources[i] = <const char*>tiles[i]
        for i in range(op.parameters):
            parameters[i] = (<const double*>(data[inputs + i] + start * strides[inputs + i]))[0]
        target = data[operands] + start * out_stride
        if out_stride != size and length > 1:
            target = <char*>tiles[2]
        run(op.row, op.which, dtype, sources[0], sources[inputs - 1], target, NULL, length, parameters)
        if out_stride != size and length > 1:
            move(target, size, data[operands] + start * out_stride, out_stride, length, size)
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
cdef list texts = []


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
    op.which = {"forward": FORWARD, "backward_x": BACKWARD_X, "backward_y": BACKWARD_Y}[which]
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

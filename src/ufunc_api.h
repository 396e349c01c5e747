/* The part of NumPy's ufunc interface that its .pxd files lack. */
#ifndef ACTKERNELS_UFUNC_API_H
#define ACTKERNELS_UFUNC_API_H

#include <Python.h>
#include <numpy/ndarraytypes.h>
#include <numpy/arrayobject.h>
#include <numpy/ufuncobject.h>
#include <numpy/dtype_api.h>

/* One strided loop serves every ufunc; what it computes hangs on the ufunc itself. */
static inline void *ufunc_data(PyArrayMethod_Context *context) { return ((PyUFuncObject *)context->caller)->data[0]; }

enum dtype_role { ROLE_FLOAT32, ROLE_FLOAT64, ROLE_EXACT, ROLE_WEAK, ROLE_REFUSED };

/* What a DType is to a promotion: a float type of ours, exact (integers and bool, which become float64), a
 * Python number that follows the others, or none of our business. */
static enum dtype_role role_of(PyArray_DTypeMeta *dtype) {
    if (dtype == &PyArray_FloatDType) return ROLE_FLOAT32;
    if (dtype == &PyArray_DoubleDType) return ROLE_FLOAT64;
    if (dtype == NULL) return ROLE_WEAK; /* the first operand of a reduction without out= */
    if (dtype == &PyArray_PyLongDType || dtype == &PyArray_PyFloatDType) return ROLE_WEAK;
    PyArray_DTypeMeta *const exact[] = {
        &PyArray_BoolDType,   &PyArray_ByteDType,     &PyArray_UByteDType,     &PyArray_ShortDType,
        &PyArray_UShortDType, &PyArray_IntDType,      &PyArray_UIntDType,      &PyArray_LongDType,
        &PyArray_ULongDType,  &PyArray_LongLongDType, &PyArray_ULongLongDType,
    };
    for (size_t i = 0; i < sizeof exact / sizeof *exact; i++)
        if (dtype == exact[i]) return ROLE_EXACT;
    return ROLE_REFUSED;
}

/* A loop (real, ..., float64 parameters, ...) -> real. Parameters are float64 whatever the arrays are: the
 * same number reaches the kernel on every path. */
static int add_loop(PyObject *ufunc, PyArray_DTypeMeta *real, int arrays, int operands,
                    PyArrayMethod_StridedLoop *loop) {
    PyArray_DTypeMeta *dtypes[NPY_MAXARGS];
    PyType_Slot slots[] = {{NPY_METH_strided_loop, (void *)loop}, {0, NULL}};
    PyArrayMethod_Spec spec = {
        .name = "actkernels",
        .nin = operands - 1,
        .nout = 1,
        .casting = NPY_NO_CASTING,
        .flags = NPY_METH_NO_FLOATINGPOINT_ERRORS,
        .dtypes = dtypes,
        .slots = slots,
    };
    for (int i = 0; i < operands; i++) dtypes[i] = i < arrays || i == operands - 1 ? real : &PyArray_DoubleDType;
    return PyUFunc_AddLoopFromSpec(ufunc, &spec);
}

/* A promoter for whatever the loops themselves do not match. */
static int add_promoter(PyObject *ufunc, int operands, PyArrayMethod_PromoterFunction *promoter) {
    PyObject *capsule = PyCapsule_New((void *)promoter, "numpy._ufunc_promoter", NULL);
    PyObject *any = PyTuple_New(operands);
    int result = -1;
    if (capsule && any) {
        for (int i = 0; i < operands; i++) {
            Py_INCREF(Py_None);
            PyTuple_SetItem(any, i, Py_None);
        }
        result = PyUFunc_AddPromoter(ufunc, any, capsule);
    }
    Py_XDECREF(any);
    Py_XDECREF(capsule);
    return result;
}

static inline PyArray_DTypeMeta *float32_dtype(void) { return &PyArray_FloatDType; }
static inline PyArray_DTypeMeta *float64_dtype(void) { return &PyArray_DoubleDType; }

#endif

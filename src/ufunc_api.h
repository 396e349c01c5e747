/* The part of NumPy's ufunc interface that its .pxd files lack. */
#ifndef ACTKERNELS_UFUNC_API_H
#define ACTKERNELS_UFUNC_API_H

#include <Python.h>
#include <numpy/ndarraytypes.h>
#include <numpy/arrayobject.h>
#include <numpy/ufuncobject.h>
#include <numpy/dtype_api.h>

/* One strided loop serves every ufunc and dtype; what it computes hangs on the ufunc itself. */
static inline void *ufunc_data(PyArrayMethod_Context *context) { return ((PyUFuncObject *)context->caller)->data[0]; }
static inline int type_number(PyArrayMethod_Context *context) { return context->descriptors[0]->type_num; }

/* A Python number, or the first operand of a reduction without out=: it follows the other operands. */
static int is_weak(PyArray_DTypeMeta *dtype) {
    return dtype == NULL || dtype == &PyArray_PyLongDType || dtype == &PyArray_PyFloatDType;
}

/* Integers and bool. */
static int is_exact(PyArray_DTypeMeta *dtype) {
    PyArray_DTypeMeta *const exact[] = {
        &PyArray_BoolDType,   &PyArray_ByteDType,     &PyArray_UByteDType,     &PyArray_ShortDType,
        &PyArray_UShortDType, &PyArray_IntDType,      &PyArray_UIntDType,      &PyArray_LongDType,
        &PyArray_ULongDType,  &PyArray_LongLongDType, &PyArray_ULongLongDType,
    };
    for (size_t i = 0; i < sizeof exact / sizeof *exact; i++)
        if (dtype == exact[i]) return 1;
    return 0;
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

static inline PyArray_DTypeMeta *float64_dtype(void) { return &PyArray_DoubleDType; }

#endif

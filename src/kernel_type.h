/* A type whose instances are called without a tuple and a dictionary for the arguments: what these cost is half of a
 * call on a small array. A class statement makes no such type before Python 3.12, and Cython none at all. */
#ifndef ACTKERNELS_KERNEL_TYPE_H
#define ACTKERNELS_KERNEL_TYPE_H

#include <Python.h>
#include <structmember.h>

/* Both belong to the stable ABI since Python 3.12, and are in 3.11 what they are there. */
#ifndef Py_TPFLAGS_HAVE_VECTORCALL
#define Py_TPFLAGS_HAVE_VECTORCALL (1UL << 11)
#endif
typedef PyObject *(*fast_call)(PyObject *self, PyObject *const *arguments, size_t count, PyObject *names);
#define ARGUMENT_COUNT(count) ((Py_ssize_t)((count) & (SIZE_MAX >> 1)))

/* Where an instance of the base keeps what makes its type fast, and what instances of a class statement have. */
struct places {
    Py_ssize_t call, attributes, weak_references;
};

/* Derive from `base` a type with the method `backward`; `doc` is kept. */
static PyObject *derive_fast_type(PyObject *base, struct places at, fast_call backward, const char *doc) {
    static PyMethodDef methods[] = {{"backward", NULL, METH_FASTCALL | METH_KEYWORDS, NULL}, {NULL, NULL, 0, NULL}};
    static PyGetSetDef dictionary[] = {{"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
                                       {NULL, NULL, NULL, NULL, NULL}};
    PyMemberDef members[] = {{"__vectorcalloffset__", T_PYSSIZET, at.call, READONLY, NULL},
                             {"__dictoffset__", T_PYSSIZET, at.attributes, READONLY, NULL},
                             {"__weaklistoffset__", T_PYSSIZET, at.weak_references, READONLY, NULL},
                             {NULL, 0, 0, 0, NULL}};
    PyType_Slot slots[] = {{Py_tp_members, members}, {Py_tp_methods, methods}, {Py_tp_getset, dictionary}, {0, NULL}};
    PyType_Spec spec = {"actkernels.activation.Activation", 0, 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_VECTORCALL, slots};
    methods[0].ml_doc = doc;
    methods[0].ml_meth = (PyCFunction)(void (*)(void))backward;
    return PyType_FromSpecWithBases(&spec, base);
}

#endif

from kernels cimport conversion

cdef extern from "half.h" nogil:
    const conversion* conversions

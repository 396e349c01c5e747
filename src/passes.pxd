from kernels cimport pass_, row_kernels, storage, tile_loops as loops_of_dtype

cdef extern from "passes.h" nogil:
    const storage* storages
    const loops_of_dtype* tile_loops
    void run_pass(const pass_*, Py_ssize_t, Py_ssize_t) noexcept

cdef extern from "half.h" nogil:
    void load_portion_f16(const unsigned short* stored, float* computed) noexcept
    void load_portion_bf16(const unsigned short* stored, float* computed) noexcept
    void store_portion_f16(const float* computed, unsigned short* stored) noexcept
    void store_portion_bf16(const float* computed, unsigned short* stored) noexcept
    void multiply_portion_f16(const unsigned short* delta, const float* gradient, unsigned short* out, bint) noexcept
    void multiply_portion_bf16(const unsigned short* delta, const float* gradient, unsigned short* out, bint) noexcept

cdef extern from "lookup.h" nogil:
    void prefer_lookup(row_kernels*, const char* name) noexcept

cdef extern from "pool.h" nogil:
    enum:
        POOL_MAX_THREADS
    ctypedef void (*pool_task)(void* argument, Py_ssize_t begin, Py_ssize_t end) noexcept
    void pool_run(pool_task task, void* argument, Py_ssize_t count, Py_ssize_t grain, int threads)
    int pool_threads()
    void pool_set_threads(int threads)
    int pool_limit_threads(int threads)
    int actkernels_get_num_threads()

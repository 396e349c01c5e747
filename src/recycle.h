/* Memory of large results that nobody holds any more, for the next result of the same size.
 *
 * The system hands out large blocks as pages that do not exist yet; making them takes several times as long as
 * computing what goes there. So a few blocks are kept when their arrays go. NumPy is told by a memory handler of its
 * own kind, for the one allocation, and not where the user has set another. */
#ifndef ACTKERNELS_RECYCLE_H
#define ACTKERNELS_RECYCLE_H

#include <Python.h>
#include <numpy/arrayobject.h>

enum { RECYCLED_FROM = 1 << 20, KEPT_BLOCKS = 4 }; /* bytes, and blocks */
#define KEPT_BYTES ((size_t)256 << 20)

static struct {
    void *data;
    size_t size;
} kept[KEPT_BLOCKS]; /* the oldest first */
static int kept_count;

/* NumPy calls a handler with the GIL; where there is none, this serves. */
#if defined(Py_GIL_DISABLED)
static PyMutex kept_lock;
#define LOCK_KEPT PyMutex_Lock(&kept_lock)
#define UNLOCK_KEPT PyMutex_Unlock(&kept_lock)
#else
#define LOCK_KEPT (void)0
#define UNLOCK_KEPT (void)0
#endif

static PyDataMemAllocator *usual_memory(void) {
    return &((PyDataMem_Handler *)PyCapsule_GetPointer(PyDataMem_DefaultHandler, "mem_handler"))->allocator;
}

static void drop_kept(int index) {
    PyDataMemAllocator *usual = usual_memory();
    usual->free(usual->ctx, kept[index].data, kept[index].size);
    kept_count--;
    memmove(kept + index, kept + index + 1, (size_t)(kept_count - index) * sizeof *kept);
}

static void *take_block(void *context, size_t size) {
    void *data = NULL;
    LOCK_KEPT;
    for (int i = kept_count - 1; i >= 0 && !data; i--) { /* what came last may still be in a cache */
        if (kept[i].size == size) {
            data = kept[i].data;
            kept_count--;
            memmove(kept + i, kept + i + 1, (size_t)(kept_count - i) * sizeof *kept);
        }
    }
    UNLOCK_KEPT;
    return data ? data : usual_memory()->malloc(context, size);
}

static void give_block(void *context, void *data, size_t size) {
    if (size < RECYCLED_FROM || size > KEPT_BYTES) {
        usual_memory()->free(context, data, size);
        return;
    }
    LOCK_KEPT;
    size_t total = size;
    for (int i = 0; i < kept_count; i++) total += kept[i].size;
    while (kept_count && (kept_count == KEPT_BLOCKS || total > KEPT_BYTES)) {
        total -= kept[0].size;
        drop_kept(0);
    }
    kept[kept_count].data = data;
    kept[kept_count++].size = size;
    UNLOCK_KEPT;
}

static void *clear_block(void *context, size_t count, size_t size) {
    return usual_memory()->calloc(context, count, size);
}

static void *resize_block(void *context, void *data, size_t size) {
    return usual_memory()->realloc(context, data, size);
}

static PyDataMem_Handler recycler = {"actkernels", 1, {NULL, take_block, clear_block, resize_block, give_block}};

/* A new array of `nbytes` bytes, in memory that was used before if there is any. */
static PyObject *new_recycled(int ndim, npy_intp *shape, int type, int fortran) {
    static PyObject *handler;
    PyObject *current = PyDataMem_GetHandler(), *array = NULL, *before, *mine;
    if (!handler) handler = PyCapsule_New(&recycler, "mem_handler", NULL);
    if (!current || !handler) goto end;
    if (current != PyDataMem_DefaultHandler) {
        array = PyArray_EMPTY(ndim, shape, type, fortran);
        goto end;
    }
    before = PyDataMem_SetHandler(handler);
    if (!before) goto end;
    array = PyArray_EMPTY(ndim, shape, type, fortran);
    mine = PyDataMem_SetHandler(before);
    if (!mine) Py_CLEAR(array);
    Py_XDECREF(mine);
    Py_DECREF(before);
end:
    Py_XDECREF(current);
    return array;
}

/* Give all of it back to the system. Returns how many bytes it was. */
static size_t release_kept(void) {
    size_t total = 0;
    LOCK_KEPT;
    while (kept_count) {
        total += kept[kept_count - 1].size;
        drop_kept(kept_count - 1);
    }
    UNLOCK_KEPT;
    return total;
}

#endif

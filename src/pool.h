/* A small private thread pool: one task at a time over the pieces of [0, count).
 *
 * No thread exists before the first job that needs one. A second caller, a nested call, a failed thread creation and
 * a system without pthreads get the same answer, computed in the calling thread: nobody ever waits for the pool. */
#ifndef ACTKERNELS_POOL_H
#define ACTKERNELS_POOL_H

#include <stddef.h>

enum { POOL_MAX_THREADS = 256 };

#if defined(_WIN32)
#define POOL_EXPORTED __declspec(dllexport)
#else
#define POOL_EXPORTED __attribute__((visibility("default")))
#pragma GCC visibility push(hidden)
#endif

typedef void (*pool_task)(void *argument, ptrdiff_t begin, ptrdiff_t end);

/* Run `task` over [0, count) with at most `threads` threads, this one included, in pieces whose borders are multiples
 * of `grain`. Returns when all of it is done. */
void pool_run(pool_task task, void *argument, ptrdiff_t count, ptrdiff_t grain, int threads);

/* How many threads a call of this thread may use: its own limit, else the process's setting; 0 while none was set. */
int pool_threads(void);

/* The process's setting, at most POOL_MAX_THREADS. Threads that it makes superfluous end. */
void pool_set_threads(int threads);

/* A number for the calls of this thread alone, or 0 for none. Returns the one before. */
int pool_limit_threads(int threads);

/* The process's setting, for others that find this library in the process: threadpoolctl does. */
POOL_EXPORTED int actkernels_get_num_threads(void);
POOL_EXPORTED void actkernels_set_num_threads(int threads);

#if !defined(_WIN32)
#pragma GCC visibility pop
#endif

#endif

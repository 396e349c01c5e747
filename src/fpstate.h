/* The caller's floating-point status flags, kept across a kernel: exp underflows and divisions are inexact by
 * design, and none of it is the caller's business (NumPy would turn it into warnings). With the flags go the modes,
 * of rounding for one, which a thread of the pool takes over from its caller.
 */
#ifndef ACTKERNELS_FPSTATE_H
#define ACTKERNELS_FPSTATE_H

#if defined(__SSE__) || defined(_M_X64)
#include <xmmintrin.h>
typedef unsigned int fp_state;
static inline fp_state fp_state_save(void) { return _mm_getcsr(); }
static inline void fp_state_restore(fp_state state) { _mm_setcsr(state); }
static inline void fp_state_reset(void) { _mm_setcsr(0x1F80); } /* as a process starts with it */
#else
#include <fenv.h>
typedef fenv_t fp_state;
static inline fp_state fp_state_save(void) {
    fenv_t state;
    fegetenv(&state);
    return state;
}
static inline void fp_state_restore(fp_state state) { fesetenv(&state); }
static inline void fp_state_reset(void) { fesetenv(FE_DFL_ENV); }
#endif

#endif

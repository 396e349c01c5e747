/* The caller's floating-point status flags, kept across a kernel: exp underflows and divisions are inexact by
 * design, and none of it is the caller's business (NumPy would turn it into warnings).
 */
#ifndef ACTKERNELS_FPSTATE_H
#define ACTKERNELS_FPSTATE_H

#if defined(__SSE__) || defined(_M_X64)
#include <xmmintrin.h>
typedef unsigned int fp_state;
static inline fp_state fp_state_save(void) { return _mm_getcsr(); }
static inline void fp_state_restore(fp_state state) { _mm_setcsr(state); }
#else
#include <fenv.h>
typedef fexcept_t fp_state;
static inline fp_state fp_state_save(void) {
    fexcept_t state;
    fegetexceptflag(&state, FE_ALL_EXCEPT);
    return state;
}
static inline void fp_state_restore(fp_state state) { fesetexceptflag(&state, FE_ALL_EXCEPT); }
#endif

#endif

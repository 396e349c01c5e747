# cython: language_level=3
# Which CPU levels this machine runs, and what it is slow at. Built for the baseline CPU and asked before a kernel
# module is imported, so that no instruction of a level is ever reached on a machine that lacks it. The compiler's
# builtins know cpuid and whether the operating system saves the registers; on Windows, where clang would take them from
# a library that is not linked, both are asked here.
cdef extern from *:
    """
    #if (defined(__x86_64__) || defined(__i386__)) && defined(__GNUC__)
    #include <cpuid.h>
    static void ask(int leaf, int found[4]) {
        unsigned int *at = (unsigned int *)found;
        if (!__get_cpuid(leaf, at, at + 1, at + 2, at + 3)) found[0] = found[1] = found[2] = found[3] = 0;
    }
    static int has_f16c(void) { /* which not every compiler's __builtin_cpu_supports knows */
        unsigned int a, b, c = 0, d;
        return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_F16C);
    }
    static int runs_x86_64_v3(void) {
        __builtin_cpu_init();
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && has_f16c()
            && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
    }
    static int runs_x86_64_v4(void) {
        return runs_x86_64_v3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
            && __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq")
            && __builtin_cpu_supports("avx512vl");
    }
    #elif defined(_M_X64)
    #include <intrin.h>
    static void ask(int leaf, int found[4]) { __cpuid(found, leaf); }
    __attribute__((target("xsave"))) static int has(int leaf, int reg, unsigned int bits, unsigned int saved) {
        int found[4];
        __cpuidex(found, 0, 0);
        if (found[0] < leaf) return 0;
        __cpuidex(found, 1, 0);
        if (!(found[2] >> 27 & 1) || (_xgetbv(0) & saved) != saved) return 0; /* OSXSAVE */
        __cpuidex(found, leaf, 0);
        return ((unsigned int)found[reg] & bits) == bits;
    }
    static int runs_x86_64_v3(void) { /* FMA, F16C; BMI, AVX2, BMI2 */
        return has(1, 2, 1u << 12 | 1u << 29, 0x6) && has(7, 1, 1u << 3 | 1u << 5 | 1u << 8, 0x6);
    }
    static int runs_x86_64_v4(void) { /* AVX512F, DQ, CD, BW, VL */
        return runs_x86_64_v3() && has(7, 1, 1u << 16 | 1u << 17 | 1u << 28 | 1u << 30 | 1u << 31, 0xe6);
    }
    #else
    static void ask(int leaf, int found[4]) { found[0] = found[1] = found[2] = found[3] = 0; }
    static int runs_x86_64_v3(void) { return 0; }
    static int runs_x86_64_v4(void) { return 0; }
    #endif
    #include <string.h>
    static int is_zen(void) { /* AuthenticAMD or HygonGenuine, of this family or later */
        int name[4], version[4];
        ask(0, name);
        ask(1, version);
        return (!memcmp(name + 1, "Auth", 4) || !memcmp(name + 1, "Hygo", 4))
            && (version[0] >> 8 & 15) + (version[0] >> 20 & 255) >= 23;
    }
    """
    bint runs_x86_64_v3() nogil
    bint runs_x86_64_v4() nogil
    bint is_zen() nogil


def supported():
    """The CPU levels that this machine runs, best first."""
    levels = []
    if runs_x86_64_v4():
        levels.append("x86_64_v4")
    if runs_x86_64_v3():
        levels.append("x86_64_v3")
    levels.append("baseline")
    return tuple(levels)


def processor():
    """Whether subnormal numbers are slow, and whether memory is asked for ahead: see kernels.h."""
    return (False, False) if is_zen() else (True, True)

/* How it works. Each thread of a job, the caller as number 0, has a range of pieces of its own, and helps the others
 * when it is through: the same thread meets the same memory call after call, and a slow thread holds nobody up. The
 * caller posts to the workers and starts at once. A worker that has not begun when the caller runs out of pieces is
 * called back, so a sleepy worker costs little, and it is awake when the next call follows soon. Whoever is the last to
 * finish knows it from `pending`, and if that is a worker, it posts to the caller.
 *
 * A worker may not wake up on the CPU of who wakes it: kernels that take a halted virtual CPU for a busy one would have
 * it wait there until the caller is through. Where all others are busy, it may be moved there once it runs, and keep its
 * caller from working: then it takes longer and longer naps, until it wakes up on another CPU or the job is done.
 *
 * A thread that waits for a post spins for at most SPIN_NS, which is about what waking it would take, then sleeps. */
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* pthread_setname_np, sched_getcpu */
#endif
#include "pool.h"

#if defined(_MSC_VER)
#define THREAD_LOCAL static __declspec(thread)
#else
#define THREAD_LOCAL static _Thread_local
#endif

THREAD_LOCAL int limit;

int pool_limit_threads(int threads) {
    int before = limit;
    limit = threads < POOL_MAX_THREADS ? threads : POOL_MAX_THREADS;
    return before;
}

int pool_threads(void) { return limit ? limit : actkernels_get_num_threads(); }

void actkernels_set_num_threads(int threads) { pool_set_threads(threads); }

#if defined(_WIN32)

static volatile int setting;

int actkernels_get_num_threads(void) { return setting; }

void pool_set_threads(int threads) { setting = threads < POOL_MAX_THREADS ? threads : POOL_MAX_THREADS; }

void pool_run(pool_task task, void *argument, ptrdiff_t count, ptrdiff_t grain, int threads) {
    (void)grain, (void)threads;
    task(argument, 0, count);
}

#else

#include "fpstate.h"
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
    SPIN_NS = 40000,
    NAP_NS = 100000,
    LARGEST_DEBT = 250000,
    EXIT_WAIT_NS = 100000000, /* for a job of a thread that Python left running */
    STACK_SIZE = 1 << 20,     /* is address space; thread-local variables of all libraries lie there too */
    PIECES = 16,              /* of a thread's range: the unit in which others help */
    CACHE_LINE = 128,         /* they are fetched in pairs of 64 */
};

enum post { NOTHING, CALL, END };
enum state { AWAKE, ASLEEP, WAKING };

struct thread {
    _Alignas(CACHE_LINE) atomic_int post;
    atomic_int state;
    pthread_mutex_t mutex;
    pthread_cond_t posted;
    pthread_t handle;
#if defined(__linux__)
    cpu_set_t allowed; /* where it may run again, once it does */
    int kept_off;
#endif
    _Alignas(CACHE_LINE) atomic_ptrdiff_t next; /* piece of the range */
    ptrdiff_t end;
};

static struct job {
    pool_task task;
    void *argument;
    ptrdiff_t count, piece;
    atomic_int threads;
    atomic_int cpu;      /* the caller's */
    fp_state arithmetic; /* the caller's rounding mode and the like, so that all pieces are computed alike */
    _Alignas(CACHE_LINE) atomic_int pending;
} job;

static struct thread threads[POOL_MAX_THREADS];
static int started = 1;                /* threads that there are, a caller included; belongs to who holds `busy` */
static int prepared;                   /* that have a mutex, for good: who wakes up late may still signal to others */
static atomic_int busy;                /* somebody's job runs, or threads start or end */
static atomic_int setting;             /* 0 until it is set */
static atomic_int exhausted;           /* the system refused a thread: not to be asked again at each call */
static atomic_llong alone_until;       /* the time before which nobody is woken */
static atomic_ptrdiff_t largest_alone; /* for jobs of so many elements */
static long long debt;                 /* nanoseconds; belongs to who holds `busy` */
static pid_t owner;

/* ---- waiting and posting ---- */

static inline void pause_briefly(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb"); /* `yield` is a no-op on most cores */
#endif
}

static long long nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

#if defined(__linux__)
/* Until it runs, a thread that is about to be woken may not go to this CPU. */
static void keep_off_this_cpu(struct thread *thread) {
    cpu_set_t others;
    int cpu = sched_getcpu();
    if (cpu < 0 || pthread_getaffinity_np(thread->handle, sizeof others, &others)) return;
    thread->allowed = others;
    CPU_CLR(cpu, &others);
    thread->kept_off = CPU_COUNT(&others) && !pthread_setaffinity_np(thread->handle, sizeof others, &others);
}

static void allow_all_cpus(struct thread *self) {
    if (self->kept_off) pthread_setaffinity_np(self->handle, sizeof self->allowed, &self->allowed);
    self->kept_off = 0;
}
#else
static void keep_off_this_cpu(struct thread *thread) { (void)thread; }

static void allow_all_cpus(struct thread *self) { (void)self; }
#endif

/* After a post. Who does not sleep yet looks once more before it does; who was called before is on its way. */
static void wake(struct thread *thread) {
    int asleep = ASLEEP;
    if (atomic_load(&thread->state) == ASLEEP && atomic_compare_exchange_strong(&thread->state, &asleep, WAKING)) {
        pthread_mutex_lock(&thread->mutex); /* it is past its last look and asleep, or has found the post */
        if (thread != &threads[0] && atomic_load(&thread->state) == WAKING) keep_off_this_cpu(thread);
        pthread_mutex_unlock(&thread->mutex);
        pthread_cond_signal(&thread->posted);
    }
}

static void post(struct thread *thread, enum post what) {
    atomic_store(&thread->post, what);
    wake(thread);
}

/* Whether it was called, which it is no more. */
static int take_call(struct thread *thread) {
    int call = CALL;
    return atomic_compare_exchange_strong(&thread->post, &call, NOTHING);
}

/* What was posted; it stays there. NOTHING to a sleeper whose call was taken back before it was awake. */
static enum post await_post(struct thread *thread, long long patience) {
    enum post what;
    long long start = nanoseconds();
    do {
        for (int i = 0; i < 16; i++) {
            if ((what = atomic_load(&thread->post))) return what;
            pause_briefly();
        }
    } while (nanoseconds() - start < patience);
    pthread_mutex_lock(&thread->mutex);
    atomic_store(&thread->state, ASLEEP);
    if (!atomic_load(&thread->post)) pthread_cond_wait(&thread->posted, &thread->mutex);
    atomic_store(&thread->state, AWAKE);
    pthread_mutex_unlock(&thread->mutex);
    return atomic_load(&thread->post);
}

/* ---- one job ---- */

/* Each thread wakes two others, so that the caller's share does not grow with their number. */
static void wake_next(int self) {
    for (int next = 2 * self + 1; next <= 2 * self + 2 && next < job.threads; next++) wake(&threads[next]);
}

/* How many pieces it was. */
static ptrdiff_t run_pieces(int self) {
    ptrdiff_t done = 0;
    for (int i = 0; i < job.threads; i++) {
        struct thread *thread = &threads[(self + i) % job.threads];
        ptrdiff_t number;
        /* looked at before it is counted up: most ranges that are met are through */
        while (atomic_load_explicit(&thread->next, memory_order_relaxed) < thread->end &&
               (number = atomic_fetch_add_explicit(&thread->next, 1, memory_order_relaxed)) < thread->end) {
            ptrdiff_t begin = number * job.piece, rest = job.count - begin;
            job.task(job.argument, begin, begin + (rest < job.piece ? rest : job.piece));
            done++;
        }
    }
    return done;
}

static int this_cpu(void) {
#if defined(__linux__)
    return sched_getcpu();
#else
    return -1;
#endif
}

/* Whether a called thread has a CPU before the call is taken back. */
static int finds_cpu(struct thread *self) {
    struct timespec nap = {0, NAP_NS};
    for (int cpu = this_cpu(); cpu >= 0 && cpu == atomic_load(&job.cpu); cpu = this_cpu()) {
        nanosleep(&nap, NULL);
        if (atomic_load(&self->post) != CALL) return 0;
        if (nap.tv_nsec < 16 * NAP_NS) nap.tv_nsec *= 2;
    }
    return 1;
}

static void *work(void *argument) {
    struct thread *self = argument;
    int number = (int)(self - threads);
    char name[16];
    snprintf(name, sizeof name, "actkernels-%d", number);
#if defined(__APPLE__)
    pthread_setname_np(name);
#elif defined(__linux__)
    pthread_setname_np(pthread_self(), name);
#endif
    fp_state_reset(); /* it came from the thread that happened to start this one */
    long long patience = 0;
    while (await_post(self, patience) != END) {
        allow_all_cpus(self);
        wake_next(number);
        patience = finds_cpu(self) ? SPIN_NS : 0; /* no CPU to work on is none to spin on */
        if (!patience || !take_call(self)) continue;
        fp_state_restore(job.arithmetic);
        run_pieces(number);
        fp_state_reset();
        if (atomic_fetch_sub(&job.pending, 1) == 1) post(&threads[0], CALL);
    }
    return NULL;
}

/* ---- threads come and go ---- */

static void reset(struct thread *thread) {
    pthread_mutex_init(&thread->mutex, NULL);
    pthread_cond_init(&thread->posted, NULL);
    atomic_store(&thread->state, AWAKE);
    atomic_store(&thread->post, NOTHING);
}

/* A child of fork has one thread, and no use for what the others were doing. */
static void forget(void) {
    for (int i = 0; i < prepared; i++) reset(&threads[i]);
    started = 1;
    owner = getpid();
    atomic_store(&exhausted, 0);
    atomic_store(&busy, 0);
}

/* End and join all threads from number `first` on. */
static void end_threads(int first) {
    if (owner != getpid()) /* a child that came about in ways which fork's handlers do not see */
        return;
    for (int i = first; i < started; i++) post(&threads[i], END);
    for (int i = first; i < started; i++) pthread_join(threads[i].handle, NULL);
    if (started > first) started = first;
}

static void end_all(void) {
    long long start = nanoseconds();
    while (atomic_exchange(&busy, 1)) {
        struct timespec moment = {0, 100000};
        if (nanoseconds() - start > EXIT_WAIT_NS) return;
        nanosleep(&moment, NULL);
    }
    end_threads(1); /* and it stays busy: whoever still computes, does so alone */
}

static int start_first(void) {
    static int done;
    if (!done && !pthread_atfork(NULL, NULL, forget)) {
        atexit(end_all);
        owner = getpid();
        reset(&threads[prepared++]);
        done = 1;
    }
    return done;
}

/* Signals are for the program's own threads; what a thread does wrong itself, it gets itself. */
static void block_signals(sigset_t *before) {
    const int own[] = {SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP};
    sigset_t signals;
    sigfillset(&signals);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) sigdelset(&signals, own[i]);
    pthread_sigmask(SIG_SETMASK, &signals, before);
}

/* How many threads of `wanted` there are, after as many as possible were started. */
static int start_threads(int wanted) {
    if (started < wanted && !atomic_load(&exhausted)) {
        pthread_attr_t attributes;
        sigset_t signals;
        int refused = !start_first() || pthread_attr_init(&attributes);
        if (!refused) {
            block_signals(&signals);
            pthread_attr_setstacksize(&attributes, STACK_SIZE);
            while (started < wanted && !refused) {
                struct thread *thread = &threads[started];
                if (started == prepared) reset(&threads[prepared++]);
                atomic_store(&thread->post, NOTHING); /* an earlier thread's end stands there */
                refused = pthread_create(&thread->handle, &attributes, work, thread);
                started += !refused;
            }
            pthread_attr_destroy(&attributes);
            pthread_sigmask(SIG_SETMASK, &signals, NULL);
        }
        atomic_store(&exhausted, refused);
    }
    return started < wanted ? started : wanted;
}

/* ---- what others see ---- */

int actkernels_get_num_threads(void) { return atomic_load_explicit(&setting, memory_order_relaxed); }

void pool_set_threads(int wanted) {
    wanted = wanted < POOL_MAX_THREADS ? wanted : POOL_MAX_THREADS;
    atomic_store(&setting, wanted);
    atomic_store(&exhausted, 0); /* who asks for threads wants them tried again */
    atomic_store(&alone_until, 0);
    if (!atomic_exchange(&busy, 1)) { /* else they sleep until the next time */
        end_threads(wanted > 1 ? wanted : 1);
        atomic_store(&busy, 0);
    }
}

void pool_run(pool_task task, void *argument, ptrdiff_t count, ptrdiff_t grain, int wanted) {
    ptrdiff_t grains = (count + grain - 1) / grain;
    if (wanted > grains) wanted = (int)grains;
    if (wanted > POOL_MAX_THREADS) wanted = POOL_MAX_THREADS;
    long long start = wanted > 1 ? nanoseconds() : 0;
    int small = start < atomic_load(&alone_until) && count < atomic_load(&largest_alone);
    if (wanted <= 1 || (small && atomic_load(&threads[1].state) == ASLEEP) || atomic_exchange(&busy, 1)) {
        task(argument, 0, count);
        return;
    }
    wanted = start_threads(wanted);
    ptrdiff_t share = grains / wanted / PIECES, piece = (share ? share : 1) * grain;
    ptrdiff_t pieces = (count + piece - 1) / piece;
    job.task = task;
    job.argument = argument;
    job.count = count;
    job.piece = piece;
    job.threads = wanted;
    job.cpu = this_cpu();
    job.arithmetic = fp_state_save();
    atomic_store(&job.pending, wanted);
    for (int i = 0; i < wanted; i++) {
        atomic_store_explicit(&threads[i].next, pieces * i / wanted, memory_order_relaxed);
        threads[i].end = pieces * (i + 1) / wanted;
    }
    for (int i = 1; i < wanted; i++) atomic_store(&threads[i].post, CALL);
    wake_next(0);
    long long awake = nanoseconds();
    ptrdiff_t own = run_pieces(0);
    long long through = nanoseconds();
    int finished = 1;
    for (int i = 1; i < wanted; i++) finished += take_call(&threads[i]);
    if (atomic_fetch_sub(&job.pending, finished) != finished) {
        while (!await_post(&threads[0], SPIN_NS)) continue;
        take_call(&threads[0]);
    }
    long long end = nanoseconds();
    /* What calling others has cost since they were last of help. So that no more than a twentieth of the time is lost,
     * nobody is woken for twenty times as long, but for a job that is larger. */
    long long loss = own ? end - start - (through - awake) * pieces / own : 0;
    debt = loss > 0 ? debt + loss : 0;
    if (debt > LARGEST_DEBT) debt = LARGEST_DEBT;
    largest_alone = 2 * count;
    atomic_store(&alone_until, debt ? end + 20 * debt : 0);
    atomic_store(&busy, 0);
}

#endif

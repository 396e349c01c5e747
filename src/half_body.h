/* The loops of half.h for one type: `F(name)` is the name with the type's suffix. */

static void F(load)(const void *stored, void *computed, ptrdiff_t count) {
    const uint16_t *restrict from = stored;
    float *restrict to = computed;
    ptrdiff_t i = 0;
    for (; i + PORTION <= count; i += PORTION) F(load_portion)(from + i, to + i);
    for (; i < count; i++) to[i] = TO_FLOAT32(from[i]);
}

static void F(store)(const void *computed, void *stored, ptrdiff_t count) {
    const float *restrict from = computed;
    uint16_t *restrict to = stored;
    ptrdiff_t i = 0;
    for (; i + PORTION <= count; i += PORTION) F(store_portion)(from + i, to + i);
    for (; i < count; i++) to[i] = OF_FLOAT32(from[i]);
}

/* delta * gradient as stored numbers; with `selects_zero` a gradient of 0 gives 0 whatever the delta. */
INLINE void F(multiply_portion)(const uint16_t *delta, const float *gradient, uint16_t *out, int selects_zero) {
    float product[PORTION];
    F(load_portion)(delta, product);
    for (int i = 0; i < PORTION; i++) {
        float exact = product[i] * gradient[i];
        product[i] = selects_zero && gradient[i] == 0 ? 0 : exact;
    }
    F(store_portion)(product, out);
}

static void F(multiply)(const void *deltas, const void *gradients, void *out, ptrdiff_t count, int selects_zero) {
    const uint16_t *restrict delta = deltas;
    const float *restrict gradient = gradients;
    uint16_t *restrict y = out;
    ptrdiff_t i = 0;
    if (selects_zero) {
        for (; i + PORTION <= count; i += PORTION) F(multiply_portion)(delta + i, gradient + i, y + i, 1);
    } else {
        for (; i + PORTION <= count; i += PORTION) F(multiply_portion)(delta + i, gradient + i, y + i, 0);
    }
    for (; i < count; i++) {
        float product = TO_FLOAT32(delta[i]) * gradient[i];
        y[i] = OF_FLOAT32(selects_zero & (gradient[i] == 0) ? 0 : product);
    }
}

#undef F
#undef TO_FLOAT32
#undef OF_FLOAT32

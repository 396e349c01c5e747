"""
What parameters do
==================

Some activations are a family: a parameter bends them. `actkernels.Activation.with_params` gives each member its own
name.
"""

# %%
# Four families, from light to dark with the parameter:

import matplotlib.pyplot as plt
import numpy as np

import actkernels as ak

families = {
    "leaky_relu": ("alpha", [0.01, 0.1, 0.25, 0.5]),
    "elu": ("alpha", [0.25, 0.5, 1.0, 2.0]),
    "silu": ("beta", [0.5, 1.0, 1.702, 4.0]),
    "snake": ("alpha", [0.5, 1.0, 2.0, 4.0]),
}
x = np.linspace(-4, 4, 801)
shades = plt.colormaps["viridis_r"](np.linspace(0.15, 0.9, 4))

figure, panels = plt.subplots(2, 2, figsize=(9, 7), layout="constrained")
for axes, (name, (parameter, values)) in zip(panels.flat, families.items(), strict=True):
    for value, shade in zip(values, shades, strict=True):
        member = ak.get(name).with_params(**{parameter: value})
        axes.plot(x, member(x), color=shade, label=f"{parameter} = {value:g}")
        axes.plot(x, member.gradient(x=x), color=shade, linestyle=":")
    axes.set_title(name)
    axes.set_ylim(-2.5, 4)
    axes.grid(color="#dddddd")
    axes.legend(frameon=False, fontsize=9, loc="upper left")

# %%
# Dotted are the gradients. With beta = 1.702 ``silu`` comes near to ``gelu``, and is known as quick gelu:

difference = abs(ak.silu(x, beta=1.702) - ak.gelu(x))
print(f"at most {difference.max():.3f} apart, at x = {x[difference.argmax()]:.2f}")

# %%
# A large ``beta`` makes it a ``relu``, a small one half a line. ``snake`` never falls, whatever its ``alpha``:
# where its gradient touches 0 it only stops.

"""
The gradient at a kink
======================

``relu`` and ``relu_closed`` are the same function. They differ in what they call its gradient at 0, where it has none.
"""

# %%
# A filled dot is the value at a jump, a hollow one that from the other side. `actkernels.pictures` draws both
# conventions, and the two sides of ``hard_tanh``:

import matplotlib.pyplot as plt
import numpy as np

import actkernels as ak
from actkernels import pictures

figure, panels = plt.subplots(1, 3, figsize=(11, 3.6), layout="constrained")
for axes, activation in zip(panels, (ak.relu, ak.relu_closed, ak.hard_tanh), strict=True):
    curve = pictures.Curve(lambda x, activation=activation: activation.gradient(x=x), pictures.kinks(activation), -3, 3)
    axes.plot(curve.x, curve.y, color=pictures.ORANGE)
    for kink in curve.jumps:
        axes.plot([kink] * 2, curve.beside(kink), "o", color=pictures.ORANGE, markerfacecolor="white")
        axes.plot([kink], [activation.gradient(x=kink)], "o", color=pictures.ORANGE)
    axes.set_title(f"gradient of {activation.name}")
    axes.set_ylim(-0.1, 1.1)

# %%
# Does it matter? For one neuron exactly at the kink, it decides whether it learns. Zeros are not rare: sums of small
# integers, dead inputs, and everything that another ``relu`` has cut off:

x = ak.relu(np.random.default_rng(0).standard_normal(10_000))
at_zero = (x == 0).mean()
passed = ak.relu.gradient(x=x).mean(), ak.relu_closed.gradient(x=x).mean()
print(f"{at_zero:.0%} of the inputs are 0; relu passes {passed[0]:.0%} of a delta, relu_closed {passed[1]:.0%}")

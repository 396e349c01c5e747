"""
Four activations, one exclusive or
==================================

The smallest problem that needs a hidden layer, and what each of its nodes makes of the plane. The network is that of
:doc:`/xor`, from ``examples/xor.py``.
"""

# %%
# Two inputs, five hidden nodes, one output. Points with equal coordinates are to give 0, the others 1:

import matplotlib.pyplot as plt
import numpy as np
import xor  # examples/xor.py

import actkernels as ak


def trained(activation, seed=1):
    """A network that has been trained, and its loss by steps."""
    network = xor.new(seed)
    return network, xor.train(network, activation).loss


# %%
# The output over the plane, for four activations. The line is where the network is undecided; ReLU bends it, the smooth
# ones curve it.

points, side = xor.plane(121)
figure, panels = plt.subplots(1, 4, figsize=(12, 3.4), layout="constrained")
losses = {}
for axes, activation in zip(panels, (ak.relu, ak.elu, ak.gelu, ak.tanh), strict=True):
    network, losses[activation.name] = trained(activation)
    p = ak.logistic(xor.forward(network, points, activation)[2]).reshape(len(side), -1)
    xor.surface(axes, p - 0.5, side, 0.5, activation.name)
    axes.contour(side, side, p, levels=[0.5], colors="#222222")

# %%
# How they got there:

figure, axes = plt.subplots(figsize=(6, 3.6), layout="constrained")
for name, loss in losses.items():
    axes.loglog(np.arange(1, len(loss) + 1), loss, label=name)
axes.axhline(np.log(2), color="#777777", linestyle=":")
axes.set_xlabel("step")
axes.set_ylabel("cross entropy")
axes.legend(frameon=False)

"""
Three activations learn to read
===============================

A dense network around `actkernels.Activation_layer` learns to read. The network is that of :doc:`/digits`, from
``examples/digits.py``.
"""

# %%
# 64 pixels in, 64 hidden nodes, ten digits out; three activations, ten epochs each. The data are scikit-learn's.

import digits  # examples/digits.py
import matplotlib.pyplot as plt
import numpy as np

import actkernels as ak

histories, networks = {}, {}
for activation in (ak.relu, ak.gelu, ak.tanh):
    networks[activation.name], histories[activation.name] = digits.train(activation, epochs=10, hidden=64)

figure, axes = plt.subplots(figsize=(6, 3.6), layout="constrained")
for name, history in histories.items():
    axes.plot(np.arange(1, 11), history[:, 3], label=name)
axes.set_xlabel("epoch")
axes.set_ylabel("accuracy in the test")
axes.legend(frameon=False)

# %%
# What a hidden node looks for are its weights, an image of 8 by 8 again. Those of the network with ``relu``:

figure, panels = plt.subplots(4, 8, figsize=(8, 4.2), layout="constrained")
weights = networks["relu"].first.weights
for axes, node in zip(panels.flat, np.argsort(-abs(weights).sum(axis=0)), strict=False):
    axes.imshow(weights[:, node].reshape(8, 8), cmap="PuOr_r", vmin=-1, vmax=1)
    axes.set_axis_off()

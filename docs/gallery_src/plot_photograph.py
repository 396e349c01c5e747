"""
A photograph through a layer
============================

Forward, a layer makes another picture of a photograph; backward, it shows which pixels a delta would pass.
"""

# %%
# The photograph, Grace Hopper by James S. Davis, comes with matplotlib. As a batch of one image with values between -1
# and 1 it is what `actkernels.Activation_layer` expects.

import matplotlib.pyplot as plt
import numpy as np

import actkernels as ak
from actkernels import demo

image = demo.load(None)
print(image.shape, image.dtype)

# %%
# Three layers see it. The delta that comes from behind is 1 everywhere, so what goes on to the front is the gradient
# itself.

figure, rows = plt.subplots(3, 3, figsize=(7.5, 9), layout="constrained")
for axes, name in zip(rows, ("relu", "logistic", "elu"), strict=True):
    layer = ak.Activation_layer(activation=name)
    layer.forward(image)
    layer.delta[...] = 1.0
    delta = np.empty_like(image)
    layer.backward(delta)
    for axis, array, title in zip(axes, (image, layer.output, delta), ("input", "output", "delta"), strict=True):
        low, high = array.min(), array.max()
        axis.imshow((array[0] - low) / (high - low))
        axis.set_title(f"{name}: {title}", fontsize=10)
        axis.set_axis_off()

# %%
# ``relu`` passes the delta where a channel is brighter than grey, and nothing where it is darker. ``logistic`` passes
# most of it where a pixel is grey, since that is where it rises fastest. ``elu`` passes all of it in bright pixels, and
# less in dark ones.

import numpy as np

from ..activations import Activations
from ..utils import _check_activation, check_is_fitted
from .base import BaseLayer


class Connected_layer(BaseLayer):
    def __init__(self, outputs, activation=Activations, input_shape=None, weights=None, bias=None, **kwargs):
        activation = _check_activation(self, activation)
        self.activation = activation.activate
        self.gradient = activation.gradient
        self.weights = weights
        self.bias = np.zeros(outputs) if bias is None else bias
        super().__init__(input_shape=input_shape)

    def forward(self, inpt, copy=False):
        z = inpt.reshape(len(inpt), -1) @ self.weights + self.bias
        self.output = self.activation(z, copy=copy).reshape(len(inpt), 1, 1, -1)
        self.delta = np.zeros(self.output.shape)
        return self

    def backward(self, inpt, delta=None, copy=False):
        check_is_fitted(self)
        self.delta *= self.gradient(self.output, copy=copy)
        flat = self.delta.reshape(len(inpt), -1)
        self.weights_update = inpt.reshape(len(inpt), -1).T @ flat
        if delta is not None:
            delta[:] += (flat @ self.weights.T).reshape(delta.shape)
        return self

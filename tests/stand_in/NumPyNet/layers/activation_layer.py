import numpy as np

from ..activations import Activations
from ..utils import _check_activation, check_is_fitted
from .base import BaseLayer


class Activation_layer(BaseLayer):
    def __init__(self, input_shape=None, activation=Activations, **kwargs):
        activation = _check_activation(self, activation)
        self.activation = activation.activate
        self.gradient = activation.gradient
        super().__init__(input_shape=input_shape)

    def forward(self, inpt, copy=True):
        self.output = self.activation(inpt, copy=copy)
        self.delta = np.zeros(self.output.shape)
        return self

    def backward(self, delta, copy=False):
        check_is_fitted(self)
        self.delta *= self.gradient(self.output, copy=copy)
        delta[:] = self.delta
        return self

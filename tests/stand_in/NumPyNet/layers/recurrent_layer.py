import numpy as np

from ..activations import Logistic, Tanh
from .base import BaseLayer


class Recurrent_layer(BaseLayer):
    """Uses what it passed to the functions again, as the long short-term memory does."""

    def forward(self, inpt, copy=False):
        state = np.zeros(inpt.shape[1:])
        self.output = np.empty(inpt.shape)
        for step, x in enumerate(inpt):
            gate = Logistic.activate(x)
            state = gate * state + (1 - gate) * x
            self.output[step] = Tanh.activate(state) * Logistic.activate(x)
        self.delta = np.zeros(inpt.shape)
        return self

    def backward(self, inpt, delta=None, copy=False):
        for step, x in enumerate(inpt):
            gate = Logistic.activate(x)
            delta[step] = self.delta[step] * Logistic.gradient(gate) * gate
        return self

from inspect import isclass

from . import activations
from .exception import NotFittedError


def _check_activation(layer, activation):
    if isinstance(activation, str):
        found = getattr(activations, activation.lower().capitalize(), None)
        if found is None:
            raise ValueError(f"{type(layer).__name__}: incorrect value of Activation Function given")
        return found()
    if issubclass(activation if isclass(activation) else type(activation), activations.Activations):
        return activation
    raise ValueError(f"{type(layer).__name__}: incorrect value of Activation Function given")


def check_is_fitted(layer):
    if layer.delta is None:
        raise NotFittedError("not fitted yet")

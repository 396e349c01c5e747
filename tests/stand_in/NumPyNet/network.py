import pickle

from .layers.activation_layer import Activation_layer
from .layers.connected_layer import Connected_layer


class Network:
    LAYERS = {"activation": Activation_layer, "connected": Connected_layer}

    def __init__(self):
        self.layers = []

    def add(self, layer):
        if type(layer).__name__.lower().split("_layer")[0] not in self.LAYERS:
            raise ValueError("no layer")
        self.layers.append(layer)
        return self

    def predict(self, inpt):
        for layer in self.layers:
            layer.forward(inpt)
            inpt = layer.output[:]
        return inpt

    def save_model(self, filename):
        with open(filename, "wb") as file:
            pickle.dump(self.__dict__, file, 2)

    def load_model(self, filename):
        with open(filename, "rb") as file:
            self.__dict__.update(pickle.load(file))
        return self

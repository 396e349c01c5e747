from ..exception import LayerError


class BaseLayer:
    def __init__(self, input_shape=None):
        self.input_shape = input_shape
        self.output = self.delta = None

    def __call__(self, previous):
        if previous.out_shape is None:
            raise LayerError("the previous layer has no shape")
        self.input_shape = previous.out_shape
        return self

    @property
    def out_shape(self):
        return self.input_shape

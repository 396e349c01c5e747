class NotFittedError(Exception):
    pass


class LayerError(Exception):
    pass

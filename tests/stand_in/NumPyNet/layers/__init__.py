from .activation_layer import Activation_layer
from .connected_layer import Connected_layer
from .recurrent_layer import Recurrent_layer

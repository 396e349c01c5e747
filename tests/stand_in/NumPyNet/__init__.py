"""Stands in for NumPyNet where it is not installed: its modules, names and calls, little behind them.

It is not NumPyNet's code. The formulas are those that tests/test_numpynet.py has as `THEIRS`.
"""

from .activations import *
from .network import Network

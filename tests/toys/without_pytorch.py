"""A Python in which PyTorch is not installed."""

# The first lines of a program: imports of torch fail as if it were not there
WITHOUT_PYTORCH = """
import sys
from importlib.machinery import PathFinder
found = PathFinder.find_spec
PathFinder.find_spec = classmethod(
    lambda cls, name, *more: None if name == "torch" else found(name, *more)
)
"""

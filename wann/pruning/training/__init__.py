"""This folder holds the models and data that are pruned, and how they are trained under masks.

`wann.pruning.api`, its methods and the studies of pruning import it. Begin with `training`.
"""

from wann.pruning.training.training import accuracy, evaluate, train

__all__ = ["accuracy", "evaluate", "train"]

"""This folder grows networks by gradients: they begin minimal, and get connections and units.

Weights are trained all the while, as those of pruned models are. It is in this room because growing
is sparse training whose masks gain where those of pruning lose: models, data, masks and training
are the same. Begin with `grow`; `growing_model` is what grows, `new_units` finds what new hidden
units hear, `new_connections` which places are joined, and `plan` says how many come when.
"""

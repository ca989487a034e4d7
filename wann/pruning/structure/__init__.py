"""This folder finds out what masks mean for a model: what still matters, costs, and can be cut.

`wann.pruning` itself, searches that begin from masks and the studies of pruning import it. Begin
with `to_network`, which makes a network of a pruned model, and `shrink`, which makes the model
smaller; both read the `graph` that `trace` makes.
"""

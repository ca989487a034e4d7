"""This folder finds out how a model uses its parameters: multiplied, added, scaled, or not at all.

`wann.pruning.masks` takes from here which weights can be pruned, and the pruning of units which
layers make the outputs. Begin with `ledger`: `watching` fills it in by running a model on examples,
`tracing` by reading its graph where there are none. `parametrised` looks at weights that are
computed from others.
"""

"""Everything grown or pruned becomes a network: nodes in topological order, connections in rows.

Most rooms import this one. Begin with `genome` (what is bred) and `network` (what is computed);
`compile` leads from one to the other. `from_masks` makes networks of dense layers and their masks,
`torch_module` makes them PyTorch modules and back. `weightings` are the weights that networks are
scored with, `digest` tells networks apart, `structure` and `latency` say what a network is and how
long it takes.
"""

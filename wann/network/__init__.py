"""What everything grown or pruned becomes: nodes in topological order, connections in rows.

Most rooms import it.

Begin with `genome` (what is bred) and `network` (what is computed); `layers` makes networks of
dense layers and their masks, `torch_module` makes them PyTorch modules and back.
"""

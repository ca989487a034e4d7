"""Inference along the connections that are kept, for whoever deploys a pruned or grown network.

`wann.sparse` and the measurements of latency import it. Begin with `model`, what users call;
`layers` is what it is made of, `program` lays it out for the kernels, `from_network` makes the
layers of a network, `file` writes and reads them.
"""

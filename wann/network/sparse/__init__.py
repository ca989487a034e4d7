"""Inference along the connections that are kept, for whoever deploys a pruned or grown network.

`wann.sparse` and the measurements of latency import it. Begin with `model`, what users call;
`layers` and `images` are what it is made of, `checks` looks at these, `program` lays them out for
the kernels (`planes` says where images stand, `lookup` how inputs are looked up in registers,
`image_steps` and `parts` make its steps), `prepared` runs these, `from_network` makes the layers of
a network, `file` writes and reads them.
"""

"""The compiled inner loops: one network, many lanes at once. Rooms that compute import this one.

Begin with `forward`, the pass through a network. `jit` is the one decorator; `vectors`, `row_sums`
and `maths` are what kernels are written in, and `vector_types` teaches them to the compiler.
"""

"""The compiled inner loops: one network, many lanes at once. Rooms that compute import this one.

Begin with `forward`, the pass through a network; `jit` is the one decorator, and `vectors` and
`maths` are what the kernels are written in.
"""

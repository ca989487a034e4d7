"""Kernels are the compiled inner loops: one network, many lanes at once.

Rooms that compute import this one. Begin with `forward`, the pass through a network; `logits` is
its twin for data sets, and `merged` scores a whole generation at once. `jit` is the one decorator;
`vectors`, `row_sums`, `maths` and `maths32` are what kernels are written in, and `vector_types`
teaches them to the compiler. `lanes` takes out lanes whose episode has ended; in `seats` several
networks of few lanes play side by side. `sparse_steps` runs models for those who deploy them, by
the sums of `sparse_planes`, `sparse_units` and `sparse_sums`, and `sparse_lookup` is the fastest
way to those of one example.
"""

"""How likely networks find the true classes, on a card: what classification is searched by.

A thread computes one network on one example under one weight, in float32, in the order of
`kernels.merged`: the sums are the same to the bit, though relatives are not merged.
"""

from functools import lru_cache
from typing import Any

import numpy as np

from wann.kernels import maths32
from wann.kernels.cuda.activations import activation_for
from wann.kernels.cuda.arithmetic import begin_quietly, multiply32
from wann.kernels.cuda.compiler import cuda
from wann.kernels.cuda.sources import for_threads


@lru_cache(64)
def likelihood_for(codes: tuple[int, ...]) -> Any:
    """Return the kernel that finds log-likelihoods.

    `codes` are those of the networks' activations that are one's own.

    Its arguments are a `Packed` and the first of its networks to compute, the weights (weights,) of
    float32, bias and inputs (1 + inputs, lanes), the labels (examples,), the number of outputs, a
    table (nodes, threads) of float32, and the likelihoods (networks, weights, examples) of
    float32 that it fills. A network takes weights times examples threads.
    """
    activate = activation_for(codes, single=True)
    exponential = for_threads(maths32.exponential, single=True)
    logarithm = for_threads(maths32.logarithm, single=True)
    nothing = np.float32(0.0)

    @cuda.jit
    def compute(  # type: ignore[no-untyped-def]
        packed, base, weights, given, labels, outputs, table, result
    ):
        thread = cuda.grid(1)
        begin_quietly()
        examples, inputs = labels.shape[0], given.shape[0] - 1
        lanes = weights.shape[0] * examples
        place, lane = thread // lanes, thread % lanes
        if place >= result.shape[0]:
            return
        network, k, example = base + place, lane // examples, lane % examples
        first, last = packed.node_start[network], packed.node_start[network + 1]
        for node in range(first, last):
            start, stop = packed.edge_start[node], packed.edge_start[node + 1]
            total = nothing
            for edge in range(start, stop):
                if packed.source[edge] <= inputs:
                    total += given[packed.source[edge], example]
            for edge in range(start, stop):
                if packed.source[edge] > inputs:
                    total += table[packed.source[edge] - inputs - 1, thread]
            x = multiply32(total, weights[k])
            table[node - first, thread] = activate(packed.activation[node], x)
        row = last - first - outputs
        top = table[row, thread]
        for i in range(1, outputs):
            if table[row + i, thread] > top:
                top = table[row + i, thread]
        mass = exponential(table[row, thread] - top)
        for i in range(1, outputs):
            mass = mass + exponential(table[row + i, thread] - top)
        right = table[row + labels[example], thread]
        result[place, k, example] = right - top - logarithm(mass)

    return compute


@cuda.jit
def add_up(likelihoods, floor, result):  # type: ignore[no-untyped-def]
    """Fill `result` (networks, weights) with means over examples, added one after another.

    `likelihoods` is (networks, weights, examples); none counts less than `floor`, nor one that is
    not finite.
    """
    thread = cuda.grid(1)
    weights, examples = likelihoods.shape[1], likelihoods.shape[2]
    network, k = thread // weights, thread % weights
    if network < likelihoods.shape[0]:
        total = 0.0
        for example in range(examples):
            likelihood = np.float64(likelihoods[network, k, example])
            total += likelihood if likelihood > floor else floor
        result[network, k] = total / examples

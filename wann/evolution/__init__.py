"""The evolution of networks, which knows no task: genomes go out, and scores come in.

Only experiments import this room. Begin with `generational` (ask and tell). A generation is ranked
(`ranking`), and its parents have children (`breeding`), which may be crossed (`crossover`) and are
mutated (`mutation`: `random_edits` draws where of the `edits` one is made, within what is legal by
`legality`, in a `draft` of the child). `islands` and `asynchronous`, with its `submissions`, are
the other searches; `strategy` prunes a dense parent instead, and needs no gradients for that.
`front` keeps the confirmed networks, `champion` picks the best of them. `ancestry` knows who
descends from whom, by the `birth` of each.
"""

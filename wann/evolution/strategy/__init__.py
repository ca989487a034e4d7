"""This folder prunes under shared weights where there are no labels, and so no gradients.

A parent has a place for each connection that there may be. A candidate gives every place a score;
the best places are kept, all with one shared weight, and what comes of them is a `Network` like any
other. Whoever asks scores the candidates of a generation, in an environment for instance, and a
natural evolution strategy moves the distribution that candidates are drawn from.

Begin with `snes`, the strategy; `parent` says which places there are, `decode` which of them a
candidate keeps, `sizes` how many in which generation, and `exact_count` finds networks of exactly
so many connections.
"""

"""This folder prunes under shared weights: it trains which connections to keep, and no weight.

A dense parent has a place for each connection that there may be, and a score for each place. In a
forward pass the best places are kept, all with one shared weight, and the gradient of the loss goes
to the scores as if they were the weights. What is left is a `Network` like any grown one.

Begin with `training`, which `make` makes of settings and arrays; `schedule` says how many are kept
when. `parent` says what a parent is, `agnostic_parent` and `mixed_parent` are the two kinds, and
`unit_activations` what their hidden units compute. `gates` choose what is kept, `exact_count` makes
the network of exactly so many connections, `best_scores` holds those of the best one on the way.
"""

"""What a fixed network is worth, and the best weights for it.

Experiments and commands import this room.

Begin with `measures` and `conditions`, which measure; `shared` and `individual` search for weights.
All are pure functions of the network, the settings and, for a tuning that goes on after a stop, of
the fitness values written so far: random numbers come from streams by name and generation.
"""

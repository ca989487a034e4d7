"""This room says what a fixed network is worth, and finds the best weights for it.

Experiments and the command line import it. Begin with `conditions`, the paper's four weight
conditions, and `measures`, which both they and `evaluate` are made of; `measuring` is what all of
them are given. `shared` finds the best weight for all connections, `individual` one for each: by
`cma` (with `stages`, `hard_episodes` and `confirm`) or by `gradient`; `tuning_folder` keeps what a
tuning wrote. All are pure functions of the network, the settings and, for a tuning that goes on
after a stop, of the values written so far: random numbers come from streams by name and generation.
"""

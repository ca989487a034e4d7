"""The evolution, which knows no task: genomes go out, scores come in. Experiments import this room.

Begin with `generational` (ask and tell) and `operators` (the mutations); `ranking` picks parents,
`front` keeps the confirmed networks and picks the champion.
"""

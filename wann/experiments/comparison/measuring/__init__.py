"""This folder measures contestants, all by the same code.

The rest of the comparison imports it. Begin with `measures`, which returns all that is measured of
one contestant.
"""

"""What masks mean for the model: which weights still matter, what they cost, how it shrinks.

Begin with `trace`, which makes the `graph` that the others read.
"""

"""The precision of the numbers that a search computes with."""

DOUBLE, SINGLE = "double", "single"
PRECISIONS = (DOUBLE, SINGLE)

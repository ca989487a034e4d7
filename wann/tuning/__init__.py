"""Weights for a given network: one shared value, or one for each connection."""

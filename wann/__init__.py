"""Sparse networks, grown or pruned: weight-agnostic architecture search and the means to compare its results."""

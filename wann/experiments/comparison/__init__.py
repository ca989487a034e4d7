"""Grown against pruned: networks of one size on one task, made in many ways and measured in one."""

"""Kernels on a graphics card: the sources of the others, compiled for a thread of it.

A thread computes one lane. What it computes is bit for bit what a lane of the CPU computes.
"""

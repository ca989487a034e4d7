"""Who is compared: the champion, pruned and dense networks of its size, and rewired ones.

Begin with `contestants`.
"""

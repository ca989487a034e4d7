"""Scoring on a Ray cluster, whose workers may come, go and die. Begin with `scheduler`.

`scheduler` decides which piece goes to which worker and what happens when one dies, and knows no
Ray; `splitting` cuts generations into pieces; `actors` are the workers; `messages` is what travels;
`cluster` alone imports Ray.
"""

"""Grown against pruned: networks of one size on one task, made in many ways and measured in one.

`plan` says what is compared, `input_networks` finds the champions that the user names, `make_row`
makes and measures one contestant, `rows` has the types of what comes out of it, `row_files` and
`champion_files` read and write the folder, `comparison` runs what is left, and `report` tells what
came out. Begin with `comparison`.
"""

"""A comparison holds grown networks against pruned ones of the same size, all measured alike.

Only the command line imports it. Begin with `comparison`, which makes and measures the contestants
that are still missing.

`plan` says what is compared, `input_networks` finds the champions that the user names, `make_row`
makes and measures one contestant, `rows` has the types of what comes out of it, `row_files` and
`champion_files` read and write the folder, `comparison` runs what is left, and `report` tells what
came out.
"""

"""This folder shows how work fares while it lasts, and answers Ctrl-C.

The calls of this room and the command line import it. Begin with `watch`, which a call is done
under: `progress` draws a bar or writes lines, `compiling` says that kernels are compiled,
`interrupts` lets what is under way be finished. All of it goes to stderr. `bystander` is for what
another process runs (`wann watch`): it shows on stdout what `looks` sees there.
"""

"""This room says what the machine has, and reads packed files within that.

All rooms import it; it imports the errors and `terminal` alone.

`cores` and `memory` are what a process may use, of the machine or of the container that it is in;
`control_groups` is how Linux limits containers; `home` puts the home of a user into paths.
`parent` lets processes end with the one that started them. `unpacking` and `npz` read packed files
whose content may be far larger than they are: never more than a stated part of the memory.
"""

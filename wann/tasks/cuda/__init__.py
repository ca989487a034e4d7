"""Tasks on a graphics card: the episodes of all networks, each in a thread of its own."""

"""What is measured of a contestant, by the same code for all. Begin with `measures`."""

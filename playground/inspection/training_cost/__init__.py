"""What training takes, before it is run: the memory of a step, the largest batch, the time of an epoch."""

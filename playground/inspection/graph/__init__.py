"""The flow of data through a network, and the graph that is drawn of it."""

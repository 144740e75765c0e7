"""The values in a network with weights: what a layer gives for an image, and the weights that it has."""

"""Components-v2 components: a folder each, with their script and their look."""

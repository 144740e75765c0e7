"""Transforms of torchvision as plain data: a catalogue, pipelines of them, and what each one drew."""

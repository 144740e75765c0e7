"""The larger presets, and blocks of torchvision, as ordinary PyTorch files: read as text, never imported."""

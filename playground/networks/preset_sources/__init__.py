"""The larger presets as ordinary PyTorch files: read as text by `source_presets`, never imported."""

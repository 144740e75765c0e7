"""What each parameter of a layer does to the shape, the cost or the learning, in one line."""

from __future__ import annotations

from playground.networks.layer_types import family

_EXPLANATIONS = {
    # Linear layers and convolutions
    "in_features": "Numbers in each row that comes in; it must equal the last dimension of the input.",
    "out_features": "Numbers in each row that goes out; the weight has in_features x out_features values.",
    "in_channels": "Channels of the input; it must equal its dimension 1.",
    "out_channels": "Filters, and so channels of the output; parameters and cost grow with it.",
    "bias": "Whether a learned offset is added; off saves one parameter an output, and a BatchNorm after it undoes it.",
    "kernel_size": "Size of the window; cost grows with its area, and without padding the output shrinks by it less 1.",
    "stride": "Step of the window; 2 halves each side of the output.",
    "padding": "Zeros added on every side; half of an odd kernel, rounded down, keeps the size at stride 1.",
    "dilation": "Distance between the values that a window reads; 2 sees farther at the same cost, and shrinks more.",
    "groups": "Splits the channels into groups that do not see each other; parameters and cost divide by it.",
    "padding_mode": "What the padding is made of: zeros, or the image mirrored, its edge repeated, or wrapped around.",
    "output_padding": "Extra size on one side of the output, since with a stride several inputs give the same size.",
    # Pooling
    "ceil_mode": "Rounds the output size up instead of down, so that an incomplete window at the edge counts too.",
    "return_indices": "Also gives the place of each maximum, for MaxUnpool; then the output is two tensors.",
    "count_include_pad": "Whether the zeros of the padding count in the mean; off divides by the real values only.",
    "divisor_override": "Number to divide each window's sum by, instead of its size.",
    "output_size": "Size that the output gets, whatever the size of the input; None keeps the size of that dimension.",
    # Normalization
    "num_features": "Channels, or features, of the input; it must equal its dimension 1.",
    "num_channels": "Channels of the input; it must equal its dimension 1.",
    "num_groups": "Groups that are normalized each by itself; it divides num_channels; 1 takes all together.",
    "normalized_shape": "Sizes of the last dimensions, which are normalized together; usually the number of features.",
    "eps": "Small number added to the variance, so that nothing is divided by 0.",
    "momentum": "Weight of the newest batch in the running mean and variance; None averages all batches alike.",
    "affine": "Whether a learned scale and offset a channel follow; off saves two parameters a channel.",
    "elementwise_affine": "Whether a learned scale and offset a value follow; off saves these parameters.",
    "track_running_stats": "Whether running mean and variance are kept for evaluation; off uses those of the batch.",
    # Dropout
    "p": "Probability with which a value becomes 0 in training; the others grow to make up. Evaluation changes none.",
    "inplace": "Overwrites the input instead of making a new tensor: saves the memory of one output.",
    # Shapes
    "start_dim": "First dimension to merge; 1 leaves the batch, dimension 0, alone.",
    "end_dim": "Last dimension to merge; -1 is the last one.",
    "dim": "Dimension along which the values sum to 1: 1 are the classes of (N, classes), -1 is the last one.",
    "unflattened_size": "Sizes that replace the dimension; their product is its size, and one of them may be -1.",
    "size": "Height and width of the output (or its length); give this or scale_factor.",
    "scale_factor": "Factor by which each side grows; 2 makes four times as many pixels of an image.",
    "mode": "How new pixels get values: nearest repeats; linear is for sequences, bilinear and bicubic for images, "
    "trilinear for volumes.",
    "align_corners": "Whether the corner pixels of input and output coincide; only for modes that interpolate.",
    "recompute_scale_factor": "Whether the factor is computed anew from the rounded output size; it matters for "
    "fractions.",
    "upscale_factor": "Factor r by which each side grows; the channels divide by r x r.",
    "downscale_factor": "Factor r by which each side shrinks; it divides both sides, and the channels grow by r x r.",
    # Activations
    "negative_slope": "Factor for negative values.",
    "num_parameters": "Learned slopes: 1 for all channels together, or one for each channel.",
    "init": "Slope for negative values before the first step of training.",
    "alpha": "Size of the lower limit: large negative values tend to minus this number.",
    "approximate": "'tanh' computes GELU by a faster formula, off by less than 0.001.",
    "beta": "How sharp the bend at 0 is; the larger, the closer to ReLU.",
    "threshold": "Where input x beta is above this, the input passes unchanged, so that nothing overflows.",
    "min_val": "Smallest value of the output.",
    "max_val": "Largest value of the output.",
    "min_value": "Former name of min_val; leave it out.",
    "max_value": "Former name of max_val; leave it out.",
    # Sequences
    "num_embeddings": "How many different numbers can come in: they go from 0 to this number less 1.",
    "embedding_dim": "Length of each learned vector; the table has num_embeddings x embedding_dim parameters.",
    "padding_idx": "Index that fills up short sequences; its vector stays as it is in training.",
    "max_norm": "Vectors that are longer than this are shortened to it when they are looked up.",
    "norm_type": "Which norm max_norm measures: 2 is the usual length.",
    "scale_grad_by_freq": "Divides the gradient of a vector by how often its index stands in the batch.",
    "sparse": "Gives a sparse gradient, which saves memory for large tables; few optimizers take it.",
    "input_size": "Features of each step of the sequence; it must equal the last dimension of the input.",
    "hidden_size": "Features of the state, and so of each step of the output; parameters grow with its square.",
    "num_layers": "Layers stacked on each other; each reads the output of the one below.",
    "batch_first": "Whether the input is (N, L, features); off means (L, N, features): steps first, then the batch.",
    "dropout": "Probability with which values become 0 in training inside this layer.",
    "bidirectional": "Also reads the sequence from its end; the output has twice as many features.",
    "proj_size": "Makes each step of the output this small by a learned projection; 0 is without.",
    "nonlinearity": "Function at each step: tanh stays within -1 and 1, relu may grow without limit.",
    "embed_dim": "Features of each step, in and out; it must equal the last dimension of the input.",
    "num_heads": "Attentions side by side, each on embed_dim / num_heads features; the parameters stay the same.",
    "add_bias_kv": "Adds one learned key and value that every step can look at.",
    "add_zero_attn": "Adds a key and a value of zeros, so that a step can look at nothing.",
    "kdim": "Features of the keys; leave it out where the input is also the keys.",
    "vdim": "Features of the values; leave it out where the input is also the values.",
    "d_model": "Features of each step, in and out; it must equal the last dimension of the input.",
    "nhead": "Attentions side by side, each on d_model / nhead features; the parameters stay the same.",
    "dim_feedforward": "Features between the two linear layers; parameters and cost grow with it.",
    "activation": "Function between the two linear layers.",
    "layer_norm_eps": "Small number added to the variance in both normalizations, so that nothing is divided by 0.",
    "norm_first": "Normalizes before attention and linear layers instead of after; deep stacks then train more easily.",
}

# Where a name means something else in one layer or family of layers.
_ELSEWHERE = {
    ("ConvTranspose", "stride"): "Factor by which each side of the output grows; 2 doubles it.",
    ("ConvTranspose", "padding"): "Rows taken off every side of the output: the reverse of a convolution's padding.",
    ("ConvTranspose", "kernel_size"): "Size of the window that each value is spread over; cost grows with its area.",
    ("ConvTranspose", "dilation"): "Distance between the values of a window; 2 spreads farther, and the output grows.",
    ("ConvTranspose", "padding_mode"): "What the padding is made of; a transposed convolution knows zeros only.",
    ("Conv", "padding"): "Zeros added on every side, or 'same' for an output as large as the input, or 'valid' "
    "for none.",
    ("MaxPool", "kernel_size"): "Size of the window whose largest value stays.",
    ("MaxPool", "stride"): "Step of the window; left out it is the kernel_size, so that the windows do not overlap.",
    ("MaxPool", "padding"): "Margin on every side that never wins; at most half of the window.",
    ("MaxPool", "dilation"): "Distance between the values that a window compares; above 1 it skips those in between.",
    ("AvgPool", "kernel_size"): "Size of the window that is averaged.",
    ("AvgPool", "stride"): "Step of the window; left out it is the kernel_size, so that the windows do not overlap.",
    ("AvgPool", "padding"): "Zeros added on every side; at most half of the window.",
    ("AdaptiveMaxPool", "return_indices"): "Also gives the place of each maximum; then the output is two tensors.",
    ("ZeroPad", "padding"): "Zeros on every side, or (left, right, top, bottom); a negative number cuts pixels off.",
    **dict.fromkeys(
        (("Dropout1d", "p"), ("Dropout2d", "p"), ("Dropout3d", "p")),
        "Probability with which a whole channel becomes 0 in training; evaluation changes none.",
    ),
    ("ReLU", "inplace"): "Overwrites the input instead of making a new tensor: saves the memory of one output. Nothing "
    "else may need that input, as a shortcut around it would.",
    ("ChannelShuffle", "groups"): "Groups of the convolution before; it divides the channels, and no shape changes.",
    ("Unflatten", "dim"): "Dimension to split; 1 is the first after the batch.",
    ("GroupNorm", "affine"): "Whether a learned scale and offset a channel follow; off saves two parameters a channel.",
    ("InstanceNorm", "affine"): "Whether a learned scale and offset a channel follow; unlike in BatchNorm it is off.",
    ("InstanceNorm", "track_running_stats"): "Whether evaluation uses running mean and variance instead of each "
    "image's own; it is off.",
    **dict.fromkeys(
        (("BatchNorm", "bias"), ("GroupNorm", "bias"), ("LayerNorm", "bias"), ("InstanceNorm", "bias")),
        "Whether an offset is learned beside the scale.",
    ),
    **dict.fromkeys(
        (("RNN", "bias"), ("LSTM", "bias"), ("GRU", "bias")),
        "Whether learned offsets are added to input and state at each step.",
    ),
    ("MultiheadAttention", "bias"): "Whether learned offsets are added to queries, keys, values and output.",
    ("TransformerEncoderLayer", "bias"): "Whether attention, linear layers and normalizations learn offsets.",
    **dict.fromkeys(
        (("RNN", "dropout"), ("LSTM", "dropout"), ("GRU", "dropout")),
        "Probability with which values between stacked layers become 0 in training; it needs num_layers above 1.",
    ),
    ("MultiheadAttention", "dropout"): "Probability with which attention weights become 0 in training.",
}


def explain_parameter(layer: str, parameter: str) -> str:
    """One line about a parameter of a layer type; raises KeyError if there is none, which a test excludes."""
    for place in (layer, family(layer)):
        if (place, parameter) in _ELSEWHERE:
            return _ELSEWHERE[place, parameter]
    return _EXPLANATIONS[parameter]

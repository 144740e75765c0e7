"""What cannot be read of PyTorch, and what to write instead: one line for each function that people use."""

from __future__ import annotations

import ast

from playground.networks.errors import SpecError
from playground.networks.layer_catalogue import LAYER_TYPES
from playground.networks.reading.reader import Reader
from playground.networks.reading.values import ClassValue, FunctionValue, cannot_read, shown

MADE_HERE = frozenset(
    {
        *("tensor", "zeros", "ones", "empty", "full", "rand", "randn", "randint", "arange", "linspace", "eye", "tril"),
        *("triu", "zeros_like", "ones_like", "rand_like", "randn_like", "full_like", "as_tensor", "from_numpy"),
        *("Parameter", "meshgrid", "new_zeros", "new_ones", "Tensor", "FloatTensor", "LongTensor", "bernoulli"),
        *("normal", "randperm", "empty_like", "new_full", "new_empty", "new_tensor", "one_hot", "multinomial"),
    }
)
"""The functions that make a tensor out of nothing."""

_RANDOM = frozenset({"rand", "randn", "rand_like", "randn_like", "bernoulli", "normal", "randint", "randperm"})
_PARAMETERS = ("Parameter", "UninitializedParameter", "register_parameter", "ParameterList", "ParameterDict")

_TRUTHS = "there are no tensors of truth values here: write F.relu, x.clamp(min=0), torch.maximum, or a product"
_NUMBER = "there are no numbers taken from a tensor here: keep it a tensor, such as x.mean(dim=1, keepdim=True)"
_LOSS = "a forward here gives the output, and the loss is chosen for the training: return the output itself"
_PACKED = "packed sequences are not read, because all here have one length: apply the layer to the tensor itself"
_INDICES = "places in a tensor that only a run knows cannot be used: take fixed ones, x[:, 0] or x[:, 1:3]"

_INSTEAD = {
    **dict.fromkeys(("where", "masked_fill", "masked_select", "nonzero", "any", "all"), _TRUTHS),
    **dict.fromkeys(("gt", "lt", "ge", "le", "eq", "ne", "greater", "less", "isnan", "logical_and", "bool"), _TRUTHS),
    **dict.fromkeys(("item", "tolist"), _NUMBER),
    **dict.fromkeys(("gather", "index_select", "scatter", "scatter_add", "take", "index_add"), _INDICES),
    **dict.fromkeys(("topk", "sort", "argsort", "unique"), f"for the largest there is x.amax(dim=1); {_INDICES}"),
    **dict.fromkeys(("cross_entropy", "nll_loss", "mse_loss", "l1_loss", "binary_cross_entropy"), _LOSS),
    **dict.fromkeys(("binary_cross_entropy_with_logits", "smooth_l1_loss", "kl_div", "backward"), _LOSS),
    "numpy": "a forward stays in PyTorch: leave .numpy() out, and write functions of torch instead of numpy's",
    "unfold": "windows are what a convolution sees: make nn.Conv2d(...) or nn.Conv1d(...) in __init__",
    "norm": "write (x ** 2).sum(dim=1, keepdim=True).sqrt(), or F.normalize(x, dim=1)",
    "prod": "write (x.log()).sum(dim=1).exp() for positive values",
    "cumsum": "a product with a fixed triangle is an nn.Linear(n, n, bias=False); or leave it out",
    "cdist": "write the distance with -, ** 2, .sum(dim=-1) and .sqrt()",
    "conv1d": "its weight belongs to a layer: make nn.Conv1d(...) in __init__, and apply it here",
    "conv2d": "its weight belongs to a layer: make nn.Conv2d(...) in __init__, and apply it here",
    "conv3d": "its weight belongs to a layer: make nn.Conv3d(...) in __init__, and apply it here",
    "conv_transpose2d": "its weight belongs to a layer: make nn.ConvTranspose2d(...) in __init__, and apply it here",
    "linear": "its weight belongs to a layer: make nn.Linear(...) in __init__, and apply it here",
    "embedding": "its weight belongs to a layer: make nn.Embedding(...) in __init__, and apply it here",
    "addmm": "write x @ y, and add the other: x @ y + z",
    "baddbmm": "write x @ y, and add the other: x @ y + z",
    "outer": "write x.unsqueeze(-1) @ y.unsqueeze(-2)",
    "dot": "write (x * y).sum(dim=-1)",
    "cosine_similarity": "write (F.normalize(x, dim=1) * F.normalize(y, dim=1)).sum(dim=1)",
    "sign": "write torch.tanh(x), which is smooth",
    "view_as": "write the sizes: x.view(x.size(0), ...), or x.flatten(1)",
    "reshape_as": "write the sizes: x.reshape(x.size(0), ...), or x.flatten(1)",
    "movedim": "write the dimensions in their new order: x.permute(0, 2, 3, 1)",
    "moveaxis": "write the dimensions in their new order: x.permute(0, 2, 3, 1)",
    "repeat_interleave": "write F.interpolate(x, scale_factor=2), or x.repeat(1, 2, 1, 1)",
    "checkpoint": "it saves memory and computes the same: apply the layer itself, self.layer(x)",
    "checkpoint_sequential": "it saves memory and computes the same: apply the layer itself, self.layer(x)",
    "stochastic_depth": "it works in training only: leave it out, or write nn.Dropout",
    "grid_sample": "write F.interpolate(x, size=(28, 28)) where a fixed size is enough",
    "affine_grid": "write F.interpolate(x, size=(28, 28)) where a fixed size is enough",
    "batch_norm": "its numbers belong to a layer: make nn.BatchNorm2d(...) in __init__, and apply it here",
    "layer_norm": "its numbers belong to a layer: make nn.LayerNorm(...) in __init__, and apply it here",
    "group_norm": "its numbers belong to a layer: make nn.GroupNorm(...) in __init__, and apply it here",
    "numel": "write the number",
    "median": "write x.mean(dim=1)",
    "logsumexp": "write x.exp().sum(dim=1).log()",
    "sin": "write torch.tanh(x), or an nn.Embedding for positions",
    "cos": "write torch.tanh(x), or an nn.Embedding for positions",
    "multi_head_attention_forward": "make nn.MultiheadAttention(...) in __init__, and apply it here",
    **dict.fromkeys(("pack_padded_sequence", "pad_packed_sequence", "pack_sequence", "pad_sequence"), _PACKED),
    **dict.fromkeys(("weight_norm", "spectral_norm"), "it changes how weights are trained: leave the layer without it"),
    "retain_grad": "leave it out",
    "register_hook": "leave it out",
}
_STATEMENTS: dict[type[ast.stmt], tuple[str, str]] = {
    ast.Try: ("try", "write only the lines that work"),
    ast.Match: ("match", "write if and elif"),
    ast.AsyncFunctionDef: ("async def", "write def"),
    ast.AsyncFor: ("async for", "write for"),
    ast.AsyncWith: ("async with", "leave it out"),
    ast.Nonlocal: ("nonlocal", "return the value, and give it a name where the function is called"),
}
_LAYERS = {
    "SELU": "write F.selu(x) in forward",
    "CELU": "write nn.ELU(alpha)",
    "LogSigmoid": "write F.logsigmoid(x) in forward",
    "Threshold": "write nn.ReLU()",
    "Softmax2d": "write nn.Softmax(dim=1)",
    "LocalResponseNorm": "write nn.BatchNorm2d(num_features), which is used today",
    "RMSNorm": "write nn.LayerNorm(normalized_shape)",
    "ReflectionPad2d": 'write F.pad(x, (1, 1, 1, 1), mode="reflect") in forward',
    "ReplicationPad2d": 'write F.pad(x, (1, 1, 1, 1), mode="replicate") in forward',
    "UpsamplingBilinear2d": 'write nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)',
    "UpsamplingNearest2d": "write nn.Upsample(scale_factor=2)",
    "TransformerEncoder": "write nn.Sequential(...) of several nn.TransformerEncoderLayer",
    "Transformer": "write nn.Sequential(...) of several nn.TransformerEncoderLayer",
    "TransformerDecoderLayer": "write nn.MultiheadAttention and nn.Linear in a class of your own",
    "TransformerDecoder": "write nn.MultiheadAttention and nn.Linear in a class of your own",
    "LSTMCell": "write nn.LSTM, which goes through all steps",
    "GRUCell": "write nn.GRU, which goes through all steps",
    "RNNCell": "write nn.RNN, which goes through all steps",
    "EmbeddingBag": "write nn.Embedding, and x.mean(dim=1) in forward",
    "Bilinear": "write nn.Linear on torch.cat([x, y], dim=1)",
    "CosineSimilarity": "write (F.normalize(x, dim=1) * F.normalize(y, dim=1)).sum(dim=1) in forward",
    "PairwiseDistance": "write ((x - y) ** 2).sum(dim=1).sqrt() in forward",
    "Unfold": "write nn.Conv2d, whose filters see such windows",
    "AlphaDropout": "write nn.Dropout",
}
_OUTSIDE = {
    "einops": "write it with x.permute, x.reshape and x.flatten: x.flatten(2).transpose(1, 2) for b c h w -> b (h w) c",
    "numpy": "write its values as numbers or a list, and in a forward the function of torch, such as torch.sqrt",
    "timm": "write the class into this file, or choose the network among the presets",
    "torchvision": "write the class into this file, or choose the network among the presets",
    "random": "a network here computes the same each time: use nn.Dropout, which is off while testing",
}


def instead_of_function(name: str) -> str:
    """Why a function of PyTorch cannot be read, and what to write in its place."""
    start = f"the function {name!r} cannot be read"
    if name in _INSTEAD:
        return f"{start}; {_INSTEAD[name]}."
    layer = _layer_like(name)
    if layer is not None:
        attribute = name.removesuffix("_")
        return f"{start}; make a layer of it in __init__, self.{attribute} = nn.{layer}(...), and apply that here."
    return (
        f"{start}; write it with layers of torch.nn and with what can: +, -, *, /, @, **, torch.cat, torch.stack, "
        "flatten, reshape, permute, slices, mean, sum, max, and the activations of F."
    )


def instead_of_call(name: str, node: ast.Call) -> str:
    """Why a function that is given no tensor cannot be read."""
    if name in _INSTEAD:
        return f"{shown(node)} cannot be read; {_INSTEAD[name]}."
    return (
        f"{shown(node)} cannot be read: only layers and operations on the input can. Give it what the forward computes."
    )


def instead_of_name(full: str) -> str:
    """What to write in place of something that is neither Python's nor PyTorch's."""
    root = full.split(".")[0]
    return _OUTSIDE.get(root, "write what it does with layers of torch.nn, or paste its class or function above")


def instead_of_statement(node: ast.stmt) -> str:
    """Why a statement cannot be read, and what to write in its place."""
    for kind, (name, instead) in _STATEMENTS.items():
        if isinstance(node, kind):
            return f"{name} cannot be read here; {instead}."
    return f"{type(node).__name__} cannot be read here; write plain assignments, if and for."


def instead_of_expression(node: ast.expr) -> str:
    """Why an expression cannot be read, and what to write in its place."""
    if isinstance(node, ast.Yield | ast.YieldFrom):
        return f"{shown(node)} cannot be read: a forward gives its result at once; write return."
    if isinstance(node, ast.Await):
        return f"{shown(node)} cannot be read; leave await out."
    if isinstance(node, ast.Slice):
        return f"the slice {shown(node)} beside a comma is read in the brackets of a tensor only; take one part: x[0]."
    return f"{shown(node)} cannot be read here; give the value directly."


def instead_of_assignment(target: ast.Subscript) -> str:
    """Why a part of a tensor cannot be given a value, and what to write in its place."""
    return (
        f"a tensor cannot be changed at {shown(target)} here; put a new one together from its parts, "
        "torch.cat([x[:, :1], y], dim=1), or multiply it with another."
    )


def check_context(reader: Reader, node: ast.With) -> None:
    """Raises SpecError for a with whose lines compute otherwise than they would without it."""
    for each in node.items if reader.bind else ():
        name = ast.unparse(each.context_expr).partition("(")[0]
        if name.endswith(("no_grad", "inference_mode")):
            raise cannot_read(
                node,
                f"with {name}() stops the gradient of all in it; write x = self.layer(x).detach() for each result "
                "instead, or train without these layers.",
            )


def check_decorators(reader: Reader, definition: ast.FunctionDef | ast.Lambda) -> None:
    """Raises SpecError for a function under a decorator that makes another function of it."""
    for each in definition.decorator_list if isinstance(definition, ast.FunctionDef) else ():
        name = ast.unparse(each).partition("(")[0]
        if isinstance(reader.globals.get(name), FunctionValue | ClassValue):
            raise cannot_read(
                each, f"@{name} changes what {_name_of(definition)} does; leave it out, and write it there."
            )
        if name.endswith(("no_grad", "inference_mode")) and reader.bind:
            raise cannot_read(
                each, f"@{name} stops the gradient of all below it; leave it out, and write return x.detach() instead."
            )


def instead_of_layer(name: str) -> str | None:
    """Why a layer of PyTorch is none here, and what to write in its place; None if PyTorch has no such layer."""
    from torch import nn

    if not hasattr(nn, name):
        return None
    instead = _LAYERS.get(name) or ("the loss is chosen for the training: leave it out" if "Loss" in name else None)
    instead = instead or ("write the layer itself, with its number" if name.startswith("Lazy") else None)
    instead = instead or ("write F.pad(x, (1, 1, 1, 1)) in forward" if "Pad" in name else None)
    return f"nn.{name} is none of the layers here; {instead or 'write what it does with other layers and operations'}."


def made_here(node: ast.AST, *, in_forward: bool = True) -> SpecError:
    """The error for a tensor of one's own, which a network here has no place for."""
    name = _called(node)
    if name in _RANDOM:
        instead = "For noise while training use nn.Dropout; for random numbers as input, give the forward an input."
    elif name in _PARAMETERS:
        instead = (
            "Use a layer that holds such weights: a 1 x 1 nn.Conv2d with groups=channels for a factor for each "
            "channel, nn.Conv1d(d, d, 3, padding=1, groups=d) for positions; and x.mean(dim=1) for a class token."
        )
    elif name in ("register_buffer", "Buffer"):
        instead = "Write the number where it is used, or x.size(...) for one that depends on the input."
    elif not in_forward:
        instead = "Write its values as numbers: a list for widths or rates."
    elif name == "one_hot":
        instead = "Use nn.Embedding, which takes the numbers themselves."
    else:
        instead = (
            "Write a number, as in x + 1; leave out the zeros that an LSTM or GRU begins with; or use a layer that "
            "holds such weights: nn.Linear, nn.Embedding, nn.PReLU."
        )
    return cannot_read(
        node,
        f"{shown(node)} cannot be read: a network here computes with its input and its layers, and has no tensors "
        f"made here. {instead}",
    )


def _called(node: ast.AST) -> str:
    function = node.func if isinstance(node, ast.Call) else None
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _name_of(definition: ast.FunctionDef | ast.Lambda) -> str:
    return definition.name if isinstance(definition, ast.FunctionDef) else "this function"


def _layer_like(name: str) -> str | None:
    """The layer of the same name as a function: PReLU for prelu, AdaptiveMaxPool1d for adaptive_max_pool1d."""
    plain = name.removesuffix("_").replace("_", "")
    return next((layer.name for layer in LAYER_TYPES if layer.name.lower() == plain), None)

"""Steps and rules: the spec's shapes, the built network and the exported code agree."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import nn

from playground.networks import Layer, NetworkSpec, SpecError
from playground.networks.operations import OPERATIONS
from playground.networks.rules import FORWARD_RULES
from playground.networks.spec import Forward, Step

IMAGES = (4, 8, 8)

# What each operation is given here: shapes of one sample, and arguments.
EXAMPLES: dict[str, tuple[list[tuple[int, ...]], dict[str, Any]]] = {
    "add": ([IMAGES, IMAGES, IMAGES], {}),
    "subtract": ([IMAGES, IMAGES], {}),
    "multiply": ([IMAGES, (4, 1, 1)], {}),
    "divide": ([IMAGES, (4, 1, 1)], {}),
    "matmul": ([(3, 5), (5, 2)], {}),
    "maximum": ([IMAGES, (4, 1, 1)], {}),
    "minimum": ([IMAGES, IMAGES], {}),
    "einsum": ([(3, 5), (5, 2)], {"equation": "bij,bjk->bki"}),
    "scaled_dot_product_attention": ([(3, 5), (4, 5), (4, 2)], {"is_causal": True, "scale": 0.5}),
    "add_number": ([IMAGES], {"number": 1.5}),
    "scale": ([IMAGES], {"number": -2}),
    "power": ([IMAGES], {"number": 2}),
    "concatenate": ([IMAGES, (2, 8, 8)], {"dim": 1}),
    "stack": ([IMAGES, IMAGES], {"dim": -1}),
    "chunk": ([IMAGES], {"chunks": 2}),
    "split": ([IMAGES], {"sizes": (1, 3)}),
    "item": ([IMAGES], {"index": 1}),
    "tuple": ([IMAGES, (3,)], {}),
    "flatten": ([IMAGES], {"start_dim": 2}),
    "reshape": ([IMAGES], {"shape": (2, -1)}),
    "unflatten": ([IMAGES], {"dim": 1, "sizes": (2, -1)}),
    "permute": ([IMAGES], {"dims": (0, 2, 3, 1)}),
    "transpose": ([IMAGES], {"dim1": 3}),
    "select": ([(5, 3)], {"index": -1}),
    "slice": ([IMAGES], {"dim": -2, "start": 1, "end": -1, "step": 2}),
    "pad": ([IMAGES], {"pad": (1, 2, 3, -1), "mode": "constant", "value": 0.5}),
    "expand": ([(4, 1, 1)], {"sizes": (-1, -1, 3, 5)}),
    "repeat": ([IMAGES], {"repeats": (1, 2, 1, 1)}),
    "flip": ([IMAGES], {"dims": (-1,)}),
    "roll": ([IMAGES], {"shifts": (1, -2), "dims": (2, 3)}),
    "expand_like": ([(4, 1, 1), IMAGES], {}),
    "unsqueeze": ([IMAGES], {"dim": 2}),
    "squeeze": ([(4, 1, 8)], {"dim": 2}),
    "mean": ([IMAGES], {"dim": (2, 3), "keepdim": True}),
    "sum": ([IMAGES], {"dim": (2, 3)}),
    "amax": ([IMAGES], {"dim": 1, "keepdim": True}),
    "amin": ([IMAGES], {"dim": (1, 2)}),
    "argmax": ([IMAGES], {"dim": 1}),
    "var": ([IMAGES], {"dim": 1, "correction": 0, "keepdim": True}),
    "std": ([IMAGES], {"dim": (2, 3)}),
    "clamp": ([IMAGES], {"min": -0.5, "max": 1}),
    "exp": ([IMAGES], {}),
    "log": ([IMAGES], {}),
    "sqrt": ([IMAGES], {}),
    "abs": ([IMAGES], {}),
    "detach": ([IMAGES], {}),
    "clone": ([IMAGES], {}),
    "relu": ([IMAGES], {}),
    "leaky_relu": ([IMAGES], {"negative_slope": 0.2}),
    "relu6": ([IMAGES], {}),
    "elu": ([IMAGES], {"alpha": 0.5}),
    "selu": ([IMAGES], {}),
    "mish": ([IMAGES], {}),
    "softplus": ([IMAGES], {}),
    "logsigmoid": ([IMAGES], {}),
    "normalize": ([IMAGES], {"p": 1.0, "dim": -1}),
    "gelu": ([IMAGES], {"approximate": "tanh"}),
    "silu": ([IMAGES], {}),
    "hardswish": ([IMAGES], {}),
    "sigmoid": ([IMAGES], {}),
    "hardsigmoid": ([IMAGES], {}),
    "tanh": ([IMAGES], {}),
    "softmax": ([IMAGES], {"dim": 1}),
    "log_softmax": ([IMAGES], {"dim": -1}),
    "max_pool2d": ([IMAGES], {"kernel_size": 3, "stride": 2, "padding": 1}),
    "avg_pool2d": ([IMAGES], {"kernel_size": 2}),
    "adaptive_avg_pool2d": ([IMAGES], {"output_size": (2, 3)}),
    "adaptive_max_pool2d": ([IMAGES], {"output_size": (2, 3)}),
    "pixel_shuffle": ([IMAGES], {"upscale_factor": 2}),
    "max_pool1d": ([(4, 9)], {"kernel_size": 3, "stride": 2, "padding": 1}),
    "avg_pool1d": ([(4, 9)], {"kernel_size": 2}),
    "norm": ([IMAGES], {"dim": (2, 3), "keepdim": True}),
    "unflatten_like": ([(3, 64), IMAGES], {}),
    "pad_like": ([IMAGES, (4, 11, 5)], {}),
    "interpolate": ([IMAGES], {"scale_factor": 2, "mode": "bilinear"}),
    "interpolate_like": ([IMAGES, (1, 5, 7)], {"mode": "bilinear", "align_corners": False}),
    "dropout": ([IMAGES], {"p": 0.25}),
}


def conv(name: str, in_channels: int, out_channels: int) -> Layer:
    sizes = {"in_channels": in_channels, "out_channels": out_channels, "kernel_size": 3, "padding": 1}
    return Layer(name, "Conv2d", sizes)


def exported(spec: NetworkSpec) -> nn.Module:
    namespace: dict[str, Any] = {"__name__": "exported"}
    exec(spec.to_code(), namespace)  # our own code, from our own spec
    return namespace[spec.name]()


def tidied(forward: Forward) -> Forward:
    """The forward without arguments that are defaults, as it is read."""
    defaults = {name: {each.name: each.default for each in found.parameters} for name, found in OPERATIONS.items()}
    steps = [
        replace(
            step, arguments={k: v for k, v in step.arguments.items() if repr(v) != repr(defaults[step.operation][k])}
        )
        if step.operation
        else step
        for step in forward.steps
    ]
    return replace(forward, steps=tuple(steps))


def assert_all_agree(spec: NetworkSpec) -> None:
    """Shapes, the built network, the exported code, and the network that its JSON describes."""
    batch = torch.randn(2, *spec.input_shape)
    built, from_code = spec.build().eval(), exported(spec).eval()
    from_code.load_state_dict(built.state_dict())
    with torch.no_grad():
        output = built(batch)
        torch.testing.assert_close(from_code(batch), output)
    trace = spec.trace((2, *spec.input_shape))
    assert trace.error is None
    assert trace.output_shape == tuple(output.shape)
    assert trace.parameters == sum(each.numel() for each in built.parameters())
    assert NetworkSpec.from_json(spec.to_json()) == spec


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_is_the_same_as_shapes_as_a_network_and_as_code(name: str) -> None:
    shapes, arguments = EXAMPLES[name]
    given = [torch.randn(3, *shape) for shape in shapes]
    inputs = tuple(f"x{index}" for index in range(len(shapes)))
    # A forward of several inputs is that of a module inside; the network itself only splits its input up.
    module = Layer(
        "module",
        "Module",
        class_name="Inner",
        forward=Forward((Step("y", operation=name, inputs=inputs, arguments=arguments),), inputs),
    )
    spec = NetworkSpec("Net", (module,), (1,))
    built = spec.build().eval().get_submodule("module")
    namespace: dict[str, Any] = {"__name__": "exported"}
    exec(spec.to_code(), namespace)
    torch.testing.assert_close(namespace["Inner"]().eval()(*given), built(*given), equal_nan=True)


# Several tensors at once are only a result.
@pytest.mark.parametrize("name", sorted(OPERATIONS.keys() - {"tuple"}))
def test_the_code_of_an_operation_is_read_as_that_operation(name: str) -> None:
    shapes, arguments = EXAMPLES[name]
    inputs = tuple(f"x{index}" for index in range(len(shapes)))
    forward = Forward((Step("y", operation=name, inputs=inputs, arguments=arguments), Step("y", "relu")), inputs)
    spec = NetworkSpec("Net", (Layer("relu", "ReLU"),), (1,), forward)
    read = NetworkSpec.from_code(spec.to_code()).forward
    assert read is not None
    assert replace(read.steps[0], inputs=inputs) == tidied(forward).steps[0]


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_has_words_for_people_and_explains_its_parameters(name: str) -> None:
    operation = OPERATIONS[name]
    assert operation.label
    assert operation.explanation.endswith(".")
    assert all(parameter.explanation.endswith((".", "...")) for parameter in operation.parameters)


@pytest.mark.parametrize("kind", ["ModuleList", "ModuleDict"])
@pytest.mark.parametrize("rule", FORWARD_RULES)
def test_a_rule_is_the_same_as_shapes_as_a_network_and_as_code(kind: str, rule: str) -> None:
    widths = {"in_order": (4, 6), "sum": (6, 6), "concatenate": (6, 2), "dense": (6, 2)}[rule]
    inputs = {"in_order": (4, 4), "sum": (4, 4), "concatenate": (4, 4), "dense": (4, 10)}[rule]
    names = ("0", "1") if kind == "ModuleList" else ("left", "right")
    children = tuple(conv(*each) for each in zip(names, inputs, widths, strict=True))
    branches = Layer("branches", kind, children=children, rule=rule)
    assert_all_agree(
        NetworkSpec("Net", (Layer("body", "Sequential", children=(replace(branches, name="0"),)),), IMAGES)
    )
    assert_all_agree(NetworkSpec("Net", (branches, Layer("relu", "ReLU")), IMAGES))


def test_a_residual_block_with_a_projection() -> None:
    block = Layer(
        "block",
        "Module",
        class_name="Residual",
        children=(conv("conv", 4, 6), Layer("norm", "BatchNorm2d", {"num_features": 6}), conv("shortcut", 4, 6)),
        forward=Forward(
            (
                Step("y", child="conv", inputs=("x",)),
                Step("y", child="norm"),
                Step("z", child="shortcut", inputs=("x",)),
                Step("y", operation="add", inputs=("y", "z")),
                Step("y", operation="relu"),
            )
        ),
    )
    assert_all_agree(NetworkSpec("Net", (block, Layer("pool", "AdaptiveAvgPool2d", {"output_size": 1})), IMAGES))


def test_a_skip_across_the_network_and_a_gate() -> None:
    spec = NetworkSpec(
        "UNet",
        (conv("down", 4, 8), Layer("pool", "MaxPool2d", {"kernel_size": 2}), conv("bottom", 8, 8), conv("up", 16, 4)),
        IMAGES,
        forward=Forward(
            (
                Step("skip", child="down"),
                Step("x", child="pool"),
                Step("x", child="bottom"),
                Step("gate", operation="mean", arguments={"keepdim": True}),
                Step("gate", operation="sigmoid"),
                Step("x", operation="multiply", inputs=("x", "gate")),
                Step("x", operation="interpolate", arguments={"scale_factor": 2}),
                Step("x", operation="concatenate", inputs=("skip", "x")),
                Step("x", child="up"),
            )
        ),
    )
    assert_all_agree(spec)
    assert [row.path for row in spec.trace((2, *IMAGES)).rows] == ["down", "pool", "bottom", "up"]


def test_a_layer_that_is_used_twice_has_its_parameters_once() -> None:
    spec = NetworkSpec("Net", (conv("conv", 4, 4),), IMAGES, forward=Forward((Step(child="conv"), Step(child="conv"))))
    assert_all_agree(spec)
    rows = spec.trace((2, *IMAGES)).rows
    assert [(row.path, row.parameters) for row in rows] == [("conv", 148), ("conv", 0)]


def test_a_step_reaches_into_containers() -> None:
    pair = Layer("pair", "ModuleDict", children=(conv("left", 4, 2), conv("right", 4, 2)))
    both = Layer("both", "ModuleList", children=(conv("0", 4, 4),))
    steps = (
        Step(child="both.0"),
        Step("a", child="pair.left", inputs=("x",)),
        Step("b", child="pair.right", inputs=("x",)),
        Step("x", operation="concatenate", inputs=("a", "b")),
    )
    spec = NetworkSpec("Net", (pair, both), IMAGES, forward=Forward(steps))
    assert_all_agree(spec)
    assert 'self.pair["left"](x)' in spec.to_code()
    assert "self.both[0](x)" in spec.to_code()


def test_modules_that_differ_in_numbers_share_a_class_with_parameters_and_others_of_its_name_do_not() -> None:
    def block(name: str, channels: int, *more: Layer) -> Layer:
        return Layer(name, "Module", class_name="Block", children=(conv("conv", channels, channels), *more))

    spec = NetworkSpec("Net", (block("a", 4), conv("wider", 4, 5), block("b", 5)), IMAGES)
    assert_all_agree(spec)
    assert spec.to_code().count("class ") == 2
    assert "def __init__(self, in_channels):" in spec.to_code()
    assert "self.b = Block(5)" in spec.to_code()
    spec = NetworkSpec("Net", (block("a", 4), block("b", 4, Layer("relu", "ReLU"))), IMAGES)
    assert_all_agree(spec)
    assert "class Block2(nn.Module):" in spec.to_code()


def test_a_layer_that_is_switched_off_passes_its_input_through() -> None:
    off = replace(conv("0", 4, 9), enabled=False)
    spec = NetworkSpec("Net", (Layer("body", "Sequential", children=(off, conv("1", 4, 2))),), IMAGES)
    assert_all_agree(spec)
    assert [row.path for row in spec.trace((2, *IMAGES)).rows] == ["body.1"]


@pytest.mark.parametrize("kind", ["ModuleList", "ModuleDict"])
def test_a_container_without_a_rule_says_what_torch_says_and_can_be_given_one(kind: str) -> None:
    spec = NetworkSpec("Net", (Layer("layers", kind, children=(conv("0", 4, 4), conv("1", 4, 4))),), IMAGES)
    error = spec.trace((2, *IMAGES)).error
    assert error is not None
    assert error.path == "layers"
    with pytest.raises(NotImplementedError) as raised:
        spec.build()(torch.zeros(2, *IMAGES))
    assert error.message == str(raised.value)
    assert "no forward" in error.cause
    fixed = [fix.apply(spec) for fix in error.fixes]
    assert {layer.layers[0].rule for layer in fixed} >= {"in_order", "sum", "concatenate"}
    for each in fixed:
        # With the dense rule the second convolution gets more channels: the next fault, at a layer of its own.
        if each.layers[0].rule != "dense":
            assert_all_agree(each)


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ((Step(child="conv9"),), "no layer of that name"),
        ((Step(child="conv", inputs=("y",)),), "'y', which no step before it computes"),
        (
            (Step("y", child="conv"), Step("z", operation="add", inputs=("x", "y"))),
            "x is 2 x 4 x 8 x 8 and y is 2 x 5 x 8 x 8",
        ),
        ((Step(operation="add"),), "2 inputs or more"),
        ((Step(operation="explode"),), "no operation 'explode'"),
        ((Step(operation="scale"),), "needs number"),
        ((Step(operation="relu", arguments={"slope": 1}),), "no argument 'slope'"),
    ],
)
def test_a_forward_that_cannot_work_is_an_error_at_the_network_and_never_raises(
    steps: tuple[Step, ...], said: str
) -> None:
    spec = NetworkSpec("Net", (conv("conv", 4, 5),), IMAGES, forward=Forward(steps))
    error = spec.trace((2, *IMAGES)).error
    assert error is not None
    assert error.path == ""
    assert said in error.message + error.cause


def test_an_operation_on_the_wrong_shapes_names_the_module_that_holds_it() -> None:
    steps = (Step("y", child="conv"), Step("y", operation="concatenate", inputs=("x", "y"), arguments={"dim": 2}))
    module = Layer("inner", "Module", class_name="Inner", children=(conv("conv", 4, 5),), forward=Forward(steps))
    spec = NetworkSpec("Net", (Layer("outer", "Sequential", children=(replace(module, name="0"),)),), IMAGES)
    error = spec.trace((2, *IMAGES)).error
    assert error is not None
    assert error.path == "outer.0"
    with pytest.raises(RuntimeError):
        spec.build()(torch.zeros(2, *IMAGES))


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ((Layer("a", "Linear", {"in_features": 2**20, "out_features": 2**21}),), "parameters, the limit"),
        (tuple(Layer(f"a{index}", "Upsample", {"scale_factor": 10}) for index in range(6)), "elements; "),
    ],
)
def test_what_no_machine_could_hold_is_refused(layers: tuple[Layer, ...], said: str) -> None:
    shape = (2**20,) if layers[0].type == "Linear" else (1, 28, 28)
    error = NetworkSpec("Net", layers, shape).trace((1, *shape)).error
    assert error is not None
    assert said in error.message
    assert error.cause == error.message


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rule": "sum"}, "Conv2d has no rule"),
        ({"class_name": "Block"}, "Conv2d has no class_name"),
        ({"enabled": 1}, "true or false"),
        ({"forward": {"steps": [{"name": "x"}]}}, "one of the two"),
        ({"forward": {"steps": [{"name": "x", "operation": "explode"}]}}, "no operation 'explode'"),
        ({"forward": {"steps": [{"name": "x", "child": "a", "inputs": [1]}]}}, "must be a text"),
        ({"forward": {"steps": [{"name": "self", "child": "a"}]}}, "cannot be self"),
        ({"type": "ModuleList", "rule": "explode", "arguments": {}}, "no rule 'explode'"),
        ({"type": "ModuleDict", "arguments": {"x": 1}}, "ModuleDict has no argument 'x'"),
    ],
)
def test_a_wrong_forward_in_json_is_refused_with_its_place(change: dict[str, Any], said: str) -> None:
    content = json.loads(NetworkSpec("Net", (conv("conv", 4, 4),), IMAGES).to_json())
    content["layers"][0] |= change
    with pytest.raises(SpecError, match=r"layers\[0\]|'conv'|enabled") as raised:
        NetworkSpec.from_json(json.dumps(content))
    assert said in str(raised.value)

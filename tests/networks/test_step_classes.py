from __future__ import annotations

from playground.networks import NetworkSpec, presets, tree
from playground.networks import step_editing as edits
from playground.networks.step_classes import modules_of_class, with_class_of_its_own

UNET = presets.load("unet")
UPS = ("up4", "up3", "up2", "up1")


def test_modules_that_differ_in_arguments_only_share_a_class() -> None:
    assert modules_of_class(UNET, "up2") == UPS
    assert modules_of_class(UNET, "") == ("",)
    changed = edits.rename_step(UNET, "up4", 1, "both").spec
    assert modules_of_class(changed, "up4") == ("up4",)
    assert modules_of_class(changed, "up2") == UPS[1:]


def test_a_module_that_differs_gets_a_class_of_its_own_as_its_code_says() -> None:
    changed = with_class_of_its_own(edits.rename_step(UNET, "up4", 1, "both").spec, "up4")
    assert [tree.find(changed, path).class_name for path in UPS] == ["Up2", "Up", "Up", "Up"]
    assert NetworkSpec.from_code(changed.to_code()).layers == changed.layers
    other = with_class_of_its_own(edits.rename_step(changed, "up3", 1, "cat").spec, "up3")
    assert tree.find(other, "up3").class_name == "Up3"


def test_a_class_that_no_other_has_keeps_its_name() -> None:
    for path in UPS:
        assert with_class_of_its_own(UNET, path) == UNET
    assert with_class_of_its_own(UNET, "") == UNET
    every = UNET
    for path in UPS:
        every = edits.rename_step(every, path, 1, "both").spec
    assert with_class_of_its_own(every, "up4") == every
    assert NetworkSpec.from_code(every.to_code()) == every

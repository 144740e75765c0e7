"""Pasted code on the Build page: read, corrected, refused with its line."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from playground.networks import presets
from playground.training import RunStore
from tests.pages.conftest import as_shown, assert_no_traceback, field, open_page


@pytest.fixture
def page(store: RunStore) -> AppTest:  # noqa: ARG001 # each test has drafts of its own, beside its runs
    page = open_page("pages/build.py")
    page.button(key="from_code").click().run()
    return page


def paste(page: AppTest, text: str) -> AppTest:
    return page.text_area(key="code_text").set_value(text).run()


def shown(page: AppTest) -> str:
    return " ".join(element.value for element in (*page.markdown, *page.error, *page.caption))


def test_pasted_code_becomes_the_draft_and_undo_brings_back_what_was(page: AppTest) -> None:
    paste(page, presets.load("cnn").to_code())
    page.button(key="use_code").click().run()
    assert_no_traceback(page)
    assert field(page, "network_name").value == "CNN"
    page.button(key="undo").click().run()
    assert field(page, "network_name").value == "LeNet"


def test_slips_are_named_with_their_line_and_corrected_by_a_click(page: AppTest) -> None:
    code = (
        presets.load("cnn").to_code().replace("nn.Linear", "nn.Liear").replace("super().__init__()", "super.__init__()")
    )
    paste(page, code)
    assert "nn.Liear" in shown(page)
    assert "Line 7" in shown(page)
    page.button(key="correct_all").click().run()
    assert page.text_area(key="code_text").value == presets.load("cnn").to_code()
    page.button(key="use_code").click().run()
    assert field(page, "network_name").value == "CNN"


def test_what_cannot_be_read_is_said_with_its_line_and_nothing_is_lost(page: AppTest) -> None:
    code = presets.load("mlp").to_code().replace("x = self.fc1(x)", "x = torch.linalg.inv(x)")
    paste(page, code)
    page.button(key="use_code").click().run()
    assert "inv" in page.error[0].value
    assert "torch.linalg.inv(x)" in page.code[-1].value
    assert page.text_area(key="code_text").value == code
    assert field(page, "network_name").value == "LeNet"


TWO_CLASSES = """class Small(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.fc = nn.Linear(784, hidden)

    def forward(self, x):
        return self.fc(x.flatten(1))


class Other(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(784, 3)

    def forward(self, x):
        return self.fc(x.flatten(1))
"""


def test_a_class_and_the_arguments_of_its_constructor_can_be_given(page: AppTest) -> None:
    paste(page, TWO_CLASSES)
    field(page, "code_entry").select("Small").run()
    page.button(key="use_code").click().run()
    assert "hidden" in page.error[0].value
    field(page, "code_arguments").set_value("hidden").run()
    page.button(key="use_code").click().run()
    assert "by name" in page.error[0].value
    field(page, "code_arguments").set_value("hidden=12").run()
    page.button(key="use_code").click().run()
    assert_no_traceback(page)
    assert field(page, "network_name").value == "Small"
    assert any("Linear(in_features=784, out_features=12)" in as_shown(button.label) for button in page.button)


def test_a_function_that_makes_a_class_can_be_chosen(page: AppTest) -> None:
    makers = "\n\ndef tiny():\n    return Small(3)\n\n\ndef wide():\n    return Small(64)\n"
    paste(page, TWO_CLASSES.partition("class Other")[0] + makers)
    page.button(key="use_code").click().run()
    assert "tiny, wide" in page.error[0].value
    field(page, "code_entry").select("wide").run()
    page.button(key="use_code").click().run()
    assert_no_traceback(page)
    assert any("Linear(in_features=784, out_features=64)" in as_shown(button.label) for button in page.button)


def test_pasted_code_is_there_again_when_the_dialog_was_closed(page: AppTest) -> None:
    page.button(key="use_code").click().run()
    assert "Paste the code" in page.info[0].value
    paste(page, TWO_CLASSES)
    page.session_state["code_dialog_open"] = False
    page.run()
    page.button(key="from_code").click().run()
    assert page.text_area(key="code_text").value == TWO_CLASSES

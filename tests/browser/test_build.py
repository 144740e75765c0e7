from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from playground.networks import NetworkSpec, presets
from playground.training import RunStore
from tests.browser.conftest import Server
from tests.browser.held_line import HeldLine
from tests.browser.train_page import PATIENCE_MS, button, sentences, tracebacks, wait_for, wait_for_torch

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.usefixtures("clean_console")


@pytest.fixture(scope="module")
def server_of_app(app: Callable[..., Server]) -> Server:
    """The server of all tests here; the last one kills it."""
    return app()


@pytest.fixture(scope="module")
def url(server_of_app: Server) -> str:
    return server_of_app.url


def test_lenet_by_hand_from_an_empty_page_to_train(page: Page, url: str, store: RunStore) -> None:
    page.goto(url + "/build")
    page.locator("[data-testid=stGraphVizChart] svg").wait_for(timeout=PATIENCE_MS)
    button(page, "start_from").click()
    button(page, "empty").click()
    page.get_by_text("The network is empty").wait_for()
    draft = draft_file(page, store)
    wait_for(lambda: layers(draft) == 0, "the empty draft")
    fill(page, "network_name", "LeNet")

    add(page, draft, "Container", "Sequential")
    fill(page, "name_sequential", "conv")
    for place, channels in ((0, 6), (3, 16)):
        add(page, draft, "Convolution", "Conv2d")
        fill(page, f"argument_Conv2d_conv-{place}_out_channels", str(channels))
        fill(page, f"argument_Conv2d_conv-{place}_kernel_size", "5")
        add(page, draft, "Activation", "Sigmoid")
        add_by_search(page, draft, "max 2d", "MaxPool2d")
        fill(page, f"argument_MaxPool2d_conv-{place + 2}_stride", "2")
    select(page, "select_conv-5")
    page.get_by_text("It goes to the end of the network").wait_for()

    add(page, draft, "Shape", "Flatten")
    add(page, draft, "Container", "Sequential")
    fill(page, "name_sequential", "fc")
    for place, features in ((0, 120), (2, 84), (4, 10)):
        add(page, draft, "Linear", "Linear")
        fill(page, f"argument_Linear_fc-{place}_out_features", str(features))
        if features != 10:
            add(page, draft, "Activation", "Sigmoid")

    page.get_by_text("44,426 parameters").first.wait_for()
    page.locator("[data-testid=stGraphVizChart] svg").get_by_text("1 × 84").first.wait_for()
    assert sentences(page).count() == 0
    wait_for(lambda: NetworkSpec.from_json(draft.read_text()) == presets.load("lenet"), "the saved draft")

    page.reload()
    page.get_by_text("44,426 parameters").first.wait_for()
    button(page, "open_in_train").click()
    page.get_by_role("heading", name="Train", exact=True).wait_for()
    wait_for_torch(page)
    assert "LeNet" in page.locator(".st-key-network input").input_value()
    assert button(page, "start").is_enabled()
    assert tracebacks(page).count() == 0


def test_a_container_becomes_a_block_and_a_preset_has_options(page: Page, url: str) -> None:
    page.goto(url + "/build")
    page.get_by_text("44,426 parameters").first.wait_for(timeout=PATIENCE_MS)
    select(page, "select_conv")
    button(page, "save_block").click()
    fill(page, "block_name_conv", "Stem")
    button(page, "save_as_block").click()
    page.get_by_text("is in the palette now").wait_for()

    button(page, "start_from").click()
    choose(page, "preset", "ResNet-18")
    fill(page, "preset_resnet18_num_classes", "10")
    button(page, "use_preset").click()
    page.get_by_text("11,181,642 parameters").first.wait_for()
    button(page, "use_preset").wait_for(state="hidden")

    choose(page, "palette_search", "block of your own")
    button(page, "add_block").click()
    page.locator(".st-key-name_stem").wait_for()
    assert tracebacks(page).count() == 0


def test_a_pill_takes_a_click_though_the_one_before_it_is_out_of_sight(page: Page, url: str) -> None:
    page.goto(url + "/build")
    page.get_by_text("44,426 parameters").first.wait_for(timeout=PATIENCE_MS)
    pills = button(page, "palette_group")
    pills.filter(has_text="Linear").click()
    button(page, "add_Linear").wait_for()
    field(page, "network_name").click()

    pills.filter(has_text="Shape").evaluate("(pill) => pill.scrollIntoView({ block: 'start' })")
    assert pills.filter(has_text="Linear").bounding_box()["y"] < 0  # type: ignore[index] # it is on the page
    hover(page, pills.filter(has_text="Shape"))
    page.mouse.down()
    page.wait_for_timeout(100)
    page.mouse.up()
    button(page, "add_Flatten").wait_for()


def test_the_tooltip_of_a_button_gives_way_to_the_mouse(page: Page, url: str) -> None:
    page.goto(url + "/build")
    page.get_by_text("44,426 parameters").first.wait_for(timeout=PATIENCE_MS)
    hover(page, button(page, "add_Conv2d"))
    tooltip = page.get_by_role("tooltip")
    tooltip.wait_for()
    covered = tooltip.bounding_box()
    assert covered is not None
    page.mouse.move(covered["x"] + covered["width"] / 2, covered["y"] + covered["height"] / 2)
    tooltip.wait_for(state="hidden")


def test_what_is_typed_counts_when_the_next_click_is_a_button(page: Page, url: str, store: RunStore) -> None:
    page.goto(url + "/build")
    page.get_by_text("44,426 parameters").first.wait_for(timeout=PATIENCE_MS)
    select(page, "select_conv-0")
    page.locator(".st-key-argument_Conv2d_conv-0_kernel_size input").fill("3")
    button(page, "layer_duplicate").click()
    button(page, "select_conv-6").wait_for()
    spec = NetworkSpec.from_json(draft_file(page, store).read_text())
    assert [layer.arguments["kernel_size"] for layer in spec.layers[0].children[:2]] == [3, 3]


def test_a_request_that_has_not_heard_of_the_answer_repeats_nothing(page: Page, url: str) -> None:
    line = HeldLine(page)
    page.goto(url + "/build")
    page.get_by_text("44,426 parameters").first.wait_for(timeout=PATIENCE_MS)
    select(page, "select_conv-0")
    field(page, "argument_Conv2d_conv-0_kernel_size").wait_for()
    before = rows(page).count()

    with line.held():
        choose(page, "palette_search", "max 2d")
        line.wait_for_an_answer()
        select(page, "select_fc")
        page.wait_for_timeout(1000)

    page.locator(".st-key-name_fc").wait_for()
    assert rows(page).count() == before + 1
    assert tracebacks(page).count() == 0


def test_a_draft_and_its_undo_outlive_the_server(
    page: Page, app: Callable[..., Server], server_of_app: Server, console_errors: list[str]
) -> None:
    page.goto(server_of_app.url + "/build")
    page.get_by_text("44,426 parameters").first.wait_for(timeout=PATIENCE_MS)
    select(page, "select_fc")
    button(page, "layer_delete").click()
    page.get_by_text("2,572 parameters").first.wait_for()
    address = page.url
    server_of_app.stop(signal.SIGKILL)

    app(port=int(server_of_app.url.rpartition(":")[2]))
    page.goto(address)
    page.get_by_text("2,572 parameters").first.wait_for(timeout=PATIENCE_MS)
    button(page, "undo").click()
    page.get_by_text("44,426 parameters").first.wait_for()
    assert tracebacks(page).count() == 0
    # Without a server, the browser said so in the console.
    console_errors.clear()


def select(page: Page, key: str) -> None:
    # While a new server draws the page again, the layers of both times can be there for a moment.
    button(page, key).first.click()


def add(page: Page, draft: Path, group: str, type_name: str) -> None:
    """Add a layer from the palette and wait until it is in the draft."""
    button(page, "palette_group").filter(has_text=group).click()
    before = layers(draft)
    button(page, f"add_{type_name}").click()
    wait_for(lambda: layers(draft) == before + 1, f"the new {type_name}")


def add_by_search(page: Page, draft: Path, typed: str, type_name: str) -> None:
    """Add the first layer that is listed for what is typed, and wait until it is in the draft."""
    before = layers(draft)
    choose(page, "palette_search", typed)
    wait_for(lambda: layers(draft) == before + 1, f"the new {type_name}")


def draft_file(page: Page, store: RunStore) -> Path:
    """Where the page's draft is saved."""
    draft_id = parse_qs(urlsplit(page.url).query)["draft"][0]
    return store.folder.with_name("drafts") / f"{draft_id}.json"


def layers(draft: Path) -> int:
    """How many layers the saved draft has. On the page, a row that was renamed is there twice for a moment."""
    return draft.read_text().count('"type"')


def hover(page: Page, target: Locator) -> None:
    """Move the mouse as a person does, wherever that leads, and without Playwright's scrolling."""
    box = target.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=5)


def choose(page: Page, key: str, typed: str) -> None:
    """Type into a list and take its first entry."""
    field(page, key).click()
    page.keyboard.type(typed)
    page.keyboard.press("Enter")


def fill(page: Page, key: str, value: str) -> None:
    """Write into a field and wait until the page has answered.

    A field that was given another value is there twice as long as its page is drawn anew.
    """
    written = field(page, key)
    wait_for(lambda: written.count() == 1, f"the field {key}")
    written.fill(value)
    written.press("Enter")
    page.locator(".stApp[data-test-script-state=notRunning]").wait_for()


def field(page: Page, key: str) -> Locator:
    """The field of this key; one that was given another value has a version after its key."""
    return page.locator(f'.st-key-{key} input, [class*="st-key-{key}-"] input')


def rows(page: Page) -> Locator:
    return page.locator("[class*=st-key-select_]")

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

APP = "tests/browser/apps/growing_curves.py"
LOSS, ACCURACY = 0, 1

CHART = """
    (index) => {
        const node = document.querySelectorAll(".live-chart")[index];
        const style = getComputedStyle(node.querySelector(".main-svg"));
        return {
            tag: node.dataset.tag,
            range: node._fullLayout.xaxis.range,
            lastStep: node.data[0].x.at(-1),
            hidden: node._fullData.filter((trace) => trace.visible !== true).map((trace) => trace.name),
            background: style.backgroundColor,
            text: getComputedStyle(node.querySelector(".xtitle")).fill,
            label: node.getAttribute("aria-label"),
            widths: [node.clientWidth, node.querySelector(".main-svg").clientWidth],
        };
    }
"""


@pytest.fixture(scope="module")
def url(server: Callable[..., Server]) -> str:
    return server(APP).url


def test_redraws_keep_the_node_and_fetch_plotly_once(page: Page, url: str, console_errors: list[str]) -> None:
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    open_chart(page, url)
    page.evaluate("document.querySelectorAll('.live-chart').forEach((node, i) => (node.dataset.tag = i))")
    before = chart(page)

    wait_for_redraws(page, 20)
    page.get_by_role("button", name="Rerun").click()
    wait_for_redraws(page, 2)

    after = chart(page)
    assert [after["tag"], chart(page, ACCURACY)["tag"]] == ["0", "1"]
    assert after["lastStep"] > before["lastStep"]
    assert after["label"].startswith("Loss by training step. Latest values: batch ")
    assert len([address for address in fetched if "plotly.min.js" in address]) == 1
    assert console_errors == []


def test_no_frame_is_blank_and_nothing_moves(page: Page, url: str) -> None:
    open_chart(page, url)
    frames = page.evaluate(
        """
        async () => {
            const nodes = [...document.querySelectorAll(".live-chart")];
            const frames = [];
            const until = performance.now() + 2500;
            while (performance.now() < until) {
                await new Promise(requestAnimationFrame);
                const lines = nodes[0].querySelectorAll(".js-line").length;
                frames.push([lines > 0, ...nodes.map((node) => JSON.stringify(node.getBoundingClientRect()))]);
            }
            return frames;
        }
        """
    )
    assert len(frames) > 20
    assert all(drawn for drawn, *_ in frames)
    assert len({tuple(boxes) for _, *boxes in frames}) == 1


def test_zoom_by_dragging_survives_redraws_and_double_click_resets_it(
    page: Page, url: str, console_errors: list[str]
) -> None:
    open_chart(page, url)
    drag_across_the_plot(page)
    zoomed = chart(page)["range"]
    wait_for_redraws(page, 6)
    later = chart(page)
    assert later["range"] == zoomed
    assert zoomed[1] < later["lastStep"]

    page.mouse.dblclick(*middle_of_the_plot(page))
    page.wait_for_function("document.querySelector('.live-chart')._fullLayout.xaxis.autorange === true")
    wait_for_redraws(page, 3)
    reset = chart(page)
    assert reset["range"][0] <= 1
    assert reset["range"][1] >= reset["lastStep"] > later["lastStep"]
    assert console_errors == []


def test_a_slow_drag_is_not_disturbed_by_new_data(page: Page, url: str) -> None:
    open_chart(page, url)
    at_the_start, at_the_end = drag_across_the_plot(page, pause_ms=1500)
    assert at_the_end == at_the_start
    start, end = chart(page)["range"]
    assert at_the_start["range"][0] < start < end < at_the_start["range"][1]
    wait_for_redraws(page, 2)
    assert chart(page)["lastStep"] > at_the_start["lastStep"]
    assert chart(page)["range"] == [start, end]


def test_a_curve_hidden_in_the_legend_stays_hidden(page: Page, url: str) -> None:
    open_chart(page, url)
    page.locator(".live-chart").first.locator(".legendtoggle").first.click()
    page.wait_for_function(f"({CHART})(0).hidden.length > 0")
    wait_for_redraws(page, 5)
    assert chart(page)["hidden"] == ["Batch"]


def test_light_and_dark_are_followed_while_the_page_is_open(
    new_page: Callable[..., Page], url: str, console_errors: list[str]
) -> None:
    page = new_page(color_scheme="light")
    open_chart(page, url)
    light = wait_for_the_colours_of_the_page(page)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"({CHART})(0).background !== '{light['background']}'")
    switched = wait_for_the_colours_of_the_page(page)
    assert brightness(light["background"]) > 200 > 100 > brightness(light["text"])
    assert brightness(switched["background"]) < 60 < 180 < brightness(switched["text"])

    fresh = new_page(color_scheme="dark")
    open_chart(fresh, url)
    assert wait_for_the_colours_of_the_page(fresh)["background"] == switched["background"]
    assert console_errors == []


def test_width_follows_the_container(page: Page, url: str) -> None:
    open_chart(page, url)
    (wide, _) = chart(page)["widths"]
    page.set_viewport_size({"width": 500, "height": 900})
    page.wait_for_function(f"({CHART})(0).widths[1] < {wide - 100}")
    node, drawing = chart(page)["widths"]
    assert drawing == node


def test_the_space_is_reserved_before_plotly_arrives(page: Page, url: str) -> None:
    held: list[Any] = []
    page.route("**/plotly.min.js", lambda route: held.append(route))
    page.goto(url)
    node = page.locator(".live-chart").first
    node.wait_for(state="attached")
    before = node.bounding_box()
    while not held:
        page.wait_for_timeout(50)
    held[0].continue_()
    page.wait_for_selector(".live-chart .js-line")
    assert before is not None
    assert before == node.bounding_box()
    assert before["height"] == 320


def test_a_failed_load_is_said_in_place(page: Page, url: str) -> None:
    page.route("**/plotly.min.js", lambda route: route.abort())
    page.goto(url)
    page.get_by_text("The chart could not be loaded. Reload the page.").first.wait_for()


def test_a_chart_in_a_closed_tab_is_drawn_when_the_tab_opens(
    page: Page, server: Callable[..., Server], console_errors: list[str]
) -> None:
    page.goto(server("tests/browser/apps/chart_in_a_tab.py").url)
    page.get_by_role("tab", name="Chart").click()
    page.wait_for_selector(".live-chart .js-line")
    node, drawing = chart(page)["widths"]
    assert drawing == node > 300
    assert page.evaluate("document.querySelector('.live-chart').data[0].y") == [None, 3, 2, None, 1]

    page.get_by_text("Show").click()
    page.locator(".live-chart").wait_for(state="detached")
    page.get_by_text("Show").click()
    page.wait_for_selector(".live-chart .js-line")
    assert console_errors == []


def open_chart(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_function(f"document.querySelector('.live-chart .js-line') && ({CHART})(0).lastStep > 100")
    page.evaluate(
        """() => {
            window.redraws = 0;
            document.querySelector(".live-chart").on("plotly_afterplot", () => window.redraws++);
        }"""
    )


def chart(page: Page, index: int = LOSS) -> Any:
    return page.evaluate(CHART, index)


def wait_for_redraws(page: Page, count: int) -> None:
    page.wait_for_function("(target) => window.redraws >= target", arg=page.evaluate("window.redraws") + count)


def wait_for_the_colours_of_the_page(page: Page) -> Any:
    page.wait_for_function(
        f"""() => {{
            const chart = ({CHART})(0);
            const page = getComputedStyle(document.querySelector(".stApp"));
            return chart.background === page.backgroundColor && chart.text === page.color;
        }}"""
    )
    return chart(page)


def drag_across_the_plot(page: Page, pause_ms: int = 0) -> tuple[Any, Any]:
    """Zoom with the mouse; return the chart when the button went down and just before it came up."""
    x, y = middle_of_the_plot(page)
    page.mouse.move(x - 150, y - 40)
    page.mouse.down()
    at_the_start = chart(page)
    page.mouse.move(x, y, steps=5)
    page.wait_for_timeout(pause_ms)
    page.mouse.move(x + 100, y + 60, steps=5)
    at_the_end = chart(page)
    page.mouse.up()
    page.wait_for_function("document.querySelector('.live-chart')._fullLayout.xaxis.autorange === false")
    return at_the_start, at_the_end


def middle_of_the_plot(page: Page) -> tuple[float, float]:
    box = page.locator(".live-chart").first.locator(".nsewdrag").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def brightness(color: str) -> float:
    channels = [float(part) for part in color[color.index("(") + 1 : -1].split(",")[:3]]
    return sum(channels) / 3

"""Whole journeys in Chromium: without JavaScript, by keyboard alone, and what they leave behind."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_it_works_without_javascript(open_page: Open) -> None:
    """Home, which one, results, a filter, the listing; nothing of another origin, no cookie."""
    page = open_page(java_script_enabled=False)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    home = page.url
    page.get_by_label("Detox").check()
    page.get_by_label("Where?").fill("Hartford")
    page.get_by_role("button", name="Find help").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Which one?")
    assert page.url == home + "search/"
    page.get_by_role("link", name="Hartford, Connecticut").click()
    assert page.url == home + "find/hartford-ct/?type=detox&within=25"
    expect(page.get_by_role("heading", level=1)).to_contain_text("Detox within 25 miles")
    page.get_by_role("checkbox", name="Medicaid (").check()
    page.get_by_role("button", name="Show results").first.click()
    assert "payment=medicaid" in page.url
    expect(page.get_by_role("link", name="Remove Medicaid")).to_be_visible()
    call = page.get_by_role("link", name="Call (860) 555-0100")
    assert call.get_attribute("href") == "tel:+18605550100"
    page.get_by_role("link", name="Harbour House").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Harbour House")
    expect(page.get_by_text("your old dose can kill you")).to_be_visible()
    assert page.context.cookies() == []
    assert [address for address in asked if not address.startswith(home)] == []


def test_nothing_is_stored(open_page: Open) -> None:
    page = open_page("/find/hartford-ct/?type=detox")
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [
        0, 0, "",
    ]  # fmt: skip
    assert page.context.cookies() == []


def test_an_image_from_elsewhere_would_be_blocked(open_page: Open) -> None:
    page = open_page()
    broken = page.evaluate(
        """() => new Promise(done => {
            document.addEventListener("securitypolicyviolation", event => done(event.blockedURI));
            const image = document.createElement("img");
            image.src = "http://evil.example/pixel.png";
            document.body.append(image);
        })"""
    )
    assert broken.startswith("http://evil.example/")


def tab_to(page: Page, selector: str, most: int = 120) -> None:
    """Press Tab until the element has the focus, as a keyboard user would."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not reach {selector}.")


def test_by_keyboard_alone(open_page: Open) -> None:
    page = open_page()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    tab_to(page, "input[name=type]")
    page.keyboard.press("ArrowDown")  # from “any kind”, the last, to the first: detox
    assert page.evaluate("document.activeElement.value") == "detox"
    tab_to(page, "#place")
    page.keyboard.type("Hartford, CT")
    page.keyboard.press("Enter")
    page.wait_for_url("**/find/hartford-ct/**")
    tab_to(page, ".card h3 a")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    name = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.wait_for_url("**/listing/**")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize(
    "path", ["/", "/find/hartford-ct/", "/find/hartford-ct/?type=family-support&within=5",
             "/about/", "/privacy/", "/sources/", "/how-we-order/", "/nowhere/"],
)  # fmt: skip
def test_nothing_is_wider_than_the_screen(open_page: Open, path: str, width: int) -> None:
    page = open_page(path, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_targets_are_large_enough(open_page: Open) -> None:
    """Buttons to call are 44 px high; what stands alone can be hit with 24 px."""
    page = open_page("/find/hartford-ct/", viewport={"width": 320, "height": 800})
    calls = page.locator(".call, .help-now a, button:visible")
    assert all(box["height"] >= 44 for box in map(_box, calls.all()))
    alone = page.locator(".tick:visible, .chips a, .card h3 a, summary:visible, .site-foot a")
    assert all(box["height"] >= 24 for box in map(_box, alone.all()))


def _box(locator: object) -> dict[str, float]:
    return locator.bounding_box()  # type: ignore[attr-defined]

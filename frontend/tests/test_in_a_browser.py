"""A real visit: Streamlit serves the page, Chromium draws it, and `target/frontend` keeps pictures to look at."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import urlencode

import pytest
import requests
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, sync_playwright
from reading import APP
from stub_api import StubApi

PICTURES = APP.parents[1] / "target" / "frontend"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = """
    --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
    --disable-component-update --disable-sync
"""

# The ground, the river, letters, and the stations' four colours.
COLOURS_OF_A_DRAWN_MAP = 6


@pytest.fixture(scope="module")
def browser() -> str:
    found = next((path for path in map(shutil.which, BROWSERS) if path), None)
    if found is None:
        pytest.skip(f"no browser to visit the page with: none of {', '.join(BROWSERS)} is installed")
    return found


@pytest.fixture
def served(api: StubApi) -> Iterator[str]:
    """The address of the page."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(APP), "--server.port", str(port)]
    server = subprocess.Popen(command, env=os.environ | {"API_URL": api.url}, stdout=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_healthy(url)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=10)


@pytest.fixture
def chromium(browser: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=FLAGS.split())
        yield chromium
        chromium.close()


@pytest.fixture
def tab(chromium: Browser) -> Page:
    tab = chromium.new_page(viewport={"width": 1360, "height": 1100}, locale="en-GB")
    tab.set_default_timeout(30_000)
    return tab


@pytest.fixture
def telephone(chromium: Browser) -> Page:
    """A small one, whose owner reads French."""
    viewport = {"width": 375, "height": 812}
    tab = chromium.new_page(viewport=viewport, locale="fr-FR", is_mobile=True, has_touch=True, device_scale_factor=2)
    tab.set_default_timeout(30_000)
    return tab


def test_a_visit(served: str, tab: Page) -> None:
    wanted: list[str] = []
    tab.on("request", lambda request: wanted.append(request.url))

    visit(tab, served, station="11001")
    tab.get_by_text("hours without an observation").wait_for()
    tab.locator("[data-testid=stVegaLiteChart] svg.marks").wait_for()
    wait_until_drawn(tab.get_by_test_id("stDeckGlJsonChart"))
    take_picture(tab, "stations")

    visit(tab, served, page="Journey", **{"from": "11001", "to": "14111"})
    tab.get_by_text("Or walk all the way").wait_for()
    wait_until_drawn(tab.get_by_test_id("stDeckGlJsonChart"))
    take_picture(tab, "journey")

    visit(tab, served, page="Favourites", favourite=["11001", "12109"])
    tab.locator("[data-testid=stVegaLiteChart] svg.marks").nth(1).wait_for()
    take_picture(tab, "favourites")

    assert tab.get_by_test_id("stException").count() == 0
    strangers = [url for url in wanted if not url.startswith((served, "data:", "blob:"))]
    assert strangers == [], "the page must ask nothing of any other machine"


def test_a_simulated_city_is_unmistakable(served: str, tab: Page, api: StubApi) -> None:
    api.source = "simulated"
    visit(tab, served)
    tab.get_by_text("No bike stands behind any number").wait_for()
    wait_until_drawn(tab.get_by_test_id("stDeckGlJsonChart"))
    take_picture(tab, "simulated")


@pytest.mark.parametrize(
    ("name", "said", "query"),
    [
        ("stations", "heures sans relevé", {"station": "11001"}),
        ("journey", "Ou tout à pied", {"page": "Journey", "from": "11001", "to": "14111"}),
        ("favourites", "la probabilité de trouver", {"page": "Favourites", "favourite": ["11001", "12109"]}),
    ],
)
def test_a_french_telephone(served: str, telephone: Page, name: str, said: str, query: dict) -> None:
    visit(telephone, served, **query)
    telephone.get_by_text(said).first.wait_for()
    take_picture(telephone, f"{name}-telephone")
    assert telephone.get_by_test_id("stException").count() == 0
    wider = "main => main.scrollWidth - main.clientWidth"
    assert telephone.get_by_test_id("stMain").evaluate(wider) <= 0, "the page must not be wider than the telephone"


def test_a_favourite_that_is_chosen_is_in_the_address(served: str, tab: Page) -> None:
    visit(tab, served, page="Favourites")
    tab.get_by_role("combobox", name="Favourite stations").fill("Bastille")
    tab.get_by_role("option", name="Bastille - Richard Lenoir · 11001").click()
    card = tab.locator("h4", has_text="Bastille - Richard Lenoir")
    card.wait_for()
    tab.wait_for_url("**favourite=11001**")
    tab.reload()
    card.wait_for()


def visit(tab: Page, served: str, **query: str | list[str]) -> None:
    tab.goto(f"{served}/?{urlencode(query, doseq=True)}")
    tab.get_by_role("heading", name="Paris Pulse").wait_for()


def take_picture(tab: Page, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    tab.screenshot(path=PICTURES / f"{name}.png")


def wait_until_drawn(chart: Locator) -> None:
    """A map that failed to draw is a canvas of one colour."""
    deadline = time.monotonic() + 30
    while colours(chart) < COLOURS_OF_A_DRAWN_MAP:
        assert time.monotonic() < deadline, "the map was not drawn within 30 s"


def colours(chart: Locator) -> int:
    """Colours that fill at least 100 pixels, after rounding off the edges of things."""
    picture = Image.open(BytesIO(chart.screenshot())).convert("RGB").quantize(24)
    return sum(count >= 100 for count, _ in picture.getcolors())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_healthy(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if requests.get(f"{url}/_stcore/health", timeout=1).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError("Streamlit did not start within a minute")

"""The page, run by Streamlit's own test runner against a stub of the API."""

from collections.abc import Iterator

import pytest
import streamlit as st
from reading import APP
from streamlit.testing.v1 import AppTest
from stub_api import StubApi


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """No test sees what another one's API answered."""
    st.cache_data.clear()


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[StubApi]:
    """A live city; a test may set `source` before it opens the page."""
    with StubApi() as stub:
        monkeypatch.setenv("API_URL", stub.url)
        yield stub


@pytest.fixture
def page() -> AppTest:
    """The page, not yet opened."""
    return AppTest.from_file(str(APP), default_timeout=30)

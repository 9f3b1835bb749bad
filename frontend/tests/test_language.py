"""Every page in both languages: nothing is left in the other one, and numbers are the same."""

import inspect
from pathlib import Path
from string import Formatter

import pytest
import streamlit as st
from reading import APP, address, texts
from streamlit.testing.v1 import AppTest
from stub_api import StubApi

import language
import phrases
import words
from phrases import Phrase

PHRASES = {name: phrase for name, phrase in inspect.getmembers(phrases) if isinstance(phrase, Phrase)}

# The same word in both.
SHARED = {"PAGE", "STATIONS", "STATION"}

PAGES = {
    "stations": {"station": "11001"},
    "a closed station": {"station": "id-Hôtel de Ville (relais)"},
    "journey": {"page": "Journey", "from": "11001", "to": "14111"},
    "no journey": {"page": "Journey"},
    "favourites": {"page": "Favourites", "favourite": ["11001", "17041"]},
    "a time of day": {"page": "Favourites", "favourite": ["11001"], "when": "daily", "want": "docks", "at_least": "2"},
    "no favourites": {"page": "Favourites"},
}


@pytest.fixture
def french(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "chosen", lambda: "fr")


def written(page: AppTest) -> str:
    """Running text, boxes, and what stands on widgets."""
    boxes = [box.value for box in [*page.info, *page.warning, *page.error]]
    widgets = [
        *page.selectbox,
        *page.multiselect,
        *page.slider,
        *page.button_group,
        *page.time_input,
        *page.metric,
        *page.button,
    ]
    options = [option for widget in page.button_group for option in widget.options]
    expanders = [expander.label for expander in page.expander]
    return "\n".join([texts(page), *boxes, *(widget.label for widget in widgets), *map(str, options), *expanders])


def stretches(text: str) -> list[str]:
    """What of a phrase stands between what is told in it."""
    return [literal.strip(" .,:") for literal, *_ in Formatter().parse(text)]


@pytest.mark.parametrize("query", PAGES.values(), ids=PAGES)
def test_a_page_in_french_has_no_english_phrase(api: StubApi, page: AppTest, query: dict) -> None:
    page.query_params.update({"lang": "fr", **query})
    page.run()
    assert not page.exception
    assert set(api.spoken) == {"fr"}
    shown = written(page)
    french = " ".join(phrase.fr for phrase in PHRASES.values())
    english = {part for phrase in PHRASES.values() for part in stretches(phrase.en) if len(part) > 4}
    assert [part for part in sorted(english) if part in shown and part not in french] == []


def test_a_phrase_tells_the_same_in_both_languages() -> None:
    def told(text: str) -> set[str]:
        return {field for _, field, *_ in Formatter().parse(text) if field}

    assert [name for name, phrase in PHRASES.items() if told(phrase.en) != told(phrase.fr)] == []


def test_every_phrase_is_translated() -> None:
    assert {name for name, phrase in PHRASES.items() if phrase.en == phrase.fr} == SHARED


def test_every_phrase_is_said_somewhere() -> None:
    sources = [path.read_text() for path in APP.parent.rglob("*.py") if Path("tests") not in path.parents]
    said = "\n".join(sources)
    assert [name for name in PHRASES if f"phrases.{name}" not in said] == []


@pytest.mark.parametrize(
    ("browser", "spoken"), [("fr-FR", "fr"), ("fr", "fr"), ("en-GB", "en"), ("de-DE", "en"), (None, "en")]
)
def test_the_browser_decides_where_nobody_chose(
    api: StubApi, page: AppTest, monkeypatch: pytest.MonkeyPatch, browser: str | None, spoken: str
) -> None:
    monkeypatch.setattr(type(st.context), "locale", property(lambda _: browser))
    page.run()
    assert page.button_group(key="lang").value == spoken
    assert "lang" not in page.query_params


def test_the_address_decides_before_the_browser(api: StubApi, page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(st.context), "locale", property(lambda _: "fr-FR"))
    page.query_params["lang"] = "en"
    page.run()
    assert "bikes" in written(page)


def test_a_choice_of_language_stays_in_the_address_and_moves_nothing_else(api: StubApi, page: AppTest) -> None:
    page.query_params.update({"page": "Favourites", "favourite": ["11001"], "want": "docks"})
    page.run()
    page.button_group(key="lang").set_value("fr").run()
    assert not page.exception
    assert "trouver une place" in texts(page)
    assert address(page) == {"lang": ["fr"], "page": ["Favourites"], "favourite": ["11001"], "want": ["docks"]}


def test_what_was_chosen_stays_when_the_language_changes(api: StubApi, page: AppTest) -> None:
    page.query_params.update({"page": "Journey", "from": "11001", "to": "14111"})
    page.run()
    page.button_group(key="bike").set_value("ebike").run()
    page.slider(key="max_walk_m").set_value(1500).run()
    page.button_group(key="lang").set_value("fr").run()
    assert not page.exception
    asked = api.queries("/v1/journeys")[-1]
    assert (asked["bike"], asked["max_walk_m"], api.spoken[-1]) == ("ebike", "1500", "fr")


def test_french_numbers_have_a_comma_and_spaces_that_do_not_break(french: None) -> None:
    assert words.count(3.37) == "3,5"
    assert words.probability(0.8) == "0,80"
    assert words.distance(4320) == "4,3\u00a0km"
    assert words.minutes(3660) == "1\u00a0h\u00a001\u00a0min"
    assert words.clock("2026-11-20T14:05:03+01:00") == "14\u00a0h\u00a005"
    assert words.age(720) == "il y a 12\u00a0min"


def test_without_an_api_the_page_says_so_in_its_language(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_URL", "http://127.0.0.1:9")
    page.query_params["lang"] = "fr"
    page.run()
    assert "http://127.0.0.1:9 ne répond pas" in page.error[0].value

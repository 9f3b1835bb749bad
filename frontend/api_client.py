"""Asks the API and hands back what it answers, unchanged. Knows addresses and errors, and nothing about bikes."""

import os
from typing import Any
from urllib.parse import quote

import requests
import streamlit as st

import language
import phrases
from language import say

DEFAULT_URL = "http://127.0.0.1:8000"

# The API itself gives up after 20 s, and says so better than a broken connection does.
PATIENCE_S = 25.0

# Seconds for which an answer is shown again without asking: a click must not fetch 1,500 stations anew.
FRESH_S = 15

# What is shown meanwhile, in no language.
WAITING = "…"

Answer = dict[str, Any]


class ApiError(Exception):
    """The API refused, or did not answer: why, and a hint where it gives one, both for the person at the screen."""

    def __init__(self, text: str, hint: str | None = None) -> None:
        super().__init__(text)
        self.hint = hint


def api_url() -> str:
    """Where the API is, from the environment."""
    return os.environ.get("API_URL", DEFAULT_URL).rstrip("/")


def stations() -> Answer:
    """Every station with its bikes and docks."""
    return fresh("/v1/stations", language.chosen())


def forecast(station: str) -> Answer:
    """One station now and at every horizon, by whatever forecaster answers; a station is its code or its id."""
    return fresh(f"/v1/stations/{quote(station, safe='')}/forecast", language.chosen())


def past_day(station: str) -> Answer:
    """The same station with its last 24 hours, which come with the model's forecast or not at all."""
    return fresh(f"/predict/{quote(station, safe='')}", language.chosen())


def geocode(text: str) -> Answer:
    """Places that bear a name, the best first, and to whom that is owed."""
    return places(text, language.chosen())


def journeys(origin: str, destination: str, bike: str, max_walk_m: int) -> Answer:
    """Ways from one place to another; a place is `lat,lon`."""
    # `from` is a word of Python's and cannot be written as an argument.
    ends = {"from": origin, "to": destination}
    return fresh("/v1/journeys", language.chosen(), **ends, bike=bike, max_walk_m=max_walk_m)


def watch(form: dict[str, Any]) -> Answer:
    """How likely a bike or a dock is at some stations over some hours, and when to leave for it."""
    return watched(form, language.chosen())


@st.cache_data(ttl=FRESH_S, show_spinner=WAITING)
def fresh(path: str, lang: str, **parameters: str | int) -> Answer:
    """One GET, whose sentences are in a language."""
    return told("GET", path, lang, params=parameters)


@st.cache_data(ttl=3600, show_spinner=WAITING)
def places(text: str, lang: str) -> Answer:
    """The same of what does not change with the counts."""
    return told("GET", "/v1/geocode", lang, params={"q": text, "limit": 1})


@st.cache_data(ttl=FRESH_S, show_spinner=WAITING)
def watched(form: dict[str, Any], lang: str) -> Answer:
    """The one POST."""
    return told("POST", "/v1/watch", lang, json=form)


def told(method: str, path: str, lang: str, **sent: Any) -> Answer:
    """One answer; anything but a success becomes an `ApiError` that says what the API said."""
    url = api_url() + path
    headers = {"Accept-Language": lang}
    try:
        response = requests.request(method, url, timeout=PATIENCE_S, headers=headers, **sent)
    except requests.RequestException as error:
        raise ApiError(say(phrases.API_SILENT, url=api_url())) from error
    try:
        answer = response.json()
    except requests.JSONDecodeError as error:
        raise ApiError(say(phrases.API_WITHOUT_JSON, url=url, status=response.status_code)) from error
    if not response.ok:
        unnamed = say(phrases.API_STATUS, url=url, status=response.status_code)
        raise ApiError(answer.get("detail") or answer.get("title") or unnamed, answer.get("hint"))
    return answer

"""Asks the API and hands back what it answers, unchanged. Knows addresses and errors, and nothing about bikes."""

import os
from typing import Any
from urllib.parse import quote

import requests
import streamlit as st

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


@st.cache_data(ttl=FRESH_S, show_spinner=WAITING)
def stations() -> Answer:
    """Every station with its bikes and docks."""
    return ask("/v1/stations")


@st.cache_data(ttl=FRESH_S, show_spinner=WAITING)
def forecast(station: str) -> Answer:
    """One station now and at every horizon, by whatever forecaster answers; a station is its code or its id."""
    return ask(f"/v1/stations/{quote(station, safe='')}/forecast")


@st.cache_data(ttl=FRESH_S, show_spinner=WAITING)
def past_day(station: str) -> Answer:
    """The same station with its last 24 hours, which come with the model's forecast or not at all."""
    return ask(f"/predict/{quote(station, safe='')}")


@st.cache_data(ttl=3600, show_spinner=WAITING)
def geocode(text: str) -> Answer:
    """Places that bear a name, the best first, and to whom that is owed."""
    return ask("/v1/geocode", q=text, limit=1)


@st.cache_data(ttl=FRESH_S, show_spinner=WAITING)
def journeys(origin: str, destination: str, bike: str, max_walk_m: int, lang: str) -> Answer:
    """Ways from one place to another, told in a language; a place is `lat,lon`."""
    # `from` is a word of Python's and cannot be written as an argument.
    ends = {"from": origin, "to": destination}
    return ask("/v1/journeys", **ends, bike=bike, max_walk_m=max_walk_m, lang=lang)


@st.cache_data(ttl=FRESH_S, show_spinner=WAITING)
def watch(form: dict[str, Any]) -> Answer:
    """How likely a bike or a dock is at some stations over some hours, and when to leave for it."""
    return told("POST", "/v1/watch", json=form)


def ask(path: str, **parameters: str | int) -> Answer:
    """One GET."""
    return told("GET", path, params=parameters)


def told(method: str, path: str, **sent: Any) -> Answer:
    """One answer; anything but a success becomes an `ApiError` that says what the API said."""
    url = api_url() + path
    try:
        response = requests.request(method, url, timeout=PATIENCE_S, **sent)
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

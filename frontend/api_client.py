"""Asks the API and hands back what it answers, unchanged. Knows addresses and errors, and nothing about bikes."""

import os
from typing import Any
from urllib.parse import quote

import requests
import streamlit as st

DEFAULT_URL = "http://127.0.0.1:8000"

# The API itself gives up after 20 s, and says so better than a broken connection does.
PATIENCE_S = 25.0

# Seconds for which an answer is shown again without asking: a click must not fetch 1,500 stations anew.
FRESH_S = 15

Answer = dict[str, Any]


class ApiError(Exception):
    """The API refused, or did not answer. The text is meant for the person in front of the screen."""


def api_url() -> str:
    """Where the API is, from the environment."""
    return os.environ.get("API_URL", DEFAULT_URL).rstrip("/")


@st.cache_data(ttl=FRESH_S, show_spinner="Asking for the stations …")
def stations() -> Answer:
    """Every station with its bikes and docks."""
    return ask("/v1/stations")


@st.cache_data(ttl=FRESH_S, show_spinner="Asking for the forecast …")
def forecast(station: str) -> Answer:
    """One station now and at every horizon, by whatever forecaster answers; a station is its code or its id."""
    return ask(f"/v1/stations/{quote(station, safe='')}/forecast")


@st.cache_data(ttl=FRESH_S, show_spinner="Asking for the past day …")
def past_day(station: str) -> Answer:
    """The same station with its last 24 hours, which come with the model's forecast or not at all."""
    return ask(f"/predict/{quote(station, safe='')}")


@st.cache_data(ttl=3600, show_spinner="Looking for the place …")
def geocode(text: str) -> Answer:
    """Places that bear a name, the best first, and to whom that is owed."""
    return ask("/v1/geocode", q=text, limit=1)


@st.cache_data(ttl=FRESH_S, show_spinner="Looking for journeys …")
def journeys(origin: str, destination: str, bike: str, max_walk_m: int, lang: str) -> Answer:
    """Ways from one place to another, told in a language; a place is `lat,lon`."""
    # `from` is a word of Python's and cannot be written as an argument.
    ends = {"from": origin, "to": destination}
    return ask("/v1/journeys", **ends, bike=bike, max_walk_m=max_walk_m, lang=lang)


def ask(path: str, **parameters: str | int) -> Answer:
    """One GET; anything but a success becomes an `ApiError` that says what the API said."""
    url = api_url() + path
    try:
        response = requests.get(url, params=parameters, timeout=PATIENCE_S)
    except requests.RequestException as error:
        raise ApiError(f"the API at {api_url()} does not answer: is it running, and is API_URL right?") from error
    try:
        answer = response.json()
    except requests.JSONDecodeError as error:
        raise ApiError(f"{url} answered {response.status_code} without JSON: is that the API?") from error
    if not response.ok:
        raise ApiError(answer.get("detail") or answer.get("title") or f"{url} answered {response.status_code}")
    return answer

"""The first page: the map, a station, and where every number comes from."""

import json

import pytest
from reading import metrics, texts
from streamlit.testing.v1 import AppTest
from stub_api import StubApi


def deck(page: AppTest) -> dict:
    """The map, as it reaches the browser."""
    [chart] = page.get("deck_gl_json_chart")
    return json.loads(chart.proto.json)


def colours(page: AppTest) -> dict[str, tuple[int, ...]]:
    """The colour of each station on the map."""
    layers = {layer["id"]: layer for layer in deck(page)["layers"]}
    return {dot["key"]: tuple(dot["colour"]) for dot in layers["stations"]["data"]}


def choose(page: AppTest, station: str) -> AppTest:
    return page.run().selectbox(key="station").select(station).run()


def test_every_station_is_a_dot(api: StubApi, page: AppTest) -> None:
    page.run()
    assert not page.exception
    assert len(colours(page)) == 426


def test_empty_closed_and_uncounted_stations_have_colours_of_their_own(api: StubApi, page: AppTest) -> None:
    page.run()
    shown = colours(page)
    different = [shown[key] for key in ("11001", "12109", "10008", "id-Hôtel de Ville (relais)", "17041")]
    assert len(set(different)) == 5


def test_no_docks_are_as_red_as_no_bikes(api: StubApi, page: AppTest) -> None:
    page.run()
    bikes = colours(page)
    page.button_group(key="what").set_value("docks").run()
    docks = colours(page)
    assert docks["12109"] == bikes["10008"]
    assert docks["10008"] != bikes["10008"]


def test_live_numbers_say_so_with_their_age(api: StubApi, page: AppTest) -> None:
    page.run()
    assert "426 stations :green-badge[live] :gray[at 14:05, 41 s old]" in texts(page)
    assert not page.warning


@pytest.mark.parametrize(("source", "said"), [("simulated", "No bike stands behind"), ("replayed", "true once")])
def test_a_city_that_is_not_outside_the_door_says_so_first(api: StubApi, page: AppTest, source: str, said: str) -> None:
    api.source = source
    page.run()
    assert said in page.warning[0].value
    assert not page.info or "station" in page.info[0].value, "the banner is not said twice"


def test_a_chosen_station_shows_what_is_there(api: StubApi, page: AppTest) -> None:
    choose(page, "11001")
    assert not page.exception
    assert metrics(page) == {"bikes now": "9", "free docks now": "21", "capacity": "31"}
    assert "4 mechanical, 5 electric" in texts(page)


def test_a_forecast_is_a_count_and_a_word(api: StubApi, page: AppTest) -> None:
    choose(page, "11001")
    bikes = "**9.5** · :green[**likely**] :small[:gray[0.91]]"
    ebike = ":orange[**uncertain**] :small[:gray[0.78]]"
    docks = "**21** · :green[**likely**] :small[:gray[0.80]]"
    assert f"| **15:05** :small[:gray[in&nbsp;1&nbsp;h]] | {bikes} | {ebike} | {docks} |" in texts(page)
    assert ":blue-badge[forecast] :gray[by lstm-2022.1, with how likely" in texts(page)


def test_a_missing_hour_stays_missing(api: StubApi, page: AppTest) -> None:
    choose(page, "11001")
    assert "4 of the last 24 hours without an observation" in texts(page)


def test_without_the_model_the_forecast_says_what_it_is(api: StubApi, page: AppTest) -> None:
    api.model_up = False
    choose(page, "11001")
    assert ":violet-badge[persistence]" in texts(page)
    assert "carry the last count forward" in page.warning[0].value
    assert "The last day is not shown: the model service refused the connection" in texts(page)


def test_a_station_that_nobody_counts_shows_no_number(api: StubApi, page: AppTest) -> None:
    choose(page, "17041")
    assert not page.exception
    assert metrics(page) == {"bikes now": "–", "free docks now": "–", "capacity": "–"}
    assert "No forecast: nobody counts this station now." in texts(page)


def test_the_address_chooses_the_station(api: StubApi, page: AppTest) -> None:
    page.query_params["station"] = "14111"
    page.run()
    assert page.selectbox(key="station").value == "14111"
    assert metrics(page)["bikes now"] == "17"


def test_an_unknown_station_in_the_address_chooses_none(api: StubApi, page: AppTest) -> None:
    page.query_params["station"] = "99999"
    page.run()
    assert not page.exception
    assert page.selectbox(key="station").value is None


def test_an_error_is_shown_in_the_words_of_the_api(api: StubApi, page: AppTest) -> None:
    choose(page, "20001")
    assert page.error[0].value == 'no station has the code or id "20001": /stations lists them all'


def test_without_an_api_the_page_says_where_it_looked(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_URL", "http://127.0.0.1:9")
    page.run()
    assert "http://127.0.0.1:9 does not answer" in page.error[0].value

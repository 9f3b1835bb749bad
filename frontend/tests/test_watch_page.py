"""The page of favourites: what is asked of the API, and what is said of its answer."""

import json
from collections.abc import Callable

import pytest
from reading import address, texts
from streamlit.testing.v1 import AppTest
from stub_api import StubApi

Open = Callable[..., AppTest]


@pytest.fixture
def favourites(api: StubApi, page: AppTest) -> Open:
    """Opens the page of some favourites."""

    def open_page(*stations: str, **query: str) -> AppTest:
        page.query_params.update({"page": "Favourites", "favourite": list(stations), **query})
        page.run()
        assert not page.exception
        return page

    return open_page


def bars(page: AppTest) -> list[dict]:
    """Those of the first picture."""
    spec = json.loads(page.get("vega_lite_chart")[0].proto.spec)
    return spec["layer"][0]["data"]["values"]


def test_without_favourites_the_page_says_how_they_are_kept(favourites: Open, api: StubApi) -> None:
    page = favourites()
    assert "bookmark it. There is no account" in page.info[0].value
    assert api.forms == []


def test_the_favourites_of_the_address_are_asked_for(favourites: Open, api: StubApi) -> None:
    favourites("11001", "14111")
    [form] = api.forms
    usual = {"direction": "bikes", "bike": "any", "at_least": 1, "walk_s": 300}
    assert form["stations"] == [{"station": "11001", **usual}, {"station": "14111", **usual}]
    assert (form["p"], form["every_s"], "from" in form) == (0.8, 600, False)


def test_all_that_is_wanted_can_stand_in_the_address(favourites: Open, api: StubApi) -> None:
    favourites("11001", want="docks", at_least="2", walk="12", p="0.95", when="daily", earliest="18:30", latest="19:30")
    [form] = api.forms
    assert form["stations"] == [{"station": "11001", "direction": "docks", "at_least": 2, "walk_s": 720}]
    assert form["p"] == 0.95
    assert "T19:30:00+0" in form["until"]


def test_the_address_follows_what_is_chosen_and_is_silent_about_what_is_usual(favourites: Open) -> None:
    page = favourites("11001")
    page.multiselect(key="favourite").select("12109").run()
    page.button_group(key="want").set_value("ebike").run()
    page.slider(key="walk").set_value(7).run()
    assert not page.exception
    said = {"page": ["Favourites"], "favourite": ["11001", "12109"], "want": ["ebike"], "walk": ["7"]}
    assert address(page) == said


def test_a_station_is_made_a_favourite_where_one_looks_at_it(api: StubApi, page: AppTest) -> None:
    page.query_params["station"] = "11001"
    page.run()
    page.button(key="star").click().run()
    assert address(page)["favourite"] == ["11001"]
    assert page.button(key="star").label == "Remove from favourites"
    page.button_group(key="page").set_value("Favourites").run()
    assert not page.exception
    assert "#### Bastille - Richard Lenoir" in texts(page)
    page.button_group(key="page").set_value("Stations").run()
    page.button(key="star").click().run()
    assert "favourite" not in address(page)


@pytest.mark.parametrize("query", [{"walk": "999"}, {"walk": "soon"}, {"want": "a car"}, {"p": "2"}, {"when": "later"}])
def test_what_cannot_be_read_in_the_address_is_as_usual(favourites: Open, api: StubApi, query: dict[str, str]) -> None:
    page = favourites("11001", **query)
    assert api.forms[0]["stations"][0]["walk_s"] == 300
    assert not query.keys() & page.query_params.keys(), "the address says what was asked for"


def test_an_alert_says_when_and_of_what(favourites: Open) -> None:
    assert "At **14:35** the chance of a bike falls below 0.80." in texts(favourites("11001"))


def test_an_alert_names_how_many_of_what(favourites: Open) -> None:
    page = favourites("11001", want="docks", at_least="3", p="0.95")
    assert "At **14:15** the chance of 3 docks falls below 0.95." in texts(page)


def test_no_alert_is_said_too(favourites: Open) -> None:
    assert "No alert: the chance of a bike stays at 0.50 or more." in texts(favourites("11001", p="0.5"))


def test_when_to_leave_is_said_with_the_least_chance_on_arrival(favourites: Open) -> None:
    leave = "Leave between **14:05** and **14:25**: on arrival at worst :green[**likely**] :small[:gray[0.83]]"
    assert leave in texts(favourites("11001"))


def test_of_a_station_that_nobody_counts_nothing_is_promised(favourites: Open) -> None:
    page = favourites("17041")
    assert "For 7 of 7 moments nobody can tell." in texts(page)
    assert "No moment to leave" in texts(page)
    assert "now – bikes" in texts(page)
    assert {bar["said"] for bar in bars(page)} == {"?"}


def test_each_slot_is_a_bar_with_its_word_and_its_forecaster(favourites: Open) -> None:
    drawn = bars(favourites("11001"))
    assert [bar["height"] for bar in drawn] == [0.97, 0.91, 0.83, 0.74, 0.66, 0.58, 0.52]
    assert (drawn[0]["word"], drawn[0]["by"], drawn[0]["clock"]) == ("very likely 0.97", "forecast", "14:05")
    assert (drawn[-1]["word"], drawn[-1]["by"], drawn[-1]["usual"]) == ("uncertain 0.52", "climatology", 1.0)


def test_counts_and_probabilities_each_say_where_they_come_from(favourites: Open) -> None:
    told = texts(favourites("11001"))
    assert "now 9 bikes :green-badge[live] :gray[at 14:05, 41 s old]" in told
    assert "probabilities by lstm-2022.1 :blue-badge[forecast] :gray[at 14:05, 41 s old]" in told
    assert "from 14:45 on :violet-badge[climatology]" in told


def test_what_the_api_notices_is_said_of_its_newest_answer(favourites: Open, api: StubApi) -> None:
    api.model_up = False
    assert favourites("11001").warning[0].value.startswith("**No model** · forecasts carry the last count forward")


def test_a_favourite_that_is_gone_gets_the_hint_of_the_api_and_leaves_the_others(favourites: Open) -> None:
    page = favourites("99999", "11001")
    [error] = page.error
    assert 'no station has the code or id "99999"' in error.value
    assert "use a station_id or a code of /v1/stations" in error.value
    assert "#### Bastille - Richard Lenoir" in texts(page)
    assert page.multiselect(key="favourite").value == ["99999", "11001"], "so that it can be removed"


def test_a_favourite_may_be_called_by_its_code_and_its_id(favourites: Open) -> None:
    assert texts(favourites("11001", "id-11001")).count("#### Bastille - Richard Lenoir") == 2


def test_a_simulated_city_warns_here_too(favourites: Open, api: StubApi) -> None:
    api.source = "simulated"
    page = favourites("11001")
    assert "Simulated city" in page.warning[0].value
    assert "now 9 bikes :red-badge[simulated]" in texts(page)

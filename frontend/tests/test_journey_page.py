"""The second page: what is asked of the API, and what is said of its answer."""

import pytest
from reading import texts
from streamlit.testing.v1 import AppTest
from stub_api import StubApi


@pytest.fixture
def journey(api: StubApi, page: AppTest) -> AppTest:
    """The page, from Bastille to Montparnasse."""
    page.query_params.update({"page": "Journey", "from": "11001", "to": "14111"})
    return page.run()


def test_stations_are_asked_for_by_where_they_are(journey: AppTest, api: StubApi) -> None:
    assert not journey.exception
    expect = {"from": "48.854,2.369", "to": "48.8423,2.3211", "bike": "any", "max_walk_m": "1000"}
    assert api.queries("/v1/journeys") == [expect]
    assert set(api.spoken) == {"en"}


def test_a_card_says_when_one_arrives_and_how_sure_that_is(journey: AppTest) -> None:
    assert "### 26 min" in texts(journey)
    assert "arrive **14:31**, nine times of ten by **14:38**" in texts(journey)


def test_probabilities_are_words_with_the_number_behind_them(journey: AppTest) -> None:
    assert "bike at **Bastille - Richard Lenoir**, 14:09: :green[**very likely**] :small[:gray[0.97]]" in texts(journey)
    assert "dock at **Gare Montparnasse - Arrivée**, 14:28: :green[**likely**] :small[:gray[0.93]]" in texts(journey)
    assert "14:28: :red[**risky**] :small[:gray[0.41]]" in texts(journey)


def test_what_stands_there_now_is_told_apart(journey: AppTest) -> None:
    assert "now 9 = 4 mechanical + 5 electric" in texts(journey)


def test_the_next_station_to_try_is_named(journey: AppTest) -> None:
    assert "No bike? walk 2 min to Nation - Dorian: likely there." in texts(journey)


def test_reasons_are_told_in_the_language_that_is_chosen(journey: AppTest) -> None:
    assert "24 min sooner than walking" in texts(journey)
    journey.button_group(key="lang").set_value("fr").run()
    assert not journey.exception
    assert "24\u00a0min plus tôt qu’à pied" in texts(journey)


def test_walking_is_always_offered(journey: AppTest) -> None:
    assert "**Or walk all the way**: 50 min, 3.8 km" in texts(journey)


def test_counts_and_probabilities_each_say_where_they_come_from(journey: AppTest) -> None:
    assert "counts :green-badge[live]" in texts(journey)
    assert "probabilities by lstm-2022.1 :blue-badge[forecast] :gray[at 14:05, 41 s old]" in texts(journey)


def test_without_a_journey_by_bike_one_walks(journey: AppTest) -> None:
    journey.button_group(key="bike").set_value("ebike").run()
    assert not journey.exception
    assert "**No bike gets you there sooner: walk**" in texts(journey)


def test_coordinates_are_sent_as_they_were_typed(api: StubApi, page: AppTest) -> None:
    page.query_params.update({"page": "Journey", "from": "48.85, 2.35", "to": "45.0,5.0"})
    page.run()
    assert page.error[0].value == "to is outside the service area: the nearest station is 423.0 km away"
    assert api.queries("/v1/journeys")[0]["from"] == "48.85, 2.35"


def test_a_name_is_looked_up_and_what_it_was_taken_for_is_said(api: StubApi, page: AppTest) -> None:
    page.query_params.update({"page": "Journey", "from": "hôtel de ville", "to": "11001"})
    page.run()
    assert not page.exception
    assert api.queries("/v1/geocode") == [{"q": "hôtel de ville", "limit": "1"}]
    assert api.queries("/v1/journeys")[0]["from"] == "48.8566,2.3522"
    assert "4 Place de l'Hôtel de Ville, 75004 Paris · BAN" in texts(page)


def test_a_name_that_nothing_bears_is_said_and_no_journey_is_asked_for(api: StubApi, page: AppTest) -> None:
    page.query_params.update({"page": "Journey", "from": "nowhere", "to": "11001"})
    page.run()
    assert "Nothing around is called “nowhere”." in page.warning[0].value
    assert api.queries("/v1/journeys") == []


def test_a_simulated_city_warns_here_too(api: StubApi, page: AppTest) -> None:
    api.source = "simulated"
    page.query_params["page"] = "Journey"
    page.run()
    assert "Simulated city" in page.warning[0].value

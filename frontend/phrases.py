"""Every word that the page itself says, in each language it speaks: one line for each, in the order of the pages.

What the API says comes in the API's words. A test finds a phrase that nobody says, and one that tells other numbers
in one language than in the other.
"""

from typing import NamedTuple


class Phrase(NamedTuple):
    """The same in every language; what stands in braces is told by whoever says it."""

    en: str
    fr: str


# Numbers, moments and ages.
AGE_UNKNOWN = Phrase("of unknown age", "d’âge inconnu")
AGE_S = Phrase("{number} s old", "il y a {number}\u00a0s")
AGE_MIN = Phrase("{number} min old", "il y a {number}\u00a0min")
AGE_H = Phrase("{number} h old", "il y a {number}\u00a0h")
AGE_DAYS = Phrase("{number} days old", "il y a {number}\u00a0jours")
VERY_LIKELY = Phrase("very likely", "très probable")
LIKELY = Phrase("likely", "probable")
UNCERTAIN = Phrase("uncertain", "incertain")
RISKY = Phrase("risky", "risqué")
UNKNOWN = Phrase("unknown", "inconnu")
MECHANICAL = Phrase("mechanical", "mécaniques")
ELECTRIC = Phrase("electric", "électriques")
IN_A_WHILE = Phrase("in {while_}", "dans {while_}")

# The header, and where numbers come from.
PAGE = Phrase("Page", "Page")
LANGUAGE = Phrase("Language", "Langue")
STATIONS = Phrase("Stations", "Stations")
JOURNEY = Phrase("Journey", "Trajet")
FAVOURITES = Phrase("Favourites", "Favoris")
N_STATIONS = Phrase("{number} stations", "{number}\u00a0stations")
AT_AND_AGE = Phrase("at {clock}, {age}", "à {clock}, {age}")
SIMULATED_CITY = Phrase(
    "**Simulated city.** No bike stands behind any number on this page.",
    "**Ville simulée.** Aucun vélo ne se cache derrière les chiffres de cette page.",
)
REPLAYED_DOCUMENTS = Phrase(
    "**Replayed documents.** These numbers were true once; the city has moved on.",
    "**Documents rejoués.** Ces chiffres ont été vrais un jour\u00a0; la ville, depuis, a changé.",
)
LIVE = Phrase("live", "en direct")
REMEMBERED = Phrase("remembered", "mémorisé")
FORECAST = Phrase("forecast", "prévision")
CLIMATOLOGY = Phrase("climatology", "habitude")
PERSISTENCE = Phrase("persistence", "persistance")
SIMULATED = Phrase("simulated", "simulé")
REPLAYED = Phrase("replayed", "rejoué")
UNKNOWN_SOURCE = Phrase("unknown source", "source inconnue")
MEANS_LIVE = Phrase("counted by the operator's feed", "compté par le flux de l’opérateur")
MEANS_REMEMBERED = Phrase("counted in an earlier snapshot of the feed", "compté dans un relevé plus ancien du flux")
MEANS_FORECAST = Phrase("a model's forecast", "la prévision d’un modèle")
MEANS_CLIMATOLOGY = Phrase(
    "the station's usual state at this hour of the week", "l’état habituel de la station à cette heure de la semaine"
)
MEANS_PERSISTENCE = Phrase(
    "the last count carried forward, with the spread that changes usually have",
    "le dernier comptage prolongé, avec la dispersion habituelle des changements",
)
MEANS_SIMULATED = Phrase("made by a simulated city", "produit par une ville simulée")
MEANS_REPLAYED = Phrase("read from stored documents, served again", "relu dans des documents archivés")
MEANS_NOTHING = Phrase("the API does not say where this comes from", "l’API ne dit pas d’où cela vient")
API_SILENT = Phrase(
    "the API at {url} does not answer: is it running, and is API_URL right?",
    "l’API à l’adresse {url} ne répond pas\u00a0: tourne-t-elle, et API_URL est-elle juste\u00a0?",
)
API_WITHOUT_JSON = Phrase(
    "{url} answered {status} without JSON: is that the API?",
    "{url} a répondu {status} sans JSON\u00a0: est-ce bien l’API\u00a0?",
)
API_STATUS = Phrase("{url} answered {status}", "{url} a répondu {status}")

# What a notice of the API is about, before the API's own sentence.
FEED_UNAVAILABLE = Phrase("The feed gives nothing new", "Le flux ne donne rien de neuf")
STALE_DATA = Phrase("Old counts", "Comptages anciens")
FROZEN_FEED = Phrase("The feed stands still", "Le flux est figé")
HISTORY_UNAVAILABLE = Phrase("No past day", "Pas de dernières 24\u00a0heures")
MODEL_UNAVAILABLE = Phrase("No model", "Pas de modèle")
BEYOND_FORECAST = Phrase("Beyond the forecast", "Au-delà de la prévision")

# The page of stations.
STATION = Phrase("Station", "Station")
SEARCH_A_STATION = Phrase("search a station", "chercher une station")
CHOOSE_A_STATION = Phrase(
    "Click a station on the map, or search its name.", "Touchez une station sur la carte, ou cherchez son nom."
)
COLOUR_BY = Phrase("Colour by", "Colorer selon")
BIKES = Phrase("bikes", "vélos")
DOCKS = Phrase("docks", "places")
FREE_DOCKS = Phrase("free docks", "places libres")
LEGEND_NOW = Phrase("{what} now:", "{what}\u00a0:")
CLOSED = Phrase("closed", "fermée")
NOT_COUNTED = Phrase("not counted", "non comptée")
SIX_OR_MORE = Phrase("6 or more", "6 ou plus")
THREE_TO_FIVE = Phrase("3 to 5", "3 à 5")
ONE_OR_TWO = Phrase("1 or 2", "1 ou 2")
NONE = Phrase("none", "aucun")
DOT_SAYS = Phrase("{bikes} bikes · {docks} free docks", "vélos\u00a0: {bikes} · places libres\u00a0: {docks}")
BIKES_NOW = Phrase("bikes now", "vélos maintenant")
FREE_DOCKS_NOW = Phrase("free docks now", "places libres")
CAPACITY = Phrase("capacity", "capacité")
RENTS_NO_BIKES = Phrase("rents no bikes", "ne loue pas de vélos")
TAKES_NONE_BACK = Phrase("takes none back", "n’en reprend pas")
COUNTED = Phrase("counted", "compté")
MAKE_FAVOURITE = Phrase("Add to favourites", "Ajouter aux favoris")
FORGET_FAVOURITE = Phrase("Remove from favourites", "Retirer des favoris")
NO_FORECAST = Phrase(
    "No forecast: nobody counts this station now.",
    "Pas de prévision\u00a0: personne ne compte cette station en ce moment.",
)
AN_EBIKE = Phrase("an e-bike", "un électrique")
BY_MODEL = Phrase("by {model}, ", "de {model}, ")
HOW_LIKELY_ONE = Phrase("with how likely at least one is", "avec la probabilité d’en trouver au moins un")
GAPS = Phrase(
    "{missing} of the last {hours} hours without an observation: left open, not filled.",
    "{missing} des {hours} dernières heures sans relevé\u00a0: laissées vides, non comblées.",
)
NO_LAST_DAY = Phrase("The last day is not shown: {why}", "Les dernières 24\u00a0heures manquent\u00a0: {why}")
AXIS_AT = Phrase("at", "à")

# The page of journeys.
FROM = Phrase("From", "Départ")
TO = Phrase("To", "Arrivée")
CHOOSE_ENDS = Phrase(
    "Choose a start and a destination: a station, an address, or coordinates such as `48.8674, 2.3636`.",
    "Choisissez un départ et une arrivée\u00a0: une station, une adresse, ou des coordonnées telles que "
    "`48.8674, 2.3636`.",
)
A_PLACE = Phrase("station, address, or latitude, longitude", "station, adresse, ou latitude, longitude")
BIKE = Phrase("Bike", "Vélo")
ANY_BIKE = Phrase("any bike", "tout vélo")
MECHANICAL_BIKE = Phrase("mechanical bike", "vélo mécanique")
ELECTRIC_BIKE = Phrase("electric bike", "vélo électrique")
FARTHEST_WALK = Phrase("Farthest walk at either end, in metres", "Marche la plus longue à chaque bout, en mètres")
NOWHERE = Phrase("Nothing around is called “{name}”.", "Rien par ici ne s’appelle «\u00a0{name}\u00a0».")
FASTEST = Phrase("fastest", "le plus rapide")
SAFEST = Phrase("safest", "le plus sûr")
LEAST_WALKING = Phrase("least walking", "le moins de marche")
ELECTRIC_JOURNEY = Phrase("electric", "électrique")
LEAVE_AND_ARRIVE = Phrase(
    "leave **{depart}** · arrive **{arrive}**, nine times of ten by **{late}**",
    "départ **{depart}** · arrivée **{arrive}**, neuf fois sur dix avant **{late}**",
)
LEG_WALK = Phrase("walk {stretch}", "à pied, {stretch}")
LEG_RIDE = Phrase("ride {stretch}, {kind}", "à vélo, {stretch}, {kind}")
BIKE_AT = Phrase("bike at **{name}**, {chance}", "un vélo à **{name}**, {chance}")
DOCK_AT = Phrase("dock at **{name}**, {chance}", "une place à **{name}**, {chance}")
CHANCE_AT = Phrase("{clock}: {likelihood}", "{clock}\u00a0: {likelihood}")
NOW_THERE = Phrase("now {number}", "maintenant {number}")
NO_BIKE = Phrase(
    "No bike? walk {while_} to {name}: {likelihood} there.",
    "Pas de vélo\u00a0? {name}, à {while_} à pied\u00a0: {likelihood}.",
)
NO_DOCK = Phrase(
    "No dock? ride {while_} to {name}: {likelihood} there.",
    "Pas de place\u00a0? {name}, à {while_} à vélo\u00a0: {likelihood}.",
)
OR_WALK = Phrase("Or walk all the way", "Ou tout à pied")
ONLY_WALK = Phrase("No bike gets you there sooner: walk", "Aucun vélo ne fait gagner de temps\u00a0: marchez")
WALK_TAKES = Phrase("**{title}**: {stretch}", "**{title}**\u00a0: {stretch}")
COUNTS = Phrase("counts", "comptages")
PROBABILITIES_BY = Phrase("probabilities by {model}", "probabilités de {model}")
STREETS_GUESSED = Phrase(
    "Times on the street are estimated from distances as the crow flies, not from a street map.",
    "Les temps de parcours sont estimés à vol d’oiseau, et non d’après un plan des rues.",
)
CROW_FLIES = Phrase(
    "As the crow flies: ride in green, walks in grey.", "À vol d’oiseau\u00a0: à vélo en vert, à pied en gris."
)

# The page of favourites.
FAVOURITE_STATIONS = Phrase("Favourite stations", "Stations favorites")
CHOOSE_FAVOURITES = Phrase(
    "Choose the stations that you care about. This page's address holds them: bookmark it. There is no account.",
    "Choisissez les stations qui vous intéressent. L’adresse de cette page les retient\u00a0: gardez-la en favori. "
    "Il n’y a pas de compte.",
)
I_WANT = Phrase("I want", "Je veux")
A_BIKE = Phrase("a bike", "un vélo")
A_MECHANICAL_BIKE = Phrase("a mechanical bike", "un vélo mécanique")
AN_ELECTRIC_BIKE = Phrase("an electric bike", "un vélo électrique")
A_DOCK = Phrase("a dock", "une place")
N_BIKES = Phrase("{number} bikes", "{number}\u00a0vélos")
N_MECHANICAL_BIKES = Phrase("{number} mechanical bikes", "{number}\u00a0vélos mécaniques")
N_ELECTRIC_BIKES = Phrase("{number} electric bikes", "{number}\u00a0vélos électriques")
N_DOCKS = Phrase("{number} docks", "{number}\u00a0places")
WHEN = Phrase("When", "Quand")
NEXT_HOURS = Phrase("next {hours}", "d’ici {hours}")
EVERY_DAY = Phrase("at a time of day", "à heure fixe")
EARLIEST = Phrase("from", "de")
LATEST = Phrase("until", "à")
HOW = Phrase("How many, how far, how sure", "Combien, à quelle distance, avec quelle certitude")
HOW_MANY = Phrase("How many", "Combien")
WALK_THERE = Phrase("Walk there, in minutes", "Marche jusque-là, en minutes")
HOW_SURE = Phrase("How sure", "Avec quelle certitude")
AT_LEAST_P = Phrase("{word}, {p} or more", "{word}, {p} ou plus")
COUNTED_NOW = Phrase("now {number} {what}", "{what}\u00a0: {number}")
MECHANICAL_BIKES = Phrase("mechanical bikes", "vélos mécaniques")
ELECTRIC_BIKES = Phrase("electric bikes", "vélos électriques")
ALERT = Phrase(
    "At **{clock}** the chance of {what} falls below {p}.",
    "À **{clock}**, la probabilité de trouver {what} passe sous {p}.",
)
ALERT_ALREADY = Phrase(
    "The chance of {what} is below {p} from the start, **{clock}**.",
    "La probabilité de trouver {what} est sous {p} dès le début, **{clock}**.",
)
NO_ALERT = Phrase(
    "No alert: the chance of {what} stays at {p} or more.",
    "Pas d’alerte\u00a0: la probabilité de trouver {what} reste d’au moins {p}.",
)
NOBODY_CAN_TELL = Phrase(
    "For {unknown} of {all} moments nobody can tell.", "Pour {unknown} moments sur {all}, nul ne sait."
)
LEAVE_BETWEEN = Phrase(
    "Leave between **{earliest}** and **{latest}**: on arrival at worst {likelihood}",
    "Partez entre **{earliest}** et **{latest}**\u00a0: à l’arrivée, au pire {likelihood}",
)
LEAVE_AT = Phrase(
    "Leave at **{earliest}**: on arrival {likelihood}", "Partez à **{earliest}**\u00a0: à l’arrivée {likelihood}"
)
NEVER_LEAVE = Phrase(
    "No moment to leave: within this time, the chance on arrival is never {p} or more.",
    "Aucun moment pour partir\u00a0: sur cette durée, la probabilité à l’arrivée n’est jamais d’au moins {p}.",
)
PROBABILITY = Phrase("probability", "probabilité")
BASIS = Phrase("told by", "donnée par")
USUAL_SHARE = Phrase("share of the usual week", "part de la semaine habituelle")
BASIS_FROM = Phrase("from {clock} on", "à partir de {clock}")
ASKED_AGAIN = Phrase(
    "Asked again every minute while this page is open. The line is the chance that you want; bars grow pale as the "
    "usual week takes the model's place.",
    "Redemandé chaque minute tant que cette page est ouverte. Le trait est la probabilité voulue\u00a0; les barres "
    "pâlissent à mesure que la semaine habituelle remplace le modèle.",
)

"""The Seine and a few places, drawn by hand to know one's way by: the map needs no tiles and no network.

A sketch for the eye. Nothing is measured on it, and cities other than Paris are shown on plain ground.
"""

import math

import pydeck as pdk

WATER = [190, 214, 230]
PAPER = [251, 250, 247, 200]
INK = [84, 94, 102]

# The part of a picture that the points fill, and the least height of what is shown, in degrees: half a kilometre.
MARGIN = 0.9
LEAST_SPAN = 0.005

# From the confluence with the Marne to Saint-Denis, bridge by bridge: longitude, latitude.
SEINE = [
    (2.4180, 48.8050), (2.4100, 48.8150), (2.3950, 48.8220), (2.3860, 48.8287), (2.3797, 48.8345), (2.3744, 48.8383),
    (2.3688, 48.8419), (2.3654, 48.8447), (2.3585, 48.8497), (2.3541, 48.8540), (2.3488, 48.8564), (2.3414, 48.8571),
    (2.3375, 48.8583), (2.3329, 48.8596), (2.3300, 48.8602), (2.3247, 48.8619), (2.3195, 48.8634), (2.3135, 48.8638),
    (2.3103, 48.8635), (2.3015, 48.8634), (2.2969, 48.8627), (2.2925, 48.8598), (2.2877, 48.8557), (2.2849, 48.8529),
    (2.2802, 48.8503), (2.2757, 48.8466), (2.2692, 48.8394), (2.2655, 48.8345), (2.2540, 48.8262), (2.2427, 48.8247),
    (2.2320, 48.8235), (2.2254, 48.8268), (2.2215, 48.8340), (2.2235, 48.8411), (2.2262, 48.8540), (2.2300, 48.8680),
    (2.2380, 48.8770), (2.2462, 48.8828), (2.2570, 48.8855), (2.2690, 48.8930), (2.2780, 48.9000), (2.2890, 48.9070),
    (2.3050, 48.9130), (2.3247, 48.9206), (2.3370, 48.9330),
]  # fmt: skip

PLACES = {
    "Bastille": (2.3692, 48.8532),
    "Bercy": (2.3830, 48.8395),
    "Boulogne": (2.2400, 48.8350),
    "Châtelet": (2.3470, 48.8590),
    "Étoile": (2.2950, 48.8738),
    "Gare du Nord": (2.3553, 48.8809),
    "La Défense": (2.2385, 48.8918),
    "Montmartre": (2.3431, 48.8867),
    "Montparnasse": (2.3219, 48.8421),
    "Nation": (2.3959, 48.8484),
    "Place d'Italie": (2.3556, 48.8313),
    "République": (2.3638, 48.8675),
    "Vincennes": (2.4390, 48.8475),
}


def deck(
    under_names: list[pdk.Layer], over_names: list[pdk.Layer], view: pdk.ViewState, tooltip: dict | None = None
) -> pdk.Deck:
    """Layers on the sketch. No provider of tiles: nothing is fetched from anywhere."""
    layers = [river(), *under_names, place_names(), *over_names]
    return pdk.Deck(layers, map_provider=None, initial_view_state=view, tooltip=tooltip)


def view_of(points: list[list[float]], width_px: int, height_px: int) -> pdk.ViewState:
    """Close enough that the points fill a picture of this size, a few outliers aside."""
    if not points:
        return pdk.ViewState(longitude=2.347, latitude=48.859, zoom=11)
    west, east = span([longitude for longitude, _ in points])
    south, north = span([latitude for _, latitude in points])
    middle = (south + north) / 2
    # The whole world is 512 pixels wide at zoom 0, and twice as wide with each step.
    across = 512 * max(east - west, LEAST_SPAN) / 360
    upwards = 512 * max(north - south, LEAST_SPAN) / 360 / math.cos(math.radians(middle))
    zoom = math.log2(MARGIN * min(width_px / across, height_px / upwards))
    return pdk.ViewState(longitude=(west + east) / 2, latitude=middle, zoom=zoom)


def span(values: list[float]) -> tuple[float, float]:
    """The least and the greatest, without one in a hundred at either end."""
    ascending = sorted(values)
    spare = len(ascending) // 100
    return ascending[spare], ascending[-1 - spare]


def river() -> pdk.Layer:
    return pdk.Layer(
        "PathLayer",
        [{"path": SEINE}],
        id="seine",
        get_path="path",
        get_color=WATER,
        get_width=140,
        width_min_pixels=4,
        width_max_pixels=16,
        cap_rounded=True,
        joint_rounded=True,
    )


def place_names() -> pdk.Layer:
    return pdk.Layer(
        "TextLayer",
        [{"name": name, "position": position} for name, position in PLACES.items()],
        id="places",
        get_position="position",
        get_text="name",
        get_color=INK,
        get_size=13,
        # Every letter in use, and not ASCII alone.
        character_set=pdk.types.String("auto"),
        font_family=pdk.types.String("Source Sans, sans-serif"),
        font_weight=600,
        background=True,
        get_background_color=PAPER,
        background_padding=[3, 0],
    )

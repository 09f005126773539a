"""The bar of statuses."""

import pytest
from django.template.loader import render_to_string
from pytest_django.asserts import assertHTMLEqual

from livretpro.web.base.bars import Bar, Segment


@pytest.mark.parametrize(
    ("bar", "sentence", "segments"),
    [
        (
            Bar("TMELEC1", rouge=9, orange=15, vert=1),
            "TMELEC1 : 9 rouges, 15 orange, 1 vert",
            [
                Segment("rouge", "0.00%", "36.00%"),
                Segment("orange", "36.00%", "60.00%"),
                Segment("vert", "96.00%", "4.00%"),
            ],
        ),
        (
            Bar("1CIEL", rouge=1, orange=0, vert=3),
            "1CIEL : 1 rouge, 0 orange, 3 verts",
            [Segment("rouge", "0.00%", "25.00%"), Segment("vert", "25.00%", "75.00%")],
        ),
        (Bar("Vide", rouge=0, orange=0, vert=0), "Vide : 0 rouge, 0 orange, 0 vert", []),
    ],
)
def test_a_bar_has_one_segment_for_each_colour_in_use(
    bar: Bar, sentence: str, segments: list[Segment]
) -> None:
    assert (bar.sentence, bar.segments) == (sentence, segments)


def test_a_bar_is_drawn_with_a_gap_between_two_colours() -> None:
    drawn = render_to_string("base/bar.html", {"bar": Bar("1CIEL", rouge=1, orange=0, vert=3)})

    assertHTMLEqual(
        drawn,
        """<svg class="lp-bar" role="img" aria-label="1CIEL : 1 rouge, 0 orange, 3 verts">
        <rect class="lp-bar__rouge" x="0.00%" y="0" width="25.00%" height="100%" />
        <rect class="lp-bar__vert" x="25.00%" y="0" width="75.00%" height="100%" />
        <rect class="lp-bar__gap" x="25.00%" y="0" width="2" height="100%" />
        </svg>""",
    )

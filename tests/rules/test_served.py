"""Who serves a municipality: those that name it, and those that reach all of its county."""

from marketplace.rules.served import ServedGroup, count_served

HOMES = {"491": 12, "507": 12, "091": 1}


def test_an_offering_serves_what_it_names_and_its_own_county_if_it_serves_it_everywhere() -> None:
    groups = [
        ServedGroup(12, False, None, 4),
        ServedGroup(12, False, "491", 3),
        ServedGroup(12, False, "091", 1),
        ServedGroup(12, True, None, 5),
        ServedGroup(12, True, "491", 2),  # remote, and names a municipality of its own county besides
        ServedGroup(12, True, "091", 2),  # remote, and names a municipality of another county besides
    ]
    assert count_served(groups, HOMES) == {"491": 3 + 5, "507": 5, "091": 1 + 2}


def test_a_municipality_that_nobody_serves_has_none() -> None:
    assert count_served([], HOMES) == dict.fromkeys(HOMES, 0)

"""What the data files promise."""

from __future__ import annotations

import re

from django.conf import settings

from komma.cases import facts
from komma.cases.codes import Outcome, Status
from komma.demo import cases, plan
from komma.demo.people import ADMINISTRATOR, PASSWORD, POSTS, names
from komma.municipalities.codes import Land, MunicipalityKind
from komma.procedures.codes import Side

LISTS = {
    "reporter_role": facts.ReporterRole,
    "affected_role": facts.AffectedRole,
    "forms": facts.Form,
    "channels": facts.Channel,
    "causer": facts.Causer,
    "motives": facts.Motive,
    "wishes": facts.Wish,
    "frequency": facts.Frequency,
    "danger": facts.Danger,
    "reachability": facts.Reachability,
}


def test_ten_model_and_five_network_municipalities() -> None:
    parts = [town.part for town in plan.network().towns]
    assert parts.count("model") == 10
    assert parts.count("network") == 5


def test_municipalities_are_well_formed() -> None:
    towns = [*plan.network().towns, *plan.network().villages]
    assert len({town.ags for town in towns}) == len(towns)
    for town in towns:
        assert re.fullmatch(r"\d{5}(\d{3})?", town.ags)
        assert town.land in Land
    assert all(town.kind in MunicipalityKind for town in plan.network().towns)


def test_invented_municipalities_use_keys_that_nobody_has() -> None:
    invented = [town.ags for town in plan.network().towns if town.part == "network"]
    invented += [village.ags for village in plan.network().villages]
    assert all(ags.startswith("05999") for ags in invented)


def test_a_kreis_has_small_towns_and_two_of_them_ask_somebody_else() -> None:
    network = plan.network()
    assert len(network.villages) == 6
    assert 812 in {village.population for village in network.villages}
    assert all(re.fullmatch("00[0-9]{3}", village.seat_postcode) for village in network.villages)
    kinds = {town.slug: town.kind for town in network.towns}
    assert {kinds[village.district] for village in network.villages} == {"district"}
    administered = {village.slug for village in network.villages if village.administration}
    assert administered == {agreement.served for agreement in network.agreements}
    assert [agreement.is_open for agreement in network.agreements] == [False, True]


def test_some_thirty_cases_with_different_keys() -> None:
    stories = plan.stories()
    assert len(stories) >= 30
    assert len({story.key for story in stories}) == len(stories)


def test_stories_use_known_codes_and_facts() -> None:
    known = {fact.key for fact in facts.FACTS}
    for story in plan.stories():
        assert story.side in Side
        assert set(story.facts) <= known, story.key
        for key, choices in LISTS.items():
            value = story.facts.get(key, [])
            codes = value if isinstance(value, list) else [value]
            assert set(codes) <= set(choices.values), (story.key, key)


def test_steps_are_possible_and_in_order() -> None:
    for story in plan.stories():
        days = [step.day for step in story.steps]
        assert days == sorted(days), story.key
        assert all(day <= story.days_ago for day in days), story.key
        for step in story.steps:
            assert step.do in cases.STAFF | cases.REPORTER
            assert step.outcome in ("", *Outcome.values)
            assert step.status in ("", *Status.values)


def test_excluded_posts_exist() -> None:
    posts = {post.local for post in POSTS}
    assert all(set(story.excluded) <= posts for story in plan.stories())


def test_stories_show_what_the_program_can() -> None:
    steps = {step.do for story in plan.stories() for step in story.steps}
    assert {"withdraw", "ask_for_deletion", "diary", "close", "classify"} <= steps
    assert sum("diary" in {s.do for s in story.steps} for story in plan.stories()) >= 2
    assert any(story.excluded for story in plan.stories())


def test_accounts_of_the_readme_exist() -> None:
    found = plan.network()
    locals_ = {post.local for post in POSTS} | {ADMINISTRATOR}
    known = {f"{local}@{town.slug}.example" for local in locals_ for town in found.towns}
    known |= {f"{post.local}@{body.domain}" for body in found.bodies for post in body.posts}
    text = (settings.BASE_DIR.parent / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w.]+@[\w-]+\.example)`", text))
    assert len(named) > 5
    assert named <= known
    assert set(re.findall(r"`([\w.]+)@…`", text)) <= locals_
    assert PASSWORD in text


def test_names_do_not_repeat() -> None:
    count = len(plan.network().towns) * (len(POSTS) + 1) + sum(
        len(body.posts) + 1 for body in plan.network().bodies
    )
    count += sum(village.administration for village in plan.network().villages)
    found = [name for name, _number in zip(names(), range(count), strict=False)]
    assert len(set(found)) == count

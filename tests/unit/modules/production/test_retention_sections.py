"""What the retention pack promises beyond the rules that all packs keep."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from aicmo_core.modules.production.internal.report import write_report

Make = Callable[[str], Any]


def bodies(client: Any) -> dict[str, str]:
    ordered = client.but(pack="retention_crm_booster")
    return {s.section_id: s.body for s in write_report(ordered.brief, ordered.strategy).sections}


def retaining(client: Any) -> Any:
    """The same client with a first measure of staying."""
    kpi = evolve(
        client.strategy.kpis[0],
        name="Retention rate",
        target_value=Decimal(60),
        unit="%",
        baseline=Decimal(46),
        deadline=date(2027, 5, 31),
    )
    return client.planned(kpis=(kpi, *client.strategy.kpis[1:]))


def test_a_rate_of_staying_runs_through_the_pack(make: Make) -> None:
    """From where it stands to where it shall be, with its day, wherever it is named."""
    written = bodies(retaining(make("skincare")))

    for section in ("overview", "churn_diagnosis", "kpi_plan_retention", "final_summary"):
        assert "from 46% to 60%" in written[section].lower(), section
        assert "31 May 2027" in written[section], section
    staying = written["kpi_plan_retention"].partition("### Staying")[2].partition("### ")[0]
    assert "**Retention rate:** From 46% to 60%" in staying


def test_no_figure_of_staying_is_made_up(make: Make) -> None:
    """Where the brief has none, both sections say that it has to be counted first."""
    written = bodies(make("skincare"))

    staying = written["kpi_plan_retention"].partition("### Staying")[2].partition("### ")[0]
    assert not any(character.isdigit() for character in staying)
    diagnosis = written["churn_diagnosis"].partition("### Root Causes")[0]
    assert "brief" in diagnosis
    assert not any(character.isdigit() for character in diagnosis)


@pytest.mark.parametrize(
    ("avoided", "refused", "kept"),
    [
        ("SMS", "rules out text messages", "rules out WhatsApp"),
        ("WhatsApp", "rules out WhatsApp", "rules out text messages"),
    ],
)
def test_a_refused_medium_is_replaced(make: Make, avoided: str, refused: str, kept: str) -> None:
    """What would have been sent that way goes by letter, and the other medium stays."""
    written = bodies(make("skincare").but(platforms_avoided=(avoided,)))["sms_and_whatsapp_flows"]

    assert f"{refused}; what is described here goes by email instead" in written
    assert kept not in written


def test_a_client_without_price_cuts_gives_none(make: Make) -> None:
    """Neither the program nor the win-back is paid with a lower price."""
    client = make("skincare").but(constraints=("No discounts, ever",))

    written = bodies(client)

    assert "does not cut prices" in written["loyalty_program_concepts"]
    assert "No reduced price is offered" in written["winback_sequence"]
    assert "does not cut prices" not in bodies(make("skincare"))["loyalty_program_concepts"]


def test_the_win_back_names_no_offer_that_has_ended(make: Make) -> None:
    """Its last message is weeks away, and what ends before then is not promised in it."""
    client = make("bakery")
    lasting = client.but(offers=("A free loaf with each tenth one",))

    assert "6 December" not in bodies(client)["winback_sequence"]
    assert "A free loaf with each tenth one" in bodies(lasting)["winback_sequence"]


def test_people_at_work_are_spoken_to_as_such(make: Make) -> None:
    """A customer that is a company has successors and colleagues; a person has friends."""
    company, people = bodies(make("saas")), bodies(make("skincare"))

    assert "successor" in company["winback_sequence"] or "new name" in company["winback_sequence"]
    assert "friend" in people["loyalty_program_concepts"]
    assert "friend" not in company["loyalty_program_concepts"]


def test_who_is_lost_is_lost_by_one_measure(client: Any) -> None:
    """The segments and the win-back draw the line at the same pause, and at no other."""
    written = bodies(client)

    segments = written["customer_segments"]
    assert "year" not in segments
    assert segments.casefold().count("four ") >= 2
    assert "quiet flow of the mail plan" in written["winback_sequence"]

"""What speaks for a channel and against it: the rules, and the client's own words."""

from collections.abc import Iterator, Sequence

from attrs import evolve, frozen

from aicmo_core.modules.strategy.internal.directory import Mentioned, belongs, hosted, mentioned
from aicmo_core.modules.strategy.internal.phrases import fill, quoted
from aicmo_core.modules.strategy.internal.profile import Profile
from aicmo_core.modules.strategy.internal.rules import Channel, Saying
from aicmo_core.modules.strategy.internal.words import contains_term


@frozen
class Points:
    """Points for a channel, and why."""

    points: int
    because: str


def points_for(
    channel: Channel, profile: Profile, wished: Mentioned, told: Sequence[Points]
) -> tuple[Points, ...]:
    """Return what speaks for and against *channel*, the strongest first."""
    found = (*_by_rules(channel, profile), *_by_the_client(channel, profile, wished), *told)
    strongest = sorted(found, key=lambda p: -abs(p.points))
    return tuple(_sayable(points, profile) for points in strongest)


def told_by(profile: Profile) -> dict[str, list[Points]]:
    """Return, by channel, the points for what the client says of it in other answers."""
    brief, rules = profile.brief, profile.rules.choice
    answers = (
        (brief.objectives, rules.goal_names_it),
        (brief.audience_channels, rules.audience_is_there),
        (brief.worked, rules.worked_before),
        (brief.did_not_work, rules.failed_before),
    )
    told: dict[str, list[Points]] = {}
    for texts, saying in answers:
        heard: dict[str, str] = {}
        for text in texts:
            for channel in mentioned([text], profile.rules.directory).all:
                heard.setdefault(channel.name, text)
        for name, text in heard.items():
            told.setdefault(name, []).append(_said(saying, quoted(text, 90)))
    return told


def _said(saying: Saying, text: str) -> Points:
    return Points(saying.points, fill(saying.because, {"text": text}))


def _sayable(points: Points, profile: Profile) -> Points:
    """Return the points without their words, where those are words that the client forbids."""
    forbidden = contains_term(points.because, profile.brief.must_avoid)
    return evolve(points, because="") if forbidden else points


def _by_rules(channel: Channel, profile: Profile) -> Iterator[Points]:
    for rule in profile.rules.choice.choices.values():
        if rule.channel == channel.name and profile.holds(rule.when):
            yield Points(rule.points, fill(rule.because, profile.words_of(rule.when)))


def _by_the_client(channel: Channel, profile: Profile, wished: Mentioned) -> Iterator[Points]:
    for group in wished.groups:
        if belongs(channel, group):
            yield _said(profile.rules.choice.group_is_asked_for, group.name)
    if hosted(channel, profile.brief.social_links) is not None:
        yield _said(profile.rules.choice.profile_is_there, "")

"""The kit fails every backend that is broken on purpose, and by the case that says why."""

import subprocess
import sys
from pathlib import Path

import pytest

from aicmo_core.backends.memory import Memory, MemoryBackend
from aicmo_core.testing.broken import DEFECTS
from aicmo_core.testing.conformance.run import case_names, failure

KILLERS = {
    "HalfBatch": "test_one_refused_change_refuses_all",
    "BestEffort": "test_late_unique_collision_leaves_nothing",
    "VersionsIgnored": "test_replace_with_an_old_token_is_refused",
    "ReplaceInserts": "test_replace_of_a_missing_row_is_refused",
    "RemoveOfNothing": "test_remove_of_a_missing_row_is_refused",
    "RequireIgnored": "test_require_of_a_changed_row_refuses_the_batch",
    "UniqueUnchecked": "test_taken_unique_value_is_refused",
    "UniqueTooEarly": "test_unique_values_may_be_swapped_in_one_batch",
    "NoneIsTaken": "test_none_equals_nothing",
    "FirstConflictOnly": "test_several_refusals_are_listed_in_batch_order",
    "ConflictsByKey": "test_several_refusals_are_listed_in_batch_order",
    "FenceUnknown": "test_fence_reports_whatever_does_not_fit_as_fence",
    "TwiceNamed": "test_batch_that_names_a_row_twice_is_refused",
    "AnswerLost": "test_commit_is_visible_to_all_threads_at_once",
    "LostUpdates": "test_no_update_is_lost",
    "RequireUnlocked": "test_write_skew_is_refused_by_require",
    "SeenInPart": "test_batch_of_several_rows_is_seen_whole",
    "SharedVerdict": "test_unique_value_goes_to_the_first_batch",
    "StopsAtConflict": "test_each_batch_has_its_own_verdict",
    "ChildrenLeftOver": "test_replacing_a_parent_replaces_its_children",
    "ChildrenOutlive": "test_removing_a_parent_removes_its_children",
    "NoneLast": "test_values_are_ordered_none_first",
    "CaselessOrder": "test_values_are_ordered_none_first",
    "TextualNumbers": "test_number_keys_order_as_numbers",
    "Utf16Order": "test_values_are_ordered_none_first",
    "TiesUnordered": "test_mixed_directions_with_ties_are_a_total_order",
    "PagingSkipsTies": "test_pages_give_the_whole_list_once",
    "PagingByOffset": "test_insert_before_the_cursor_does_not_shift_a_page",
    "LimitIgnored": "test_limit_bounds_the_page",
    "NoneNeverFound": "test_each_value_is_found_by_equality",
    "NoneInRanges": "test_ranges_split_the_order_at_every_value",
    "CaselessSearch": "test_similar_texts_are_found_apart",
    "CountsAll": "test_conditions_hold_together",
    "StaleSearch": "test_search_sees_changes_and_removals",
    "ChildrenUnordered": "test_children_come_back_in_list_order",
    "FoundWithoutChildren": "test_found_parents_have_their_own_children",
    "ChildrenTorn": "test_children_are_never_torn_from_their_parent",
    "OwnSnapshot": "test_commit_is_visible_to_a_second_object",
    "Forgetful": "test_what_was_committed_survives_closing",
    "LocalTime": "test_time_is_aware_and_in_utc",
    "ClockJumps": "test_time_does_not_go_backwards",
    "Milliseconds": "test_extreme_values_come_back_equal",
    "DecimalsAsFloats": "test_extreme_values_come_back_equal",
    "IntsAsFloats": "test_extreme_values_come_back_equal",
    "BoolsAsInts": "test_row_comes_back_as_it_was_written",
    "TextTrimmed": "test_text_of_any_script_comes_back_equal",
    "TextNormalized": "test_text_of_any_script_comes_back_equal",
    "ThreeBytes": "test_text_of_any_script_comes_back_equal",
    "EmptyIsNone": "test_text_of_any_script_comes_back_equal",
    "TokensByContent": "test_equal_content_under_another_token_is_stale",
    "CaselessKeys": "test_similar_texts_are_different_keys",
    "PaddedKeys": "test_similar_texts_are_different_keys",
    "NormalizedKeys": "test_similar_texts_are_different_keys",
    "AccentlessKeys": "test_similar_texts_are_different_keys",
}
"""Of the cases that fail a defect, the one whose promise it breaks."""


def verdict(backend: type[MemoryBackend], case: str) -> BaseException | None:
    memory = Memory()
    return failure(lambda: backend(memory), case)


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda d: d.__name__)
def test_defect_is_failed_by_the_case_that_names_it(defect: type[MemoryBackend]) -> None:
    """Each defect breaks a promise, and the case of that promise fails."""
    assert verdict(defect, KILLERS[defect.__name__]) is not None


@pytest.mark.parametrize("case", sorted(set(KILLERS.values())))
def test_killing_case_passes_the_sound_backend(case: str) -> None:
    """A case that failed everything would prove nothing."""
    assert verdict(MemoryBackend, case) is None


def test_every_defect_has_its_case() -> None:
    """A defect that is added names the case that fails it, and the case exists."""
    assert sorted(KILLERS) == sorted(defect.__name__ for defect in DEFECTS)
    assert set(KILLERS.values()) <= set(case_names())


SUITE = """
import pytest
from aicmo_core.backends.memory import Memory
from aicmo_core.testing import BackendConformance
from aicmo_core.testing.broken.writes import VersionsIgnored

class TestVersionsIgnored(BackendConformance):
    @pytest.fixture
    def open_store(self):
        memory = Memory()
        return lambda: VersionsIgnored(memory)
"""


def test_third_party_sees_what_differed(tmp_path: Path) -> None:
    """In another project's pytest, a failing case shows the values that it compared."""
    (tmp_path / "test_broken.py").write_text(SUITE)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_broken.py"]

    result = subprocess.run(
        [*command, "-k", "row_comes_back or judged_by_the_outcome"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert result.returncode == 1, result.stdout
    assert "1 failed, 1 passed" in result.stdout
    assert "assert [True, True, True, False] == [True, False, True, False]" in result.stdout

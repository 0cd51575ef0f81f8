"""
Which case shows which sentence of a port: data for test_promises.

A bare name is a case of the kit, which every implementation has to pass. One with a path is
a test of this project: what it shows needs a fault that only a particular store can have.
"""

BACKEND: dict[str, tuple[str, ...]] = {
    "Backend: A place for rows, with one way to change them.": (
        "test_insert_replace_and_remove_do_what_they_say",
    ),
    "Backend: Every method may be called from any thread, at the same time as any other.": (
        "test_threads_on_rows_of_their_own_all_succeed",
        "test_crowd_of_threads_reads_at_once",
    ),
    (
        "Backend: Reads see committed rows only, and every row that was committed before the "
        "read began; they hold no lock when they return."
    ): (
        "test_batch_of_several_rows_is_seen_whole",
        "test_commit_is_visible_to_all_threads_at_once",
        "test_commit_is_visible_to_a_second_object",
        "test_reader_does_not_hold_up_a_writer",
    ),
    (
        "Backend: Text is compared and ordered by code point: two ids are equal when their "
        "bytes are."
    ): (
        "test_values_are_ordered_none_first",
        "test_similar_texts_are_different_keys",
        "test_any_two_texts_are_one_key_only_if_equal",
        "test_hostile_text_is_a_key_like_any_other",
    ),
    ("prepare: Declare the collections that will be used; called once, before any other method."): (
        "test_fresh_store_is_empty_and_current",
    ),
    "prepare: An embedded store that holds nothing yet is made ready.": (
        "test_fresh_store_is_empty_and_current",
        "unit/backends/sql/test_sqlite_backend.py::test_path_may_hold_what_addresses_give_a_meaning",
    ),
    "prepare: A server, or a store that holds tables already, is never altered here.": (
        "migrations/test_upgrade.py::test_server_is_never_altered_by_opening_it",
        "migrations/test_schema_states.py::test_database_with_other_tables_is_not_altered",
    ),
    "prepare: DatabaseUnmigrated: Tables are missing or older than the declarations.": (
        "migrations/test_schema_states.py::test_nothing_applied_is_missing",
        "migrations/test_schema_states.py::test_unapplied_migration_makes_the_tables_older",
    ),
    "prepare: DatabaseNewer: Tables were made by newer code.": (
        "migrations/test_schema_states.py::test_unknown_revision_makes_the_tables_newer",
    ),
    "prepare: DatabaseDiffers: Tables lack what is declared, although they are current.": (
        "scenarios/test_start_up_refusals.py::test_migrations_do_not_make_what_is_declared",
    ),
    "prepare: BackendUnavailable: The store cannot be reached, read or written.": (
        "conformance/test_unreachable.py::test_server_that_is_not_there_is_told_by_every_method",
        "conformance/test_unreachable.py::test_folder_that_is_not_there_is_told_by_every_method",
    ),
    (
        "prepare: DeclarationError: A collection cannot be stored, or a module's migrations "
        "are missing or do not follow one another."
    ): (
        "test_collection_that_cannot_be_stored_is_refused",
        "migrations/test_modules_not_installed.py::test_migration_that_waits_for_another_modules_is_refused",
    ),
    "schema: Return how the store's tables compare with the prepared collections.": (
        "test_fresh_store_is_empty_and_current",
        "migrations/test_schema_states.py::test_unapplied_migration_makes_the_tables_older",
    ),
    "upgrade: Bring the tables up to the declarations; return one line per applied migration.": (
        "migrations/test_schema_states.py::test_unapplied_migration_makes_the_tables_older",
    ),
    "upgrade: Doing it twice is harmless: the second call returns nothing.": (
        "test_upgrade_of_a_current_store_does_nothing",
        "migrations/test_upgrade.py::test_second_upgrade_does_nothing",
    ),
    "upgrade: It may be called although `prepare` raised DatabaseUnmigrated.": (
        "migrations/test_schema_states.py::test_unapplied_migration_makes_the_tables_older",
    ),
    "upgrade: DatabaseNewer: The tables were made by newer code; nothing was changed.": (
        "migrations/test_schema_states.py::test_unknown_revision_makes_the_tables_newer",
    ),
    "upgrade: BackendUnavailable: The store cannot be reached or written.": (
        "conformance/test_unreachable.py::test_server_that_is_not_there_is_told_by_every_method",
        "conformance/test_unreachable.py::test_folder_that_is_not_there_is_told_by_every_method",
    ),
    (
        "check: Return how the tables differ from the prepared collections, in words; empty "
        "if nowhere."
    ): (
        "test_tables_of_a_fresh_store_do_not_differ",
        "migrations/test_schema_differences.py::test_difference_is_told",
    ),
    "check: Looks closer than `schema`, which compares versions.": (
        "migrations/test_schema_differences.py::test_difference_is_told",
    ),
    "check: A store without tables of its own has nothing to compare.": (
        "test_tables_of_a_fresh_store_do_not_differ",
    ),
    ("revisions: Return where each module's tables are; nothing for a store without migrations."): (
        "test_tables_of_a_fresh_store_do_not_differ",
        "migrations/test_drafting.py::test_a_changed_declaration",
    ),
    "revisions: Modules that were not prepared, but have left tables here, come last.": (
        "migrations/test_modules_not_installed.py::test_database_is_opened_without_a_module_that_migrated_it",
    ),
    "downgrade: Take back a module's migrations down to *revision*; return one line for each.": (
        "migrations/test_schema_states.py::test_downgrade_stops_at_the_named_revision",
    ),
    "downgrade: revision: The revision to be left at; `base` for none of the module's tables.": (
        "migrations/test_schema_states.py::test_downgrade_stops_at_the_named_revision",
        "migrations/test_builtin_migrations.py::test_every_revision_can_be_taken_back",
    ),
    "downgrade: NoMigrations: This kind of store has none.": (
        "test_module_that_is_not_there_is_not_taken_back",
    ),
    ("downgrade: UnknownName: There is no such module or revision, or the tables are below it."): (
        "test_module_that_is_not_there_is_not_taken_back",
        "migrations/test_schema_states.py::test_downgrade_of_something_unknown_names_the_nearest",
        "migrations/test_older_and_newer.py::"
        "test_downgrade_to_a_revision_that_was_not_reached_is_refused",
    ),
    "downgrade: DatabaseNewer: The tables were made by newer code; nothing was changed.": (
        "migrations/test_schema_states.py::test_unknown_revision_makes_the_tables_newer",
    ),
    "downgrade: BackendUnavailable: The store cannot be reached or written.": (
        "conformance/test_unreachable.py::test_server_that_is_not_there_is_told_by_every_method",
        "conformance/test_unreachable.py::test_folder_that_is_not_there_is_told_by_every_method",
    ),
    (
        "draft_migration: Write a module's next migration, from how its tables differ from "
        "its declarations."
    ): ("migrations/test_drafting.py::test_a_changed_declaration",),
    "draft_migration: NoMigrations: This kind of store has none.": (
        "test_nothing_is_drafted_where_nothing_differs",
    ),
    "draft_migration: UnknownName: There is no such module.": (
        "test_module_that_is_not_there_is_not_taken_back",
        "migrations/test_drafting.py::test_an_unknown_module",
    ),
    "draft_migration: NothingToMigrate: Its tables agree with its declarations.": (
        "test_nothing_is_drafted_where_nothing_differs",
        "migrations/test_drafting.py::test_nothing_changed",
    ),
    "draft_migration: BackendUnavailable: The store cannot be reached.": (
        "conformance/test_unreachable.py::test_server_that_is_not_there_is_told_by_every_method",
        "conformance/test_unreachable.py::test_folder_that_is_not_there_is_told_by_every_method",
    ),
    "get: Return the row with this encoded key, children included, or None.": (
        "test_row_comes_back_as_it_was_written",
        "test_children_come_back_in_list_order",
        "test_key_that_is_not_there_gives_nothing",
    ),
    "get: BackendUnavailable: The store cannot be read.": (
        "conformance/test_unreachable.py::test_server_that_is_not_there_is_told_by_every_method",
        "conformance/test_unreachable.py::test_folder_that_is_not_there_is_told_by_every_method",
    ),
    "find: Return the rows that meet the query, in its order, children included.": (
        "test_any_search_means_what_the_port_says",
        "test_found_row_equals_the_one_got",
        "test_found_parents_have_their_own_children",
    ),
    "find: BackendUnavailable: The store cannot be read.": (
        "conformance/test_unreachable.py::test_server_that_is_not_there_is_told_by_every_method",
        "conformance/test_unreachable.py::test_folder_that_is_not_there_is_told_by_every_method",
    ),
    "count: Return how many rows meet all conditions.": (
        "test_conditions_hold_together",
        "test_any_search_means_what_the_port_says",
    ),
    "count: BackendUnavailable: The store cannot be read.": (
        "conformance/test_unreachable.py::test_server_that_is_not_there_is_told_by_every_method",
        "conformance/test_unreachable.py::test_folder_that_is_not_there_is_told_by_every_method",
    ),
    "commit: Make all *changes* true at once and durably, or none of them.": (
        "test_one_refused_change_refuses_all",
        "test_late_unique_collision_leaves_nothing",
        "test_batch_of_ten_thousand_changes_is_one_commit",
        "test_answer_outlives_the_process_that_had_it",
    ),
    (
        "commit: Keys and tokens are judged by the rows as they were before the batch: an "
        "Insert needs its key free; Replace, Remove and Require need a row with the token "
        "that they expect."
    ): (
        "test_insert_of_a_taken_key_is_refused",
        "test_replace_with_an_old_token_is_refused",
        "test_remove_with_an_old_token_is_refused",
        "test_require_of_a_changed_row_refuses_the_batch",
        "test_require_of_a_missing_row_refuses_the_batch",
    ),
    (
        "commit: Unique constraints are judged by the rows as they are after the batch, so "
        "values may be swapped within it; None equals nothing."
    ): (
        "test_unique_values_may_be_swapped_in_one_batch",
        "test_none_equals_nothing",
    ),
    (
        "commit: Each change is judged as if the others fitted: a Remove or Replace that is "
        "refused frees its row's values all the same, and a refused Insert takes its own."
    ): ("test_unique_is_judged_as_if_all_other_changes_fitted",),
    "commit: A batch names each row at most once.": (
        "test_batch_that_names_a_row_twice_is_refused",
    ),
    "commit: An empty batch does nothing.": ("test_empty_batch_does_nothing",),
    (
        "commit: Commits are serializable with respect to the rows that they name: of two "
        "batches that name one row, one is judged by the outcome of the other."
    ): (
        "test_no_update_is_lost",
        "test_write_skew_is_refused_by_require",
        "test_two_processes_lose_no_update",
    ),
    "commit: Conflict: Some change does not fit; nothing was written.": (
        "test_one_refused_change_refuses_all",
        "test_refused_batch_leaves_nothing_after_closing",
    ),
    (
        "commit: The items name every such change, in batch order and once each: its key or "
        "token if that does not fit, else the first unique constraint, in declared order, "
        "that it collides with (against a stored row that stays, or an earlier change)."
    ): (
        "test_several_refusals_are_listed_in_batch_order",
        "test_many_refusals_are_all_listed",
        "test_first_group_in_declared_order_is_named",
        "test_refused_insert_does_not_free_the_row_it_met",
    ),
    (
        "commit: A collection that is a fence reports FENCE; otherwise a taken key or unique "
        "value is UNIQUE, and a row that is gone or has another token is STALE."
    ): (
        "test_fence_reports_whatever_does_not_fit_as_fence",
        "test_insert_of_a_taken_key_is_refused",
        "test_taken_unique_value_is_refused",
        "test_replace_of_a_missing_row_is_refused",
    ),
    "commit: ValueError: The batch names one row twice; nothing was written.": (
        "test_batch_that_names_a_row_twice_is_refused",
    ),
    "commit: BackendUnavailable: The store refused; nothing was written.": (
        "unit/backends/sql/test_sqlite_backend.py::test_full_disk_is_told_and_leaves_nothing",
        "conformance/test_unreachable.py::test_server_that_is_not_there_is_told_by_every_method",
        "conformance/test_unreachable.py::test_folder_that_is_not_there_is_told_by_every_method",
    ),
    (
        "commit: OutcomeUnknown: The answer was lost; the batch is or will be written wholly "
        "or not at all."
    ): (
        "unit/backends/sql/postgres/test_postgres_backend.py::test_connection_lost_during_a_commit_leaves_the_outcome_unknown",
        "unit/backends/sql/test_sqlite_backend.py::test_disk_that_fails_the_commit_itself_leaves_the_outcome_unknown",
    ),
    "commit_many: Commit each batch by itself; return, in order, None or the error it met.": (
        "test_each_batch_has_its_own_verdict",
    ),
    "commit_many: One batch's conflict does not affect another's outcome.": (
        "test_each_batch_has_its_own_verdict",
        "test_refused_batch_leaves_nothing_of_itself",
    ),
    "now: Return the store's own time, aware and in UTC, which all its users share.": (
        "test_time_is_aware_and_in_utc",
        "test_users_of_a_store_share_its_time",
        "test_time_is_aware_whatever_the_clock_says",
    ),
    "now: BackendUnavailable: The store cannot be reached.": (
        "conformance/test_unreachable.py::test_server_that_is_not_there_is_told_by_every_method",
        "conformance/test_unreachable.py::test_folder_that_is_not_there_is_told_by_every_method",
    ),
    "close: Release what this object holds.": (
        "test_closing_releases_what_was_opened",
        "test_closing_one_object_leaves_the_other",
    ),
    "close: Committed rows stay.": (
        "test_what_was_committed_survives_closing",
        "test_store_is_closed_and_opened_many_times",
    ),
    "close: Closing twice is harmless.": ("test_closing_twice_is_harmless",),
}
"""Of `aicmo_core.storage.Backend`, after the name of the method."""

ARTIFACTS: dict[str, tuple[str, ...]] = {
    "ArtifactStore: A place for files.": ("test_object_reads_back_as_it_was_put",),
    "ArtifactStore: Paths are generated by the library, never taken from a client's text.": (
        "test_path_that_is_not_plain_is_refused",
    ),
    "ArtifactStore: An object is there completely or not at all, however the writer ends.": (
        "test_readers_see_old_or_new_never_a_mixture",
        "unit/providers/test_artifact_stores.py::test_what_a_killed_writer_left_is_no_object_and_goes_with_its_folder",
        "scenarios/test_faults_s3.py::test_half_an_object_is_found_out_and_goes",
    ),
    "url: The address that opens this same store again, in another process too.": (
        "test_url_opens_the_same_store",
    ),
    "put: Write a complete object, over an earlier one if there is one.": (
        "test_object_reads_back_as_it_was_put",
        "test_second_put_replaces_the_first",
        "test_same_content_again_is_the_same_object",
        "test_empty_object_is_an_object",
        "test_large_object_is_one_object",
    ),
    "put: ArtifactRefused: *path* leaves the root, or is not made of plain names.": (
        "test_path_that_is_not_plain_is_refused",
        "test_path_is_an_object_or_a_folder_never_both",
    ),
    "put: ArtifactUnavailable: The store cannot be written, or does not answer; no part of it "
    "is there, unless all of it is.": (
        "scenarios/test_faults_s3.py::test_put_that_never_arrives_leaves_nothing",
        "scenarios/test_faults_s3.py::test_put_whose_every_answer_is_lost_leaves_the_whole_object",
        "unit/providers/test_artifact_stores.py::test_refusal_of_the_system_is_translated_and_leaves_nothing",
        "unit/providers/test_artifact_stores.py::test_write_that_does_not_read_back_is_refused",
    ),
    "get: Return the content of an object.": ("test_object_reads_back_as_it_was_put",),
    "get: NotFound: There is none.": ("test_missing_object_is_not_found",),
    "get: ArtifactRefused: *path* leaves the root, or is not made of plain names.": (
        "test_path_that_is_not_plain_is_refused",
    ),
    "get: ArtifactUnavailable: The store cannot be read.": (
        "scenarios/test_faults_s3.py::test_service_that_is_gone_is_told_by_every_call",
        "scenarios/test_faults_s3.py::test_answer_that_ends_in_the_middle_is_never_taken_for_the_object",
    ),
    "list: Return the paths of all objects under the folder *prefix*, sorted.": (
        "test_list_is_sorted_and_stays_in_its_folder",
    ),
    "list: ArtifactUnavailable: The store cannot be listed.": (
        "scenarios/test_faults_s3.py::test_service_that_is_gone_is_told_by_every_call",
    ),
    "remove: Remove all objects under the folder *prefix*, and it.": (
        "test_remove_takes_the_folder_and_nothing_else",
        "test_one_object_can_be_removed",
        "test_folder_can_be_written_again_after_its_removal",
    ),
    "remove: Nothing there is no error.": ("test_remove_is_idempotent",),
    "remove: ArtifactRefused: *prefix* is empty, leaves the root, or is not made of plain names.": (
        "test_path_that_is_not_plain_is_refused",
    ),
    "remove: ArtifactUnavailable: Something could not be removed.": (
        "scenarios/test_faults_s3.py::test_service_that_is_gone_is_told_by_every_call",
        "scenarios/test_faults_s3.py::test_run_that_fails_while_the_service_is_gone_is_taken_back_later",
    ),
    "locate: Return where a person finds the object or folder: a file path or a URL.": (
        "test_place_can_be_named",
    ),
}
"""Of `aicmo_core.hooks.ArtifactStore`."""

TEXTS: dict[str, tuple[str, ...]] = {
    "TextProvider: Writes text: a language model, or what stands in for one.": (
        "test_answer_is_text_at_a_price",
    ),
    "TextProvider: Making one has no effect outside: it connects when it is first asked.": (
        "test_nobody_is_asked_for_a_cost",
    ),
    "TextProvider: It may be asked from any thread.": ("test_threads_are_answered",),
    "name: What drafts name it by: stable, at most 200 bytes, without a key.": (
        "test_name_is_stable_and_can_be_kept",
        "unit/providers/test_openai_text.py::test_key_is_shown_nowhere",
    ),
    (
        "most_cost: Return what *request* costs at most, in the currency of every answer, "
        "asking nobody."
    ): (
        "test_answer_is_text_at_a_price",
        "test_nobody_is_asked_for_a_cost",
        "test_longer_data_may_cost_more_never_less",
    ),
    "write: Ask once, and return what was answered, for at most `most_cost`.": (
        "test_answer_is_text_at_a_price",
        "test_request_is_made_once",
    ),
    (
        "write: The instructions are not mixed with the data, and nothing in the data ends "
        "its block."
    ): ("test_data_stays_in_its_block",),
    "write: TextUnavailable: Nothing, or not the whole answer, came.": (
        "test_provider_that_is_down_says_so",
        "unit/providers/test_openai_text.py::test_answer_that_is_none_is_not_asked_for_again",
    ),
    "write: It may be charged.": (
        "unit/providers/test_openai_text.py::test_answer_that_does_not_come_in_time",
    ),
    "write: TextRefused: The request was refused, and would be again.": (
        "test_refusal_is_told_from_a_failure_of_the_moment",
    ),
}
"""Of `aicmo_core.hooks.TextProvider`."""

_WRITERS = "unit/modules/production/test_section_writers.py::"

SECTIONS: dict[str, tuple[str, ...]] = {
    (
        "SectionWriterPort: Writes sections that production does not write, or writes them in "
        "its place."
    ): (f"{_WRITERS}test_sections_are_added_and_replaced",),
    (
        "SectionWriterPort: Production's own adapter writes none, and gives way: its sections are "
        "written by functions of its own."
    ): (
        f"{_WRITERS}test_production_s_own_writes_nothing_before_its_functions",
        f"{_WRITERS}test_sections_of_a_plugin_are_found_by_its_hooks",
    ),
    (
        "SectionWriterPort: A plugin provides another with the hook `aicmo_providers`, or a host "
        "with `open_app(providers=…)`."
    ): (
        f"{_WRITERS}test_sections_of_a_plugin_are_found_by_its_hooks",
        f"{_WRITERS}test_sections_are_added_and_replaced",
    ),
    (
        "SectionWriterPort: Which packs hold a section, and its title, is said by the rule set "
        "`production.packs`."
    ): (
        f"{_WRITERS}test_sections_are_added_and_replaced",
        f"{_WRITERS}test_a_section_that_nobody_writes_is_told",
    ),
    "section_ids: The sections that it writes, whichever pack lists them.": (
        "test_section_ids_can_stand_in_a_pack",
    ),
    "write_section: Return one of these sections as Markdown, its headings from level 3.": (
        "test_every_section_has_text",
        "test_headings_begin_at_level_three",
    ),
    "write_section: The same arguments give the same text.": (
        "test_same_arguments_give_the_same_text",
    ),
    ("write_section: A client's words in it have gone through `escape`, so that they stay text."): (
        "test_a_client_s_words_stay_text",
    ),
    "write_section: section_id: One of `section_ids`.": ("test_every_section_has_text",),
    "write_section: calendar: The posts that the whole report plans, by day.": (
        f"{_WRITERS}test_sections_are_added_and_replaced",
    ),
}
"""Of writers of sections."""

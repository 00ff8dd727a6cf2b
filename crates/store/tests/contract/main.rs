//! The contract of `kubemin_ports::Store`, the same for every database: each function takes a fresh store.

mod applications;
mod cancelling;
mod components;
mod databases;
mod events;
mod fixtures;
mod idempotency;
mod leases;
mod queueing;
mod removal;
mod retention;
mod retrying;
mod revisions;
mod running;
#[path = "../support/mod.rs"]
mod support;

/// One test a function and database, each with an empty database.
macro_rules! contract {
    ($($module:ident: $($test:ident)*;)*) => {
        mod sqlite {
            $(mod $module {
                $(#[tokio::test]
                async fn $test() {
                    crate::databases::sqlite(crate::$module::$test).await;
                })*
            })*
        }
        mod mariadb {
            $(mod $module {
                $(#[tokio::test]
                async fn $test() {
                    crate::databases::mariadb(crate::$module::$test).await;
                })*
            })*
        }
    };
}

contract! {
    applications:
        an_application_reads_back_as_it_was_stored
        an_application_is_found_by_namespace_and_name
        a_list_has_the_newest_change_first_and_pages_through_all
        a_text_is_searched_in_name_alias_project_and_description
        users_of_an_object_are_found_by_its_exact_key
        what_is_not_there_is_not_found;
    revisions:
        an_equal_document_keeps_its_revision
        a_different_document_is_the_next_revision
        a_changed_secret_value_is_a_different_document
        another_revision_than_the_expected_one_is_a_conflict
        a_name_of_another_application_is_a_conflict_that_names_it
        the_same_name_in_another_namespace_is_free
        a_revision_tells_how_its_newest_task_ended
        the_numbers_before_a_stop_are_kept_until_told_otherwise
        many_writers_at_once_all_succeed
        a_write_that_fails_among_many_undoes_only_itself;
    idempotency:
        the_same_key_and_body_give_the_same_answer
        the_same_key_with_another_body_is_a_conflict
        a_request_that_failed_can_be_sent_again;
    queueing:
        the_same_revision_asked_for_again_is_the_same_task
        a_running_task_of_the_same_revision_is_returned
        other_options_are_another_task
        a_finished_task_is_followed_by_a_new_one
        a_newer_revision_supersedes_what_has_not_started
        a_claimed_task_that_has_not_started_is_superseded_and_its_owner_fenced
        a_running_task_is_not_superseded
        force_asks_a_running_task_to_end_and_queues_another
        waiting_tasks_take_turns_by_namespace_and_one_of_an_application_is_enough
        tasks_are_listed_oldest_first_by_state_and_newest_first_by_application
        a_task_id_is_used_once
        a_task_for_an_unknown_application_is_not_found;
    running:
        a_claim_gives_the_task_with_owner_fence_and_attempt
        of_many_claims_at_once_one_succeeds
        a_second_task_of_an_application_waits_for_the_first
        tasks_of_different_applications_run_side_by_side
        a_dead_process_s_task_is_taken_over_and_the_old_owner_fenced
        a_terminal_state_never_changes
        a_task_nobody_has_taken_takes_no_writes
        plan_and_jobs_read_back_in_order
        jobs_are_written_over_those_of_the_same_place
        absent_parts_of_a_patch_stay
        a_record_puts_inventory_and_components_too
        a_suspended_task_has_no_owner_and_can_be_claimed_again;
    cancelling:
        a_waiting_task_ends_at_once
        a_running_task_is_told_at_its_next_record
        a_requested_end_gives_its_reason_to_the_cancelled_state
        an_ended_task_cannot_be_cancelled;
    retrying:
        a_retry_starts_at_the_first_job_not_completed
        retrying_twice_gives_the_same_task
        only_failed_timed_out_or_cancelled_tasks_are_retried
        a_task_of_an_older_revision_is_not_retried;
    components:
        new_components_are_pending_in_document_order
        status_is_kept_for_components_that_stay
        status_is_written_and_the_unknown_passed_over
        components_of_many_applications_come_at_once;
    events:
        events_come_oldest_first_after_a_number
        the_newest_500_of_an_application_are_kept;
    removal:
        everything_goes_but_the_deletion
        removing_twice_is_no_error
        an_application_made_again_starts_at_revision_1
        a_deployment_asked_for_after_the_deletion_survives_it;
    leases:
        a_taken_task_expires_unless_it_is_renewed
        a_renewal_answers_what_is_still_held
        a_released_task_waits_again_and_its_owner_is_fenced
        only_an_expired_task_is_reclaimed
        tasks_that_wait_or_have_ended_have_no_lease;
    retention:
        the_newest_tasks_and_revisions_stay_and_events_go_with_their_task
        what_runs_and_what_has_not_ended_stays_however_old
        zero_keeps_everything
        one_call_removes_a_few_and_the_newest_revision_stays_readable
        records_of_deletions_are_counted_over_all_applications_that_are_gone;
}

//! The store: every method one transaction, reads beside writes.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use kubemin_objects::ObjectKey;
use kubemin_ports::store::{StoreResult, StoredRevision};
use kubemin_ports::{
    ApplicationFilter, ApplicationRow, Clock, ComponentRow, EventRow, ExpiredTask, HeldTask,
    NewRevision, NewTask, Page, RenewedTask, ReplicaRow, Retention, RevisionRow, Store, TaskPatch,
    TaskRow, WaitingTask,
};
use kubemin_workflow::TaskState;

use crate::error::OpenError;
use crate::folder::DataFolder;
use crate::key::{Key, KeySource};
use crate::lane::Lane;
use crate::open::{Held, open};
use crate::options::Options;
use crate::rotate::Rotation;
use crate::seal::Keys;
use crate::sql::Connection;
use crate::{
    applications, cancel, claim, components, events, lease, queue, record, remove, replicas,
    retention, retry, revisions, rotate, shared_key, tasks,
};

/// Longest wait for a rotation: it reads and writes every revision there is.
const ROTATION: Duration = Duration::from_secs(3600);

/// An open database. The data folder of a file is held until the store is dropped, which waits for writes under way.
pub struct SqlStore {
    inner: Arc<Inner>,
    readers: Lane,
    writer: Lane,
    shared: bool,
    /// Dropped last, after the connections.
    _held: Option<Held>,
}

/// What calls need on the threads of the database.
struct Inner {
    folder: Option<DataFolder>,
    source: KeySource,
    lease: Duration,
    keys: Keys,
    clock: Arc<dyn Clock>,
}

impl SqlStore {
    /// Opens the database: holds the data folder, migrates, checks the key.
    ///
    /// # Errors
    /// See [`OpenError`]; every one says what to do.
    pub async fn open(options: Options) -> Result<Self, OpenError> {
        let opened = tokio::task::spawn_blocking(move || Self::open_here(options)).await;
        opened.map_err(|error| OpenError::Database(error.to_string()))?
    }

    fn open_here(options: Options) -> Result<Self, OpenError> {
        let opened = open(&options)?;
        Ok(Self {
            inner: Arc::new(Inner {
                folder: opened.folder,
                source: options.key,
                lease: options.lease,
                keys: opened.keys,
                clock: options.clock,
            }),
            readers: opened.readers,
            writer: opened.writer,
            shared: opened.shared,
            _held: opened.held,
        })
    }

    /// Seals every secret value with a new key (decision 47) and tells `progress` how many revisions of how many are done.
    /// The data folder's own key file is replaced, and the old key kept beside it; a key that was given from elsewhere is
    /// for the caller to replace: the old one is refused at the next start.
    ///
    /// # Errors
    /// Nothing has changed when it fails before the database has committed; after that only the clean-up can fail.
    pub async fn rotate_key(
        &self,
        new: Key,
        progress: impl Fn(usize, usize) + Send + 'static,
    ) -> Result<Rotation, OpenError> {
        let inner = Arc::clone(&self.inner);
        let rotated = self.writer.alone_within(ROTATION, move |sql| {
            let own = match inner.source {
                KeySource::DataFolder => inner.folder.as_ref(),
                _ => None,
            };
            Ok(rotate::rotate(sql, &inner.keys, &new, own, progress))
        });
        rotated.await?
    }

    /// Public name of the key in use.
    pub fn key_id(&self) -> String {
        self.inner.keys.now().current.id().to_owned()
    }

    /// Whether other processes may work on the same database.
    pub fn is_shared(&self) -> bool {
        self.shared
    }

    /// The key of content hashes that all processes on this database use.
    ///
    /// # Errors
    /// The database does not answer, or holds a key that cannot be opened.
    pub async fn content_hash_key(&self) -> StoreResult<Vec<u8>> {
        self.write(|sql, inner, _| shared_key::read_or_make(sql, &inner.keys))
            .await
    }

    /// Ends every connection after the writes under way.
    pub async fn close(self) {
        // Dropping waits for threads, which must not happen on a thread of the runtime. It cannot fail.
        let _ = tokio::task::spawn_blocking(move || drop(self)).await;
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl Fn(&Connection, &Inner) -> StoreResult<T> + Send + 'static,
    ) -> StoreResult<T> {
        let inner = Arc::clone(&self.inner);
        let work = move |sql: &Connection| sql.reading(|sql| work(sql, &inner));
        self.readers.alone(work).await
    }

    /// Runs `work` in a write transaction, with the time.
    async fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&Connection, &Inner, i64) -> StoreResult<T> + Send + 'static,
    ) -> StoreResult<T> {
        let inner = Arc::clone(&self.inner);
        let work = move |sql: &Connection| work(sql, &inner, inner.clock.now_ms());
        self.writer.together(work).await
    }
}

#[async_trait]
impl Store for SqlStore {
    async fn ping(&self) -> StoreResult<()> {
        self.read(|sql, _| sql.plain("SELECT 1")).await
    }

    async fn put_revision(&self, new: NewRevision) -> StoreResult<StoredRevision> {
        self.write(move |sql, inner, now_ms| revisions::put(sql, &inner.keys, &new, now_ms))
            .await
    }

    async fn add_task(&self, app_id: &str, task: NewTask) -> StoreResult<String> {
        let app_id = app_id.to_owned();
        self.write(move |sql, _, now_ms| queue::add(sql, &app_id, &task, now_ms))
            .await
    }

    async fn application(&self, id: &str) -> StoreResult<ApplicationRow> {
        let id = id.to_owned();
        self.read(move |sql, inner| applications::by_id(sql, &inner.keys, &id))
            .await
    }

    async fn find_application(
        &self,
        namespace: &str,
        name: &str,
    ) -> StoreResult<Option<ApplicationRow>> {
        let (namespace, name) = (namespace.to_owned(), name.to_owned());
        self.read(move |sql, inner| applications::by_name(sql, &inner.keys, &namespace, &name))
            .await
    }

    async fn applications(&self, filter: &ApplicationFilter) -> StoreResult<Page<ApplicationRow>> {
        let filter = filter.clone();
        self.read(move |sql, inner| applications::page(sql, &inner.keys, &filter))
            .await
    }

    async fn remove_application(&self, id: &str) -> StoreResult<()> {
        let id = id.to_owned();
        self.write(move |sql, _, now_ms| remove::application(sql, &id, now_ms))
            .await
    }

    async fn revisions(&self, app_id: &str) -> StoreResult<Vec<RevisionRow>> {
        let app_id = app_id.to_owned();
        self.read(move |sql, inner| revisions::list(sql, &inner.keys, &app_id))
            .await
    }

    async fn revision(&self, app_id: &str, revision: i64) -> StoreResult<RevisionRow> {
        let app_id = app_id.to_owned();
        self.read(move |sql, inner| revisions::one(sql, &inner.keys, &app_id, revision))
            .await
    }

    async fn users_of(&self, key: &ObjectKey) -> StoreResult<Vec<ApplicationRow>> {
        let key = key.clone();
        self.read(move |sql, inner| applications::users_of(sql, &inner.keys, &key))
            .await
    }

    async fn task(&self, id: &str) -> StoreResult<TaskRow> {
        let id = id.to_owned();
        // Task and jobs of one moment.
        self.read(move |sql, _| sql.snapshot(|sql| tasks::whole(sql, &id)))
            .await
    }

    async fn tasks(&self, app_id: &str, limit: usize) -> StoreResult<Vec<TaskRow>> {
        let app_id = app_id.to_owned();
        self.read(move |sql, _| tasks::newest(sql, &app_id, limit))
            .await
    }

    async fn latest_task(&self, app_id: &str) -> StoreResult<Option<TaskRow>> {
        let newest = self.tasks(app_id, 1).await?;
        Ok(newest.into_iter().next())
    }

    async fn tasks_in(
        &self,
        states: &[TaskState],
        limit: usize,
    ) -> StoreResult<Vec<(String, String)>> {
        let states = states.to_vec();
        self.read(move |sql, _| sql.snapshot(|sql| tasks::in_states(sql, &states, limit)))
            .await
    }

    async fn waiting_tasks(&self, limit: usize) -> StoreResult<Vec<WaitingTask>> {
        self.read(move |sql, _| tasks::waiting(sql, limit)).await
    }

    async fn claim(
        &self,
        task_id: &str,
        owner: &str,
        from: &[TaskState],
    ) -> StoreResult<Option<TaskRow>> {
        let (task_id, owner, from) = (task_id.to_owned(), owner.to_owned(), from.to_vec());
        self.write(move |sql, inner, _| claim::claim(sql, &task_id, &owner, &from, inner.lease))
            .await
    }

    async fn renew(&self, owner: &str, held: &[HeldTask]) -> StoreResult<Vec<RenewedTask>> {
        let (owner, held) = (owner.to_owned(), held.to_vec());
        self.write(move |sql, inner, _| lease::renew(sql, &owner, &held, inner.lease))
            .await
    }

    async fn expired(&self, limit: usize) -> StoreResult<Vec<ExpiredTask>> {
        self.read(move |sql, _| lease::expired(sql, limit)).await
    }

    async fn release(&self, task_id: &str, fence: i64) -> StoreResult<bool> {
        let task_id = task_id.to_owned();
        self.write(move |sql, _, _| lease::release(sql, &task_id, fence))
            .await
    }

    async fn reclaim(&self, task_id: &str, fence: i64) -> StoreResult<bool> {
        let task_id = task_id.to_owned();
        self.write(move |sql, _, _| lease::reclaim(sql, &task_id, fence))
            .await
    }

    async fn check_in(&self, replica: &ReplicaRow) -> StoreResult<Vec<ReplicaRow>> {
        let replica = replica.clone();
        self.write(move |sql, _, _| replicas::check_in(sql, &replica))
            .await
    }

    async fn take_lead(&self) -> StoreResult<i64> {
        self.write(|sql, _, _| replicas::take_lead(sql)).await
    }

    async fn put_components_leading(&self, term: i64, rows: &[ComponentRow]) -> StoreResult<()> {
        let rows = rows.to_vec();
        self.write(move |sql, _, _| {
            replicas::check_lead(sql, term)?;
            components::put(sql, &rows)
        })
        .await
    }

    async fn record(&self, task_id: &str, fence: i64, patch: TaskPatch) -> StoreResult<bool> {
        let task_id = task_id.to_owned();
        self.write(move |sql, _, now_ms| record::record(sql, &task_id, fence, &patch, now_ms))
            .await
    }

    async fn request_cancel(&self, task_id: &str, reason: &str) -> StoreResult<TaskState> {
        let (task_id, reason) = (task_id.to_owned(), reason.to_owned());
        self.write(move |sql, _, now_ms| cancel::request(sql, &task_id, &reason, now_ms))
            .await
    }

    async fn retry(&self, task_id: &str, new_id: &str) -> StoreResult<String> {
        let (task_id, new_id) = (task_id.to_owned(), new_id.to_owned());
        self.write(move |sql, _, now_ms| retry::retry(sql, &task_id, &new_id, now_ms))
            .await
    }

    async fn overdue(&self, keep: Retention) -> StoreResult<Vec<String>> {
        self.read(move |sql, _| sql.snapshot(|sql| retention::overdue(sql, keep)))
            .await
    }

    async fn prune(&self, app_id: &str, keep: Retention) -> StoreResult<usize> {
        let app_id = app_id.to_owned();
        self.write(move |sql, _, _| retention::prune(sql, &app_id, keep))
            .await
    }

    async fn prune_gone(&self, keep: Retention) -> StoreResult<usize> {
        self.write(move |sql, _, _| retention::prune_gone(sql, keep))
            .await
    }

    async fn components(&self, app_id: &str) -> StoreResult<Vec<ComponentRow>> {
        let app_id = app_id.to_owned();
        self.read(move |sql, _| components::of(sql, &app_id)).await
    }

    async fn components_of(&self, app_ids: &[String]) -> StoreResult<Vec<ComponentRow>> {
        let app_ids = app_ids.to_vec();
        self.read(move |sql, _| sql.snapshot(|sql| components::of_many(sql, &app_ids)))
            .await
    }

    async fn put_components(&self, rows: &[ComponentRow]) -> StoreResult<()> {
        let rows = rows.to_vec();
        self.write(move |sql, _, _| components::put(sql, &rows))
            .await
    }

    async fn add_events(&self, events: &[EventRow]) -> StoreResult<()> {
        let events = events.to_vec();
        self.write(move |sql, _, _| events::add(sql, &events)).await
    }

    async fn events(&self, app_id: &str, after: i64, limit: usize) -> StoreResult<Vec<EventRow>> {
        let app_id = app_id.to_owned();
        self.read(move |sql, _| events::after(sql, &app_id, after, limit))
            .await
    }
}

//! The store: every method one transaction, reads beside writes.

use std::fs::File;
use std::sync::Arc;

use async_trait::async_trait;
use kubemin_objects::ObjectKey;
use kubemin_ports::store::{StoreResult, StoredRevision};
use kubemin_ports::{
    ApplicationFilter, ApplicationRow, Clock, ComponentRow, EventRow, NewRevision, NewTask, Page,
    RevisionRow, Store, TaskPatch, TaskRow,
};
use kubemin_workflow::TaskState;
use sqlx::pool::PoolConnection;

use crate::error::{OpenError, unavailable};
use crate::folder::DataFolder;
use crate::key::{self, Key, KeySource};
use crate::open::{Opened, open};
use crate::options::Options;
use crate::seal::{Keys, Sealer};
use crate::sql::{Db, Readers, Writer};
use crate::{
    applications, cancel, claim, components, events, queue, record, remove, retry, revisions,
    rotate, tasks,
};

/// An open database. Its data folder is held until the store is dropped.
pub struct SqlStore {
    folder: DataFolder,
    _elsewhere: Option<File>,
    source: KeySource,
    keys: Keys,
    writer: Writer,
    readers: Readers,
    clock: Arc<dyn Clock>,
}

impl SqlStore {
    /// Opens the database: holds the data folder, migrates, checks the key.
    ///
    /// # Errors
    /// See [`OpenError`]; every one says what to do.
    pub async fn open(options: Options) -> Result<Self, OpenError> {
        let Opened {
            folder,
            elsewhere,
            keys,
            writer,
            readers,
        } = open(&options).await?;
        Ok(Self {
            folder,
            _elsewhere: elsewhere,
            source: options.key,
            keys,
            writer,
            readers,
            clock: options.clock,
        })
    }

    /// Seals every secret value with a new key (decision 47). The data folder's own key file is replaced; a key that was
    /// given from elsewhere is for the caller to replace, the old one is refused at the next start.
    ///
    /// # Errors
    /// Nothing has changed when it fails before the database has committed; after that only the clean-up can fail.
    pub async fn rotate_key(&self, new: Key) -> Result<(), OpenError> {
        let own = matches!(self.source, KeySource::DataFolder);
        let mut change = self.writer.begin().await?;
        let old = self.keys.now().current.key().clone();
        if own {
            key::write_next(&self.folder, &new)?;
        }
        // Readers must open what the commit makes visible, before this process seals with it.
        self.keys
            .set(Sealer::new(old.clone())?, Some(Sealer::new(new.clone())?));
        let next = Keys::new(Sealer::new(new.clone())?);
        next.set(Sealer::new(new.clone())?, Some(Sealer::new(old.clone())?));
        let resealed = rotate::reseal(change.sql(), &next).await;
        change
            .finish_with(resealed, |()| self.keys.adopt(&next))
            .await?;
        if own {
            key::settle(&self.folder, &new)?;
        }
        // Old pages and the log still hold values under the old key.
        self.writer.outside("VACUUM").await?;
        self.writer
            .outside("PRAGMA wal_checkpoint(TRUNCATE)")
            .await?;
        Ok(())
    }

    /// Ends every connection. Dropping the store does the same later.
    pub async fn close(self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    async fn read(&self) -> StoreResult<PoolConnection<Db>> {
        self.readers.acquire().await.map_err(unavailable)
    }
}

#[async_trait]
impl Store for SqlStore {
    async fn ping(&self) -> StoreResult<()> {
        let mut sql = self.read().await?;
        let answer = sqlx::query::<Db>("SELECT 1").execute(&mut *sql).await;
        answer.map(|_| ()).map_err(unavailable)
    }

    async fn put_revision(&self, new: NewRevision) -> StoreResult<StoredRevision> {
        let mut change = self.writer.begin().await?;
        let now_ms = self.clock.now_ms();
        let stored = revisions::put(change.sql(), &self.keys, &new, now_ms).await;
        change.finish(stored).await
    }

    async fn add_task(&self, app_id: &str, task: NewTask) -> StoreResult<String> {
        let mut change = self.writer.begin().await?;
        let added = queue::add(change.sql(), app_id, &task, self.clock.now_ms()).await;
        change.finish(added).await
    }

    async fn application(&self, id: &str) -> StoreResult<ApplicationRow> {
        applications::by_id(&mut *self.read().await?, &self.keys, id).await
    }

    async fn find_application(
        &self,
        namespace: &str,
        name: &str,
    ) -> StoreResult<Option<ApplicationRow>> {
        applications::by_name(&mut *self.read().await?, &self.keys, namespace, name).await
    }

    async fn applications(&self, filter: &ApplicationFilter) -> StoreResult<Page<ApplicationRow>> {
        applications::page(&mut *self.read().await?, &self.keys, filter).await
    }

    async fn remove_application(&self, id: &str) -> StoreResult<()> {
        let mut change = self.writer.begin().await?;
        let removed = remove::application(change.sql(), id, self.clock.now_ms()).await;
        change.finish(removed).await
    }

    async fn revisions(&self, app_id: &str) -> StoreResult<Vec<RevisionRow>> {
        revisions::list(&mut *self.read().await?, &self.keys, app_id).await
    }

    async fn revision(&self, app_id: &str, revision: i64) -> StoreResult<RevisionRow> {
        revisions::one(&mut *self.read().await?, &self.keys, app_id, revision).await
    }

    async fn users_of(&self, key: &ObjectKey) -> StoreResult<Vec<ApplicationRow>> {
        applications::users_of(&mut *self.read().await?, &self.keys, key).await
    }

    async fn task(&self, id: &str) -> StoreResult<TaskRow> {
        // Task and jobs of one moment: two statements in one read transaction.
        let mut snapshot = self.readers.begin().await.map_err(unavailable)?;
        let task = tasks::whole(&mut snapshot, id).await;
        snapshot.rollback().await.map_err(unavailable)?;
        task
    }

    async fn tasks(&self, app_id: &str, limit: usize) -> StoreResult<Vec<TaskRow>> {
        tasks::newest(&mut *self.read().await?, app_id, limit).await
    }

    async fn latest_task(&self, app_id: &str) -> StoreResult<Option<TaskRow>> {
        let newest = tasks::newest(&mut *self.read().await?, app_id, 1).await?;
        Ok(newest.into_iter().next())
    }

    async fn tasks_in(
        &self,
        states: &[TaskState],
        limit: usize,
    ) -> StoreResult<Vec<(String, String)>> {
        tasks::in_states(&mut *self.read().await?, states, limit).await
    }

    async fn claim(
        &self,
        task_id: &str,
        owner: &str,
        from: &[TaskState],
    ) -> StoreResult<Option<TaskRow>> {
        let mut change = self.writer.begin().await?;
        let task = claim::claim(change.sql(), task_id, owner, from).await;
        change.finish(task).await
    }

    async fn record(&self, task_id: &str, fence: i64, patch: TaskPatch) -> StoreResult<bool> {
        let mut change = self.writer.begin().await?;
        let now_ms = self.clock.now_ms();
        let recorded = record::record(change.sql(), task_id, fence, &patch, now_ms).await;
        change.finish(recorded).await
    }

    async fn request_cancel(&self, task_id: &str, reason: &str) -> StoreResult<TaskState> {
        let mut change = self.writer.begin().await?;
        let state = cancel::request(change.sql(), task_id, reason, self.clock.now_ms()).await;
        change.finish(state).await
    }

    async fn retry(&self, task_id: &str, new_id: &str) -> StoreResult<String> {
        let mut change = self.writer.begin().await?;
        let id = retry::retry(change.sql(), task_id, new_id, self.clock.now_ms()).await;
        change.finish(id).await
    }

    async fn components(&self, app_id: &str) -> StoreResult<Vec<ComponentRow>> {
        components::of(&mut *self.read().await?, app_id).await
    }

    async fn components_of(&self, app_ids: &[String]) -> StoreResult<Vec<ComponentRow>> {
        components::of_many(&mut *self.read().await?, app_ids).await
    }

    async fn put_components(&self, rows: &[ComponentRow]) -> StoreResult<()> {
        let mut change = self.writer.begin().await?;
        let put = components::put(change.sql(), rows).await;
        change.finish(put).await
    }

    async fn add_events(&self, events: &[EventRow]) -> StoreResult<()> {
        let mut change = self.writer.begin().await?;
        let added = events::add(change.sql(), events).await;
        change.finish(added).await
    }

    async fn events(&self, app_id: &str, after: i64, limit: usize) -> StoreResult<Vec<EventRow>> {
        events::after(&mut *self.read().await?, app_id, after, limit).await
    }
}

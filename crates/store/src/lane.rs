//! Threads on which the database is called: one lane for writing, one for reading.
//!
//! The writing lane of SQLite puts transactions that wait at the same time into one commit: each in its own savepoint,
//! each answered only after the commit. With a server every thread has a connection and commits alone. A caller that goes
//! away loses the answer, not the write.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use kubemin_ports::store::StoreResult;
use tokio::sync::oneshot;

use crate::sql::{Connection, silent};

/// Calls that wait. More means that the disk does not keep up; callers are told at once.
const WAITING: usize = 4096;
/// Transactions of one commit: enough to make the disk's share small, few enough to keep the first one's wait short.
const TOGETHER: usize = 64;
/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A lane. Dropping it waits until its threads have ended what they were told to do.
pub struct Lane {
    jobs: Option<SyncSender<Job>>,
    groups_commits: bool,
    threads: Vec<JoinHandle<()>>,
}

enum Job {
    /// Part of a transaction; the error is that of the transaction's beginning.
    Together(Work),
    /// Alone and outside any transaction.
    Alone(Box<dyn FnOnce(&Connection) + Send>),
}

type Work = Box<dyn FnOnce(StoreResult<&Connection>) -> Turn + Send>;

/// A job that has run and waits for the commit.
struct Turn {
    keep: bool,
    answer: Box<dyn FnOnce(StoreResult<()>) + Send>,
}

impl Lane {
    /// A lane of one thread a connection.
    pub fn of(connections: Vec<Connection>) -> Self {
        let (sender, receiver) = sync_channel(WAITING);
        let receiver = Arc::new(Mutex::new(receiver));
        let groups_commits = !connections.iter().any(Connection::is_server);
        let threads = connections.into_iter().map(|connection| {
            let receiver = Arc::clone(&receiver);
            std::thread::spawn(move || serve(&receiver, &connection))
        });
        Self {
            threads: threads.collect(),
            jobs: Some(sender),
            groups_commits,
        }
    }

    /// Runs `work` in a transaction, kept when it succeeds.
    pub async fn together<T: Send + 'static>(
        &self,
        work: impl Fn(&Connection) -> StoreResult<T> + Send + 'static,
    ) -> StoreResult<T> {
        if !self.groups_commits {
            return self.alone(move |sql| sql.transaction(&work)).await;
        }
        let (sender, receiver) = oneshot::channel();
        let asked = Instant::now();
        let job = move |connection: StoreResult<&Connection>| {
            let result = in_time(asked).and(connection).and_then(work);
            Turn {
                keep: result.is_ok(),
                answer: Box::new(move |committed| {
                    // Nobody listens any more when the caller went away.
                    let _ = sender.send(result.and_then(|value| committed.map(|()| value)));
                }),
            }
        };
        self.send(Job::Together(Box::new(job)))?;
        answer(receiver, PATIENCE).await
    }

    /// Runs `work` alone, outside any transaction.
    pub async fn alone<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> StoreResult<T> + Send + 'static,
    ) -> StoreResult<T> {
        self.alone_within(PATIENCE, work).await
    }

    /// Runs `work` alone, outside any transaction, with a longest wait of its own.
    pub async fn alone_within<T: Send + 'static>(
        &self,
        patience: Duration,
        work: impl FnOnce(&Connection) -> StoreResult<T> + Send + 'static,
    ) -> StoreResult<T> {
        let (sender, receiver) = oneshot::channel();
        let asked = Instant::now();
        let job = move |connection: &Connection| {
            let _ = sender.send(in_time(asked).and_then(|()| work(connection)));
        };
        self.send(Job::Alone(Box::new(job)))?;
        answer(receiver, patience).await
    }

    fn send(&self, job: Job) -> StoreResult<()> {
        let jobs = self.jobs.as_ref().ok_or_else(|| silent("closed"))?;
        jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => silent("busy: too many calls wait for the disk"),
            TrySendError::Disconnected(_) => silent("closed"),
        })
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        self.jobs = None;
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a database thread ended with a panic");
            }
        }
    }
}

async fn answer<T>(
    receiver: oneshot::Receiver<StoreResult<T>>,
    patience: Duration,
) -> StoreResult<T> {
    match tokio::time::timeout(patience, receiver).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(silent("closed")),
        Err(_) => Err(silent(&format!("no answer in {} s", patience.as_secs()))),
    }
}

/// Whoever asked too long ago has been told that there is no answer: nothing is begun for them any more.
fn in_time(asked: Instant) -> StoreResult<()> {
    match asked.elapsed() < PATIENCE {
        true => Ok(()),
        false => Err(silent("no answer in 30 s")),
    }
}

fn next(jobs: &Mutex<Receiver<Job>>) -> Option<Job> {
    jobs.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .recv()
        .ok()
}

fn serve(jobs: &Mutex<Receiver<Job>>, connection: &Connection) {
    while let Some(job) = next(jobs) {
        let mut waiting = Some(job);
        while let Some(job) = waiting.take() {
            match job {
                Job::Alone(work) => work(connection),
                Job::Together(work) => {
                    let mut works = vec![work];
                    waiting = gather(jobs, &mut works);
                    commit(connection, works);
                }
            }
        }
    }
}

/// Takes what waits already. Answers a job that must run alone, after the others.
fn gather(jobs: &Mutex<Receiver<Job>>, works: &mut Vec<Work>) -> Option<Job> {
    let jobs = jobs.lock().unwrap_or_else(PoisonError::into_inner);
    while works.len() < TOGETHER {
        match jobs.try_recv() {
            Ok(Job::Together(work)) => works.push(work),
            Ok(alone) => return Some(alone),
            Err(_) => return None,
        }
    }
    None
}

/// Runs works in one transaction and answers each when it has ended.
fn commit(connection: &Connection, works: Vec<Work>) {
    let mut turns = Vec::with_capacity(works.len());
    let ended = match connection.begin() {
        Ok(()) => {
            let ran = run(connection, works, &mut turns);
            let keep = turns.iter().any(|turn| turn.keep);
            let ended = ran.and_then(|()| match keep {
                true => connection.run("COMMIT", &[]),
                false => Ok(()),
            });
            if ended.is_err() || !keep {
                connection.roll_back();
            }
            ended
        }
        Err(error) => {
            turns.extend(works.into_iter().map(|work| work(Err(error.clone()))));
            Err(error)
        }
    };
    for turn in turns {
        (turn.answer)(ended.clone());
    }
}

/// Runs each work so that its failure undoes only its own writes.
fn run(connection: &Connection, works: Vec<Work>, turns: &mut Vec<Turn>) -> StoreResult<()> {
    if works.len() == 1 {
        turns.extend(works.into_iter().map(|work| work(Ok(connection))));
        return Ok(());
    }
    let mut health = Ok(());
    for work in works {
        // After a savepoint has failed the transaction is lost: the others are told, not run.
        let begun = health.and_then(|()| connection.run("SAVEPOINT turn", &[]));
        let turn = work(begun.clone().map(|()| connection));
        health = begun.and_then(|()| {
            if !turn.keep {
                connection.run("ROLLBACK TO turn", &[])?;
            }
            connection.run("RELEASE turn", &[])
        });
        turns.push(turn);
    }
    health
}

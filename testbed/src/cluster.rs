//! What is written down of a cluster: enough to find it again and to remove all of it.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{Context, Error, Result};
use crate::layout::{Layout, STATE_ROOT};
use crate::node::Node;
use crate::plan::{AddressPlan, choose_slot};
use crate::programs::lock;

/// The record of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cluster {
    pub plan: AddressPlan,
    pub nodes: u8,
    /// Written when everything was up once; before that the cluster is half made.
    pub complete: bool,
}

impl Cluster {
    /// Plans a new cluster and writes its record, before anything is made: whatever happens from
    /// then on, the next call knows what to remove, and nobody else takes the slot.
    ///
    /// # Errors
    /// When every slot is taken, or the record cannot be written.
    pub fn reserve(layout: &Layout, nodes: u8) -> Result<Self> {
        let _lock = lock(Path::new("/run/kubemin-testbed.slots.lock"))?;
        let cluster = Self::plan(layout, nodes)?;
        cluster.write(layout).map(|()| cluster)
    }

    /// Plans a new cluster beside those that are there.
    ///
    /// # Errors
    /// When every slot is taken.
    pub fn plan(layout: &Layout, nodes: u8) -> Result<Self> {
        let slot = choose_slot(layout.name(), &taken_slots(layout))?;
        Ok(Self {
            plan: AddressPlan { slot },
            nodes,
            complete: false,
        })
    }

    /// The cluster's record, or nothing when there is none or it cannot be read.
    pub fn read(layout: &Layout) -> Option<Self> {
        read_record(&layout.record())
    }

    /// Writes the record; it is complete on disk or not there.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn write(&self, layout: &Layout) -> Result<()> {
        let path = layout.record();
        let unfinished = path.with_extension("unfinished");
        let bytes = serde_json::to_vec(self).map_err(|error| Error::Malformed {
            what: path.display().to_string(),
            why: error.to_string(),
        })?;
        fs::create_dir_all(layout.root())
            .and_then(|()| fs::write(&unfinished, bytes))
            .and_then(|()| fs::rename(&unfinished, &path))
            .context(|| format!("writing {} failed", path.display()))
    }

    pub fn nodes<'a>(&'a self, layout: &'a Layout) -> impl Iterator<Item = Node<'a>> {
        self.plan
            .nodes(self.nodes)
            .map(move |plan| Node { layout, plan })
    }

    /// The node with this name.
    ///
    /// # Errors
    /// When the cluster has none of this name.
    pub fn node<'a>(&'a self, layout: &'a Layout, name: &str) -> Result<Node<'a>> {
        let names = || {
            self.nodes(layout)
                .map(|node| node.name())
                .collect::<Vec<_>>()
                .join(", ")
        };
        self.nodes(layout)
            .find(|node| node.name() == name)
            .ok_or_else(|| {
                Error::Refused(format!("no node is called {name:?}; there are {}", names()))
            })
    }
}

/// The record of a cluster that has to be there.
///
/// # Errors
/// When it is not.
pub fn existing(layout: &Layout) -> Result<Cluster> {
    Cluster::read(layout)
        .filter(|cluster| cluster.complete)
        .ok_or_else(|| {
            Error::Refused(format!(
                "no cluster {} is up; start it with `testbed --name {} up`",
                layout.name(),
                layout.name()
            ))
        })
}

fn taken_slots(layout: &Layout) -> Vec<u8> {
    let folders = fs::read_dir(STATE_ROOT)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    let others = folders.filter(|folder| folder != layout.root());
    others
        .filter_map(|folder| read_record(&folder.join("cluster.json")))
        .map(|cluster| cluster.plan.slot)
        .collect()
}

fn read_record(path: &Path) -> Option<Cluster> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

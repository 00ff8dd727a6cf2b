//! `testbed image load` and `testbed image list`.

use std::fs;
use std::path::Path;

use crate::cluster::Cluster;
use crate::error::{Context, Result};
use crate::image::archive::contents;
use crate::layout::Layout;
use crate::up::cluster_archives;

/// Loads an archive into every node that runs, and keeps a copy for the registry and for nodes that come later.
///
/// # Errors
/// When it is not an OCI archive, or a node refuses it.
pub fn load(layout: &Layout, cluster: &Cluster, file: &Path) -> Result<()> {
    let contents = contents(file)?;
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    let copy = layout.images().join(format!("2-{name}.tar"));
    let unfinished = copy.with_extension("unfinished");
    fs::copy(file, &unfinished)
        .and_then(|_| fs::rename(&unfinished, &copy))
        .context(|| format!("copying {} failed", file.display()))?;
    for node in cluster.nodes(layout).filter(|node| node.is_running()) {
        node.load(&copy)?;
    }
    contents
        .images
        .keys()
        .for_each(|reference| println!("{reference}"));
    Ok(())
}

/// Prints every reference that the cluster's nodes can start without asking anybody.
///
/// # Errors
/// When an archive cannot be read.
pub fn list(layout: &Layout) -> Result<()> {
    let mut references = Vec::new();
    for archive in cluster_archives(layout)? {
        references.extend(contents(&archive)?.images.into_keys());
    }
    references.sort();
    references.dedup();
    references
        .iter()
        .for_each(|reference| println!("{reference}"));
    Ok(())
}

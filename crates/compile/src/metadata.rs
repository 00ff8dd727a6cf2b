//! Labels, selectors and object metadata (app-plane §1 Labels; decisions 10, 37).

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use kubemin_model::names;
use kubemin_objects::labels;

use crate::absent::unless_empty;
use crate::context::Owner;

/// Labels of an object, in the order of the alphabet.
pub type Labels = BTreeMap<String, String>;

/// Exactly application id and component name (decision 10): a selector can never change.
pub fn selector(owner: Owner<'_>) -> Labels {
    selector_of(owner, &owner.component.name)
}

/// The selector of another component of the same application.
pub fn selector_of(owner: Owner<'_>, component: &str) -> Labels {
    Labels::from([
        (labels::APP_ID.to_owned(), owner.app.id.to_owned()),
        (labels::COMPONENT_NAME.to_owned(), component.to_owned()),
    ])
}

/// [`selector`] as Kubernetes type.
pub fn label_selector(owner: Owner<'_>) -> LabelSelector {
    LabelSelector {
        match_labels: Some(selector(owner)),
        ..LabelSelector::default()
    }
}

/// Labels that change with no release: those of pods and claim templates (decision 37).
pub fn stable_labels(owner: Owner<'_>) -> Labels {
    let mut stable = selector(owner);
    let id = names::component_id(owner.app.id, &owner.component.name);
    stable.insert(labels::COMPONENT_ID.to_owned(), id);
    stable.insert(labels::NAME.to_owned(), owner.component.name.clone());
    stable.insert(labels::PART_OF.to_owned(), owner.app.name.to_owned());
    stable.insert(labels::MANAGED_BY.to_owned(), labels::MANAGER.to_owned());
    stable
}

/// Labels of pods: the author's, and on top the managed ones.
pub fn pod_labels(owner: Owner<'_>, wanted: &Labels) -> Labels {
    let mut all = wanted.clone();
    all.extend(stable_labels(owner));
    if !owner.app.facts.installation.is_empty() {
        all.insert(
            labels::INSTALLATION.to_owned(),
            owner.app.facts.installation.clone(),
        );
    }
    all
}

/// Metadata of an object in the application's namespace.
pub fn object(
    owner: Owner<'_>,
    name: &str,
    wanted: &Labels,
    annotations: &BTreeMap<String, String>,
) -> ObjectMeta {
    let mut all = pod_labels(owner, wanted);
    if is_label_value(owner.app.version) {
        all.insert(labels::VERSION.to_owned(), owner.app.version.to_owned());
    }
    ObjectMeta {
        name: Some(name.to_owned()),
        namespace: Some(owner.app.namespace.to_owned()),
        labels: Some(all),
        annotations: unless_empty(annotations.clone()),
        ..ObjectMeta::default()
    }
}

/// Metadata of an object that nobody gave labels or annotations.
pub fn bare(owner: Owner<'_>, name: &str) -> ObjectMeta {
    object(owner, name, &Labels::new(), &BTreeMap::new())
}

/// `<application's namespace>/<application>`, for objects that do not live in that namespace or outlive the application.
pub fn origin(owner: Owner<'_>) -> (String, String) {
    (
        labels::APPLICATION.to_owned(),
        format!("{}/{}", owner.app.namespace, owner.app.name),
    )
}

/// Whether Kubernetes takes the text as the value of a label.
fn is_label_value(text: &str) -> bool {
    let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.len() <= 63
        && ends(text.chars().next())
        && ends(text.chars().last())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

//! Who may touch an object that is there already.

use std::collections::BTreeMap;

use kubemin_objects::{Kind, Object, ObjectKey, ObjectRole, Observed, labels};
use kubemin_workflow::preflight::{Claims, Step, check};
use serde_json::json;

fn deployed_as(found: &[(&str, &str)], claims: Claims) -> Result<Step, String> {
    let key = ObjectKey {
        kind: Kind::ConfigMap,
        namespace: Some("shop".into()),
        name: "settings".into(),
    };
    let object = Object {
        key: key.clone(),
        component: "settings".into(),
        role: ObjectRole::Owned,
        body: json!({}),
    };
    let observed = Observed {
        key,
        uid: "1".into(),
        resource_version: "1".into(),
        labels: found
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect(),
        annotations: BTreeMap::new(),
        deleting: false,
    };
    check("shop-id", &object, &observed, &json!({}), claims).map_err(|cause| cause.reason)
}

#[test]
fn an_object_of_ours_whose_label_a_person_removed_is_mended() {
    let known = Claims {
        known: true,
        ..Claims::default()
    };
    let ours = [(labels::APP_ID, "shop-id"), (labels::MANAGED_BY, "kubemin")];
    let unlabelled = [(labels::MANAGED_BY, "kubemin")];
    let theirs = [(labels::APP_ID, "other"), (labels::MANAGED_BY, "kubemin")];
    let helm = [(labels::MANAGED_BY, "Helm")];
    assert_eq!(deployed_as(&ours, Claims::default()), Ok(Step::Apply));
    assert_eq!(deployed_as(&unlabelled, known), Ok(Step::Apply));
    let taken = Err("NameTaken".to_owned());
    for (found, claims) in [
        (&unlabelled[..], Claims::default()),
        (&theirs[..], known),
        (&helm[..], known),
        (&[][..], known),
    ] {
        assert_eq!(deployed_as(found, claims), taken, "{found:?} {claims:?}");
    }
}

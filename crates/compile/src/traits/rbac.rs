//! Trait `rbac`: accounts, roles, bindings (seed 000, RBAC 权限控制; decisions 12, 13, 18, 23, 45).

use k8s_openapi::api::core::v1::ServiceAccount;
use k8s_openapi::api::rbac::v1::{
    ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, RoleRef, Subject,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kubemin_model::Traits;
use kubemin_model::names::{LABEL_LIMIT, derived_name};
use kubemin_model::traits::Rbac;
use kubemin_model::traits::rbac::Rule;
use kubemin_objects::Kind;

use crate::absent::unless_empty;
use crate::context::Context;
use crate::contribution::Contribution;
use crate::draft::Draft;
use crate::metadata::{self, Labels};
use crate::numbering;

const GROUP: &str = "rbac.authorization.k8s.io";

/// Three objects a policy. The component's first one gives the pod its account; nested ones never do.
pub fn process(ctx: &Context<'_>, traits: &Traits) -> Contribution {
    let mut whole = Contribution::default();
    let mut unnamed = ctx.unnamed_before.rbac;
    for (index, rbac) in traits.rbac.iter().enumerate() {
        let account = rbac.service_account.clone().unwrap_or_else(|| {
            unnamed += 1;
            derived_name(
                ctx.component_name(),
                &format!("-sa{}", numbering::suffix(unnamed)),
                LABEL_LIMIT,
            )
        });
        let policy = Policy {
            ctx,
            rbac,
            account: &account,
            place: format!("rbac[{index}]"),
        };
        whole
            .objects
            .extend([policy.account(), policy.role(), policy.binding()]);
        if index == 0 && !ctx.nested {
            whole.pod.account = Some(account);
        }
    }
    whole
}

struct Policy<'a> {
    ctx: &'a Context<'a>,
    rbac: &'a Rbac,
    account: &'a str,
    place: String,
}

impl Policy<'_> {
    fn account(&self) -> Draft {
        let owner = self.ctx.owner;
        let annotations = &self.rbac.service_account_annotations;
        let mut metadata = metadata::object(
            owner,
            self.account,
            &self.rbac.service_account_labels,
            annotations,
        );
        metadata.namespace = Some(self.namespace().to_owned());
        let resource = ServiceAccount {
            metadata,
            automount_service_account_token: self.rbac.automount_service_account_token,
            ..ServiceAccount::default()
        };
        let path = self.path(self.rbac.service_account.is_some(), "serviceAccount");
        Draft::typed(owner, Kind::ServiceAccount, path, &resource)
    }

    fn role(&self) -> Draft {
        let metadata = self.metadata(&self.role_name(), &self.rbac.role_labels);
        let rules = unless_empty(self.rbac.rules.iter().map(rule).collect::<Vec<_>>());
        let path = self.path(self.rbac.role_name.is_some(), "roleName");
        let owner = self.ctx.owner;
        if self.cluster_scope() {
            let resource = ClusterRole {
                metadata,
                rules,
                ..ClusterRole::default()
            };
            Draft::typed(owner, Kind::ClusterRole, path, &resource)
        } else {
            Draft::typed(owner, Kind::Role, path, &Role { metadata, rules })
        }
    }

    fn binding(&self) -> Draft {
        let name = self.rbac.binding_name.clone();
        let name = name.unwrap_or_else(|| derived_name(self.account, "-binding", LABEL_LIMIT));
        let metadata = self.metadata(&name, &self.rbac.binding_labels);
        let path = self.path(self.rbac.binding_name.is_some(), "bindingName");
        let subjects = Some(vec![Subject {
            kind: Kind::ServiceAccount.name().to_owned(),
            name: self.account.to_owned(),
            namespace: Some(self.namespace().to_owned()),
            ..Subject::default()
        }]);
        let role = if self.cluster_scope() {
            Kind::ClusterRole
        } else {
            Kind::Role
        };
        let role_ref = RoleRef {
            api_group: GROUP.to_owned(),
            kind: role.name().to_owned(),
            name: self.role_name(),
        };
        let owner = self.ctx.owner;
        if self.cluster_scope() {
            let resource = ClusterRoleBinding {
                metadata,
                role_ref,
                subjects,
            };
            Draft::typed(owner, Kind::ClusterRoleBinding, path, &resource)
        } else {
            Draft::typed(
                owner,
                Kind::RoleBinding,
                path,
                &RoleBinding {
                    metadata,
                    role_ref,
                    subjects,
                },
            )
        }
    }

    fn metadata(&self, name: &str, labels: &Labels) -> ObjectMeta {
        let mut metadata = metadata::object(self.ctx.owner, name, labels, &Labels::new());
        metadata.namespace = Some(self.namespace().to_owned());
        if self.cluster_scope() {
            metadata.namespace = None;
            metadata.annotations = Some([metadata::origin(self.ctx.owner)].into());
        }
        metadata
    }

    fn role_name(&self) -> String {
        self.rbac
            .role_name
            .clone()
            .unwrap_or_else(|| derived_name(self.account, "-role", LABEL_LIMIT))
    }

    fn namespace(&self) -> &str {
        self.rbac
            .namespace
            .as_deref()
            .unwrap_or(self.ctx.owner.app.namespace)
    }

    fn cluster_scope(&self) -> bool {
        self.rbac.cluster_scope == Some(true)
    }

    fn path(&self, named: bool, field: &str) -> String {
        let entry = self.ctx.at(&self.place);
        if named {
            format!("{entry}.{field}")
        } else {
            entry
        }
    }
}

/// A rule about resources has API groups, the core group when none is said (decision 23); one about URLs has none.
fn rule(rule: &Rule) -> PolicyRule {
    let about_resources = rule.non_resource_urls.is_empty() || !rule.resources.is_empty();
    let groups = match rule.api_groups.as_slice() {
        [] if about_resources => vec![String::new()],
        groups => groups.to_vec(),
    };
    PolicyRule {
        api_groups: unless_empty(groups),
        resources: unless_empty(rule.resources.clone()),
        resource_names: unless_empty(rule.resource_names.clone()),
        non_resource_urls: unless_empty(rule.non_resource_urls.clone()),
        verbs: rule.verbs.clone(),
    }
}

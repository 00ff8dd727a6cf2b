//! Numbers of entries that have no name of their own (decision 12).

use kubemin_model::{Component, Traits};

use crate::traits::ingress;

/// How many unnamed objects come before a set of traits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unnamed {
    /// `rbac` entries without `serviceAccount`.
    pub rbac: usize,
    /// Ingress objects of `ingress` entries without `name`: one entry may become several (decision 22).
    pub ingress: usize,
}

impl Unnamed {
    /// Before the traits of `init[index]`: the component's own come first, then earlier init containers.
    pub fn before_init(component: &Component, index: usize) -> Self {
        let Some(own) = &component.traits else {
            return Self::default();
        };
        let earlier = own
            .init
            .iter()
            .take(index)
            .filter_map(|init| init.traits.as_deref());
        Self::sum(std::iter::once(own).chain(earlier))
    }

    /// Before the traits of `sidecar[index]`: every init container counts, then earlier sidecars.
    pub fn before_sidecar(component: &Component, index: usize) -> Self {
        let Some(own) = &component.traits else {
            return Self::default();
        };
        let inits = own.init.iter().filter_map(|init| init.traits.as_deref());
        let earlier = own
            .sidecar
            .iter()
            .take(index)
            .filter_map(|sidecar| sidecar.traits.as_deref());
        Self::sum(std::iter::once(own).chain(inits).chain(earlier))
    }

    fn sum<'a>(sets: impl Iterator<Item = &'a Traits>) -> Self {
        sets.fold(Self::default(), |total, traits| Self {
            rbac: total.rbac
                + traits
                    .rbac
                    .iter()
                    .filter(|entry| entry.service_account.is_none())
                    .count(),
            ingress: total.ingress
                + traits
                    .ingress
                    .iter()
                    .filter(|entry| entry.name.is_none())
                    .map(ingress::objects_of)
                    .sum::<usize>(),
        })
    }
}

/// `-2` for the second, nothing for the first.
pub fn suffix(number: usize) -> String {
    if number <= 1 {
        String::new()
    } else {
        format!("-{number}")
    }
}

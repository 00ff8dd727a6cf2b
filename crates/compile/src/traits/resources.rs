//! Trait `resources`: requests equal limits (seed 000, Resources 资源限制; decision 21).

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::ResourceRequirements;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use kubemin_model::Traits;
use kubemin_model::amount::Amount;
use kubemin_objects::GpuNames;

use crate::context::Context;
use crate::contribution::Contribution;

const MEBIBYTE: i128 = 1 << 20;

/// Quantities as the author wrote them.
pub fn process(ctx: &Context<'_>, traits: &Traits) -> Contribution {
    let mut whole = Contribution::default();
    let Some(resources) = &traits.resources else {
        return whole;
    };
    let mut amounts = BTreeMap::new();
    for (name, amount) in [("cpu", &resources.cpu), ("memory", &resources.memory)] {
        if let Some(amount) = amount {
            amounts.insert(name.to_owned(), Quantity(amount.0.clone()));
        }
    }
    if let Some(gpu) = &resources.gpu {
        let (name, amount) = gpu_resource(gpu.as_str(), &ctx.owner.app.facts.gpu);
        amounts.insert(name, Quantity(amount));
    }
    whole.container.resources = (!amounts.is_empty()).then(|| ResourceRequirements {
        requests: Some(amounts.clone()),
        limits: Some(amounts),
        ..ResourceRequirements::default()
    });
    whole
}

/// A bare number is a count of cards, an amount with a unit a share of memory in MiB, rounded up (decision 21).
fn gpu_resource(gpu: &str, names: &GpuNames) -> (String, String) {
    match Amount::parse(gpu) {
        Ok(amount) if amount.has_unit() => {
            let share = amount.ceil();
            let mebibytes = share / MEBIBYTE + i128::from(share % MEBIBYTE != 0);
            (names.memory.clone(), mebibytes.to_string())
        }
        _ => (names.count.clone(), gpu.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gpu_is_a_count_or_a_share_in_mebibytes() {
        let names = GpuNames::default();
        let resource = |text| gpu_resource(text, &names);
        assert_eq!(resource("2"), ("nvidia.com/gpu".into(), "2".into()));
        assert_eq!(resource("8Gi"), ("nvidia.com/gpumem".into(), "8192".into()));
        assert_eq!(
            resource("512Mi"),
            ("nvidia.com/gpumem".into(), "512".into())
        );
        assert_eq!(resource("1G"), ("nvidia.com/gpumem".into(), "954".into()));
    }
}

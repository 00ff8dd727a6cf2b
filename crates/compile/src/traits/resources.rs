//! Trait `resources`: requests equal limits (seed 000, Resources 资源限制; decision 21).

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::ResourceRequirements;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use kubemin_model::Traits;
use kubemin_model::amount::Amount;
use kubemin_objects::GpuNames;

use crate::context::Context;
use crate::contribution::Contribution;

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
        let gpus = gpu_resources(gpu.as_str(), &ctx.owner.app.facts.gpu);
        amounts.extend(
            gpus.into_iter()
                .map(|(name, amount)| (name, Quantity(amount))),
        );
    }
    whole.container.resources = (!amounts.is_empty()).then(|| ResourceRequirements {
        requests: Some(amounts.clone()),
        limits: Some(amounts),
        ..ResourceRequirements::default()
    });
    whole
}

/// A bare number is a count of cards, an amount with a unit a share of memory in the platform's unit, rounded up
/// (decision 21).
fn gpu_resources(gpu: &str, names: &GpuNames) -> Vec<(String, String)> {
    let amount = match Amount::parse(gpu) {
        Ok(amount) if amount.has_unit() => amount,
        _ => return vec![(names.count.clone(), gpu.to_owned())],
    };
    let (share, unit) = (amount.ceil(), names.memory_unit.bytes());
    let units = share / unit + i128::from(share % unit != 0);
    let mut resources = vec![(names.memory.clone(), units.to_string())];
    if names.share_names_card {
        resources.push((names.count.clone(), "1".to_owned()));
    }
    resources
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(platform: &str, gpu: &str) -> Vec<String> {
        let names = GpuNames::of_platform(platform).unwrap();
        gpu_resources(gpu, &names)
            .into_iter()
            .map(|(name, amount)| format!("{name}: {amount}"))
            .collect()
    }

    #[test]
    fn a_gpu_is_a_count_or_a_share_in_mebibytes() {
        assert_eq!(GpuNames::of_platform("nvidia"), Some(GpuNames::default()));
        for platform in ["nvidia", "hami"] {
            assert_eq!(on(platform, "2"), ["nvidia.com/gpu: 2"]);
            assert_eq!(on(platform, "8Gi"), ["nvidia.com/gpumem: 8192"]);
            assert_eq!(on(platform, "512Mi"), ["nvidia.com/gpumem: 512"]);
            assert_eq!(on(platform, "1G"), ["nvidia.com/gpumem: 954"]);
        }
    }

    #[test]
    fn a_share_on_volcano_names_its_card() {
        assert_eq!(on("volcano", "2"), ["volcano.sh/vgpu-number: 2"]);
        assert_eq!(
            on("volcano", "3000Mi"),
            ["volcano.sh/vgpu-memory: 3000", "volcano.sh/vgpu-number: 1"]
        );
    }

    #[test]
    fn a_share_on_aliyun_is_counted_in_gibibytes_rounded_up() {
        assert_eq!(on("aliyun", "1"), ["nvidia.com/gpu: 1"]);
        assert_eq!(on("aliyun", "8Gi"), ["aliyun.com/gpu-mem: 8"]);
        assert_eq!(on("aliyun", "512Mi"), ["aliyun.com/gpu-mem: 1"]);
        assert_eq!(on("aliyun", "2049Mi"), ["aliyun.com/gpu-mem: 3"]);
    }
}

//! Applications compiled a second, beside a floor: typed objects of the same kinds built by hand and turned to JSON.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{
    ConfigMap, PersistentVolumeClaim, Secret, Service, ServiceAccount,
};
use k8s_openapi::api::networking::v1::Ingress;
use k8s_openapi::api::rbac::v1::{Role, RoleBinding};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kubemin_compile::{compile, render_yaml};
use kubemin_model::{Format, ValidApplication, load};
use kubemin_objects::{ClusterFacts, Compiled};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

const ALL_TRAITS: &str = include_str!("../../../examples/manual/all-traits.json");

fn application() -> ValidApplication {
    match load(ALL_TRAITS, Format::Json).into_result() {
        Ok((app, _)) => app,
        Err(report) => panic!("the example is refused: {report:?}"),
    }
}

fn objects(app: &ValidApplication) -> Compiled {
    compile(app, &ClusterFacts::default())
        .expect("the example compiles")
        .compiled
}

/// One typed object and how it becomes JSON.
type Floor = Box<dyn Fn() -> Value>;

/// What nobody can do without: a copy of every field as Kubernetes types, labels included, and its JSON.
fn floor(compiled: &Compiled) -> Vec<Floor> {
    compiled
        .objects
        .iter()
        .map(|object| typed(object.key.kind.name(), &object.body))
        .collect()
}

fn typed(kind: &str, body: &Value) -> Floor {
    match kind {
        "ConfigMap" => by_hand::<ConfigMap>(body),
        "Secret" => by_hand::<Secret>(body),
        "PersistentVolumeClaim" => by_hand::<PersistentVolumeClaim>(body),
        "ServiceAccount" => by_hand::<ServiceAccount>(body),
        "Role" => by_hand::<Role>(body),
        "RoleBinding" => by_hand::<RoleBinding>(body),
        "Service" => by_hand::<Service>(body),
        "Ingress" => by_hand::<Ingress>(body),
        _ => by_hand::<Deployment>(body),
    }
}

fn by_hand<T>(body: &Value) -> Floor
where
    T: Serialize + DeserializeOwned + Clone + k8s_openapi::Metadata<Ty = ObjectMeta> + 'static,
{
    let template: T = serde_json::from_value(body.clone()).expect("an object of this kind");
    let labels: BTreeMap<String, String> = template.metadata().labels.clone().unwrap_or_default();
    Box::new(move || {
        let mut object = template.clone();
        object.metadata_mut().labels = Some(
            labels
                .iter()
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect(),
        );
        serde_json::to_value(&object).expect("JSON")
    })
}

fn per_second(work: impl Fn()) -> f64 {
    let start = Instant::now();
    let mut rounds = 0_u32;
    while start.elapsed().as_millis() < 1000 {
        work();
        rounds += 1;
    }
    f64::from(rounds) / start.elapsed().as_secs_f64()
}

fn bench(criterion: &mut Criterion) {
    let app = application();
    let facts = ClusterFacts::default();
    let compiled = objects(&app);
    let floor = floor(&compiled);
    let build_floor = || floor.iter().for_each(|object| drop(black_box(object())));

    let ours = per_second(|| drop(black_box(compile(black_box(&app), &facts))));
    let least = per_second(build_floor);
    println!(
        "all-traits ({} objects): {ours:.0} applications/s, floor {least:.0}/s, ratio {:.2}",
        compiled.objects.len(),
        least / ours
    );

    let mut group = criterion.benchmark_group("all-traits");
    group.throughput(Throughput::Elements(1));
    group.bench_function("compile", |bench| {
        bench.iter(|| compile(black_box(&app), &facts))
    });
    group.bench_function("floor: typed objects to JSON", |bench| {
        bench.iter(build_floor)
    });
    group.bench_function("render_yaml", |bench| {
        bench.iter(|| render_yaml(black_box(&compiled)))
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);

//! Changes that the platform makes to a document: how many pods of what.

use kubemin_model::{Application, Component, ComponentType};

use crate::problem::{AUTOSCALED, Answer, INVALID_REQUEST, NO_COMPONENT, Refusal};

/// Sets the number of pods of a component; of the only one that has pods when none is named. Answers its name.
pub(crate) fn scale(
    document: &mut Application,
    component: Option<&str>,
    replicas: i32,
) -> Answer<String> {
    if replicas < 0 {
        let detail = format!("replicas is {replicas}; write 0 or more");
        return Err(Refusal::new(&INVALID_REQUEST, detail).at("replicas", "is negative"));
    }
    let chosen = chosen(document, component)?;
    let [only] = chosen.as_slice() else {
        let names: Vec<&str> = chosen
            .iter()
            .map(|index| document.components[*index].name.as_str())
            .collect();
        let detail = match names.as_slice() {
            [] => "no component has pods that can be scaled".to_owned(),
            names => format!("name the component: {}", names.join(", ")),
        };
        return Err(Refusal::new(&INVALID_REQUEST, detail).at("component", "is not clear"));
    };
    let component = &mut document.components[*only];
    if is_autoscaled(component) {
        let detail = format!(
            "traits.scaling of {} decides how many pods there are; change min and max",
            component.name
        );
        return Err(Refusal::new(&AUTOSCALED, detail));
    }
    component.replicas = Some(replicas);
    Ok(component.name.clone())
}

/// Takes the pods of a component, or of all, away; answers how many each had.
pub(crate) fn stop(
    document: &mut Application,
    component: Option<&str>,
) -> Answer<Vec<(String, i32)>> {
    let mut before = Vec::new();
    for index in chosen(document, component)? {
        let component = &mut document.components[index];
        if component.replicas != Some(0) {
            before.push((component.name.clone(), component.replicas.unwrap_or(1)));
            component.replicas = Some(0);
        }
    }
    Ok(before)
}

/// Brings the pods of a component, or of all, back; answers what stays stopped.
pub(crate) fn start(
    document: &mut Application,
    component: Option<&str>,
    stopped: Vec<(String, i32)>,
) -> Answer<Vec<(String, i32)>> {
    let chosen = chosen(document, component)?;
    let (back, stay): (Vec<_>, Vec<_>) = stopped.into_iter().partition(|(name, _)| {
        chosen
            .iter()
            .any(|index| document.components[*index].name == *name)
    });
    for index in chosen {
        let component = &mut document.components[index];
        let before = back
            .iter()
            .find(|(name, _)| *name == component.name)
            .map(|(_, replicas)| *replicas);
        if component.replicas == Some(0) {
            // autoscaling owns the number again (decision 39)
            component.replicas = if is_autoscaled(component) {
                None
            } else {
                before.or(component.replicas)
            };
        }
    }
    Ok(stay)
}

/// Names of the components that are meant; they must exist.
pub(crate) fn named(document: &Application, component: Option<&str>) -> Answer<Vec<String>> {
    match component {
        None => Ok(Vec::new()),
        Some(name) => {
            find(document, name).map(|index| vec![document.components[index].name.clone()])
        }
    }
}

fn chosen(document: &Application, component: Option<&str>) -> Answer<Vec<usize>> {
    let Some(name) = component else {
        let all = document.components.iter().enumerate();
        return Ok(all
            .filter(|(_, component)| has_pods(component))
            .map(|(index, _)| index)
            .collect());
    };
    let index = find(document, name)?;
    if has_pods(&document.components[index]) {
        return Ok(vec![index]);
    }
    let detail = format!("{name} keeps no pods: only webservice and statefulservice do");
    Err(Refusal::new(&INVALID_REQUEST, detail).at("component", "has no pods"))
}

fn find(document: &Application, name: &str) -> Answer<usize> {
    document
        .components
        .iter()
        .position(|component| component.name == name)
        .ok_or_else(|| {
            let names: Vec<&str> = document
                .components
                .iter()
                .map(|component| component.name.as_str())
                .collect();
            let detail = format!(
                "the application has no component {name}; it has {}",
                names.join(", ")
            );
            Refusal::new(&NO_COMPONENT, detail).business(10013)
        })
}

fn has_pods(component: &Component) -> bool {
    matches!(
        component.kind,
        ComponentType::Webservice | ComponentType::Statefulservice
    )
}

fn is_autoscaled(component: &Component) -> bool {
    component
        .traits
        .as_ref()
        .is_some_and(|traits| traits.scaling.is_some())
}

#[cfg(test)]
mod tests {
    use kubemin_model::Application;
    use serde_json::json;

    use super::{scale, start, stop};
    use crate::problem::AUTOSCALED;

    fn shop() -> Application {
        serde_json::from_value(json!({"name": "shop", "components": [
            {"name": "web", "type": "webservice", "image": "web", "replicas": 3},
            {"name": "db", "type": "statefulservice", "image": "db"},
            {"name": "auto", "type": "webservice", "image": "auto", "traits": {"scaling": {"max": 5}}},
            {"name": "conf", "type": "config", "properties": {"conf": {"a": "b"}}}]}))
        .expect("a document")
    }

    fn replicas(document: &Application) -> Vec<Option<i32>> {
        document
            .components
            .iter()
            .map(|component| component.replicas)
            .collect()
    }

    #[test]
    fn start_brings_back_what_stop_took() {
        let mut document = shop();
        let before = stop(&mut document, None).expect("stopped");
        assert_eq!(
            before,
            [
                ("web".to_owned(), 3),
                ("db".to_owned(), 1),
                ("auto".to_owned(), 1)
            ]
        );
        assert_eq!(replicas(&document), [Some(0), Some(0), Some(0), None]);
        let left = start(&mut document, Some("web"), before).expect("started");
        assert_eq!(left, [("db".to_owned(), 1), ("auto".to_owned(), 1)]);
        assert_eq!(start(&mut document, None, left).expect("started"), []);
        assert_eq!(replicas(&document), [Some(3), Some(1), None, None]);
    }

    #[test]
    fn scale_needs_a_clear_component_that_nothing_else_scales() {
        let mut document = shop();
        assert!(scale(&mut document, None, 2).is_err());
        assert!(scale(&mut document, Some("conf"), 2).is_err());
        assert!(scale(&mut document, Some("nobody"), 2).is_err());
        assert!(scale(&mut document, Some("web"), -1).is_err());
        assert!(
            scale(&mut document, Some("auto"), 2).is_err_and(|refusal| refusal.is(&AUTOSCALED))
        );
        assert_eq!(scale(&mut document, Some("web"), 7).expect("scaled"), "web");
        assert_eq!(document.components[0].replicas, Some(7));
    }
}

//! Steps and what they refer to.

use super::name;
use crate::Workflow;
use crate::names;
use crate::workflow::StepProperties;

pub(super) fn normalise(workflow: &mut Workflow) {
    let step_names: Vec<String> = workflow
        .steps
        .iter()
        .map(|step| step.name.clone())
        .collect();
    for step in &mut workflow.steps {
        fold(&mut step.components, &mut step.properties);
        for sub_step in &mut step.sub_steps {
            fold(&mut sub_step.components, &mut sub_step.properties);
        }
        for wanted in &mut step.depends_on {
            let same = |name: &&String| names::normalise(name) == names::normalise(wanted);
            if let Some(name) = step_names.iter().find(same) {
                *wanted = name.clone();
            }
        }
    }
}

/// `properties.policies` means components (decision 17); each component is deployed once per step.
fn fold(components: &mut Vec<String>, properties: &mut Option<StepProperties>) {
    components.extend(
        properties
            .take()
            .map(|properties| properties.policies)
            .unwrap_or_default(),
    );
    components.iter_mut().for_each(name);
    let mut seen = std::collections::HashSet::new();
    components.retain(|component| seen.insert(component.clone()));
}

//! A component: its name, its image, and what belongs to its type.

use super::{
    Findings, MISSING, Place, Subject, content, environment, metadata, naming, policies, ports,
    schedule, traits,
};
use crate::names::{is_label, is_service_name, normalise};
use crate::{ComponentType, Properties};

/// Longest name of a CronJob: its Jobs get eleven characters more.
const CRON_JOB_NAME_LIMIT: usize = 52;

pub(super) fn check(subject: &Subject, at: &Place, findings: &mut Findings) {
    let component = subject.component;
    name(subject, &at.field("name"), findings);
    image(subject, at, findings);
    namespace(subject, &at.field("namespace"), findings);
    replicas(subject, &at.field("replicas"), findings);
    if let Some(own) = &component.properties {
        properties(subject, own, &at.field("properties"), findings);
    }
    if subject.kind == Some(ComponentType::Cronjob) {
        cron(subject, &at.field("properties"), findings);
    }
    if let Some(own) = &component.traits {
        traits::check(subject, own, &at.field("traits"), findings);
    }
    if let Some(own) = &component.policies {
        policies::check(own, subject.kind, &at.field("policies"), findings);
    }
    if let Some(template) = &component.template {
        template_id(&template.id, &at.field("template"), findings);
    }
    if component
        .profile
        .as_deref()
        .is_some_and(|profile| profile.trim().is_empty())
    {
        findings.error(
            &at.field("profile"),
            MISSING,
            "the name of the profile is empty",
        );
    }
}

fn name(subject: &Subject, place: &Place, findings: &mut Findings) {
    let component = subject.component;
    naming::name(&component.name, place, "component", findings);
    let name = normalise(&component.name);
    let length = name.len();
    match subject.kind {
        Some(ComponentType::Cronjob) if length > CRON_JOB_NAME_LIMIT => {
            let message = format!(
                "the name of a cronjob may have {CRON_JOB_NAME_LIMIT} characters, this one has {length}"
            );
            findings.error(place, "invalid-name", message);
        }
        Some(ComponentType::Statefulservice) if length > CRON_JOB_NAME_LIMIT => {
            let message = format!(
                "pods of a StatefulSet carry its name and a hash in a label; {length} characters are too many, {CRON_JOB_NAME_LIMIT} are safe"
            );
            findings.warn(place, "long-name", message);
        }
        _ => {}
    }
    if subject.has_service() && is_label(&name) && !is_service_name(&name) {
        let message =
            format!("{name:?} becomes the name of a Service, which must start with a letter");
        findings.error(place, "invalid-name", message);
    }
}

fn image(subject: &Subject, at: &Place, findings: &mut Findings) {
    let component = subject.component;
    let inner = component
        .properties
        .as_ref()
        .and_then(|properties| properties.image.as_deref());
    let properties = at.field("properties");
    match (component.image.as_deref(), inner) {
        (Some(outer), Some(inner)) if outer != inner => {
            let message = format!("image is {outer:?} and properties.image is {inner:?}");
            findings
                .error(&properties.field("image"), "conflict", message)
                .hint("keep one of them");
        }
        (Some(image), _) => image_name(image, &at.field("image"), findings),
        (None, Some(image)) => image_name(image, &properties.field("image"), findings),
        (None, None) if subject.runs_image() && !subject.is_clone() => {
            findings.error(
                &at.field("image"),
                MISSING,
                format!("a {} needs an image", subject.type_name()),
            );
        }
        (None, None) => {}
    }
    if subject.holds_data() && component.image.is_some() {
        findings.warn(
            &at.field("image"),
            "no-effect",
            format!(
                "a {} runs nothing; the image is not used",
                subject.type_name()
            ),
        );
    }
}

/// What no registry can hold.
pub(super) fn image_name(image: &str, place: &Place, findings: &mut Findings) {
    if image.is_empty() {
        findings.error(place, MISSING, "the image is empty");
    } else if image.contains(|character: char| character.is_whitespace() || character.is_control())
    {
        findings.error(
            place,
            "invalid-image",
            format!("the image {image:?} contains blanks"),
        );
    }
}

fn namespace(subject: &Subject, place: &Place, findings: &mut Findings) {
    let Some(own) = &subject.component.namespace else {
        return;
    };
    let wanted = subject.namespace();
    if normalise(own) != wanted {
        let message = format!(
            "the component asks for namespace {own:?}, but the application is in {wanted:?}"
        );
        findings
            .error(place, "conflict", message)
            .hint("all components are in the application's namespace; leave the field out");
    }
}

fn replicas(subject: &Subject, place: &Place, findings: &mut Findings) {
    let (Some(replicas), Some(kind)) = (subject.component.replicas, subject.kind) else {
        return;
    };
    if replicas > 1
        && !matches!(
            kind,
            ComponentType::Webservice | ComponentType::Statefulservice | ComponentType::Middleware
        )
    {
        findings.warn(
            place,
            "no-effect",
            format!(
                "a {} has no replicas; {replicas} is not used",
                subject.type_name()
            ),
        );
    }
}

fn properties(subject: &Subject, properties: &Properties, at: &Place, findings: &mut Findings) {
    ports::check(&properties.ports, &at.field("ports"), findings);
    environment::fixed(&properties.env, &at.field("env"), findings);
    metadata::labels(&properties.labels, &at.field("labels"), findings);
    metadata::annotations(&properties.annotations, &at.field("annotations"), findings);
    content::check(subject, properties, at, findings);
    if properties.schedule.is_some()
        && subject
            .kind
            .is_some_and(|kind| kind != ComponentType::Cronjob)
    {
        let message = format!("a {} has no schedule", subject.type_name());
        findings
            .error(&at.field("schedule"), "no-effect", message)
            .hint("use type cronjob");
    }
    if subject.holds_data() {
        let unused = [
            ("ports", properties.ports.is_empty()),
            ("env", properties.env.is_empty()),
            ("command", properties.command.is_empty()),
            ("args", properties.args.is_empty()),
        ];
        for (field, _) in unused.into_iter().filter(|(_, empty)| !empty) {
            findings.warn(
                &at.field(field),
                "no-effect",
                format!(
                    "a {} runs nothing; {field} is not used",
                    subject.type_name()
                ),
            );
        }
    }
}

/// Decision 14.
fn cron(subject: &Subject, properties: &Place, findings: &mut Findings) {
    let schedule = subject
        .component
        .properties
        .as_ref()
        .and_then(|properties| properties.schedule.as_deref());
    let place = properties.field("schedule");
    match schedule {
        None if subject.is_clone() => {}
        None => {
            findings
                .error(&place, MISSING, "a cronjob needs properties.schedule")
                .hint("five fields: minute hour day month weekday, e.g. 0 3 * * *");
        }
        Some(schedule) => schedule::check(schedule, &place, findings),
    }
}

fn template_id(id: &str, template: &Place, findings: &mut Findings) {
    if id.trim().is_empty() {
        findings.error(
            &template.field("id"),
            MISSING,
            "the id of the template is empty",
        );
    }
}

//! Every example under `examples/broken` fails in time, with the cause and the remedy that its comment promises.

mod faults;
mod refusals;
mod steady;
mod witness;

use std::collections::BTreeSet;

use faults::{FAULTS, Fault};
use kubemin_e2e::kubectl::kubectl_with_input;
use kubemin_e2e::{Example, Namespace, Server, examples, http, parallel};
use refusals::{REFUSALS, Refusal};
use witness::Witness;

/// Two cores start about four pods a second; more at once would measure the machine.
const AT_ONCE: usize = 6;

#[test]
fn every_file_has_a_row_and_its_comment_names_the_reason() {
    let runtime = examples("broken/runtime");
    let refused = examples("broken/refused");
    assert_eq!(
        slugs(&runtime),
        FAULTS.iter().map(|fault| fault.slug.to_owned()).collect()
    );
    assert_eq!(
        slugs(&refused),
        REFUSALS
            .iter()
            .map(|refusal| refusal.slug.to_owned())
            .collect()
    );
    for fault in FAULTS {
        promises(find(&runtime, fault.slug), fault.reason);
    }
    for refusal in REFUSALS {
        promises(find(&refused, refusal.slug), refusal.path);
    }
}

#[test]
fn every_fault_ends_in_time_with_cause_and_remedy() {
    let folder = tempfile::tempdir().expect("a folder for the server");
    let server = Server::start(folder.path(), &[]);
    let wanted = std::env::var("KUBEMIN_ONLY").unwrap_or_default();
    let faults: Vec<&Fault> = FAULTS
        .iter()
        .filter(|fault| fault.slug.contains(&wanted))
        .collect();
    let files = examples("broken/runtime");
    let complaints = parallel(faults, AT_ONCE, |fault| {
        provoke(&server, fault, find(&files, fault.slug))
    });
    let complaints: Vec<String> = complaints.into_iter().flatten().collect();
    assert!(
        complaints.is_empty(),
        "{} complaints:\n{}",
        complaints.len(),
        complaints.join("\n")
    );
}

#[test]
fn every_refusal_names_the_field_and_sends_nothing() {
    let folder = tempfile::tempdir().expect("a folder for the server");
    let server = Server::start(folder.path(), &[]);
    let files = examples("broken/refused");
    let complaints: Vec<String> = REFUSALS
        .iter()
        .flat_map(|refusal| refuse(&server, refusal, find(&files, refusal.slug)))
        .collect();
    assert!(
        complaints.is_empty(),
        "{} complaints:\n{}",
        complaints.len(),
        complaints.join("\n")
    );
    let (_, list) = http::get(&server.url(), "/api/v1/applications");
    assert_eq!(
        list["applications"].as_array().map(Vec::len),
        Some(0),
        "a refused document was stored: {list}"
    );
}

fn provoke(server: &Server, fault: &Fault, example: &Example) -> Vec<String> {
    let given = example.document["namespace"].as_str();
    let fresh = given
        .is_none()
        .then(|| Namespace::new(&format!("broken-{}", &fault.slug[..2])));
    let namespace = given
        .or(fresh.as_ref().map(|fresh| fresh.name.as_str()))
        .expect("one of the two is there");
    if let Some(setup) = example.beside("setup.yaml") {
        kubectl_with_input(
            &["apply", "-n", namespace, "-f", "-"],
            &setup.replace("NAMESPACE", namespace),
        );
    }
    let cli = server.cli(namespace);
    let file = example.path.to_string_lossy();
    let ran = cli.run(&["apply", "-f", &file, "--wait", "--timeout", "60s"]);
    let mut witness = Witness::new(fault);
    witness.command(&ran);
    witness.places(&cli, example.name());
    let complaints = witness.complaints();
    let verdict = if complaints.is_empty() {
        "as promised"
    } else {
        "NOT as promised"
    };
    eprintln!(
        "{:<32} {:<20} {:>5.1} s  {verdict}",
        fault.slug,
        fault.reason,
        ran.took.as_secs_f64()
    );
    complaints
        .into_iter()
        .map(|complaint| format!("{}: {complaint}", fault.slug))
        .collect()
}

fn refuse(server: &Server, refusal: &Refusal, example: &Example) -> Vec<String> {
    let cli = server.cli("default");
    let file = example.path.to_string_lossy();
    let mut complaints = Vec::new();
    for arguments in [
        vec!["validate", &file],
        vec!["apply", "-f", &file, "--wait", "--timeout", "20s"],
    ] {
        let ran = cli.run(&arguments);
        let said = ran.all();
        let place = format!("{}: ", refusal.path);
        let missing: Vec<_> = refusal
            .words
            .iter()
            .copied()
            .chain([place.as_str()])
            .filter(|word| !said.contains(word))
            .collect();
        if ran.code != 2 || !missing.is_empty() {
            complaints.push(format!(
                "{}: {} gave {} without {missing:?}: {said}",
                refusal.slug, arguments[0], ran.code
            ));
        }
    }
    let (code, answer) = http::post(
        &server.url(),
        "/api/v1/applications/try",
        &example.document.to_string(),
    );
    let errors = answer["errors"].as_array().cloned().unwrap_or_default();
    let named = errors.iter().any(|error| error["path"] == refusal.path);
    if code != 200 || answer["valid"] != false || !named {
        complaints.push(format!(
            "{}: POST /applications/try gave {code} {answer}",
            refusal.slug
        ));
    }
    complaints
}

fn slugs(examples: &[Example]) -> BTreeSet<String> {
    examples
        .iter()
        .map(|example| example.slug.clone())
        .collect()
}

fn find<'a>(examples: &'a [Example], slug: &str) -> &'a Example {
    examples
        .iter()
        .find(|example| example.slug == slug)
        .unwrap_or_else(|| panic!("there is no example {slug}"))
}

fn promises(example: &Example, word: &str) {
    let lines = &example.comment;
    let cause = format!("Cause: {word}: ");
    assert!(
        lines.iter().any(|line| line.starts_with("Wrong: ")),
        "{} does not say what is wrong",
        example.slug
    );
    assert!(
        lines.iter().any(|line| line.starts_with(&cause)),
        "{} does not say {cause:?}",
        example.slug
    );
    assert!(
        lines.iter().any(|line| line.starts_with("Remedy: ")),
        "{} names no remedy",
        example.slug
    );
}

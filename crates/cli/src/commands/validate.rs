//! `validate FILE…`.

use kubemin_objects::ClusterFacts;

use crate::args::{Format, Global, Validate};
use crate::document::Document;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::findings::{self, Verdict};
use crate::screen::Screen;

/// Checks every file, whatever the others are like.
pub fn run(args: &Validate, global: &Global, screen: &Screen) -> Result<Exit, Failure> {
    let mut exit = Exit::Done;
    let mut documents = Vec::new();
    for file in &args.files {
        match Document::open(file, global) {
            Ok(mut document) => {
                document.compile(&ClusterFacts::default());
                documents.push(document);
            }
            Err(failure) => {
                screen.fault(&failure.message);
                exit = exit.or_worse(failure.exit);
            }
        }
    }
    for document in &documents {
        if !document.errors().is_empty() {
            exit = exit.or_worse(Exit::Wrong);
        }
        if !screen.format.is_data() {
            findings::tell(document, screen);
            summary(document, screen)?;
        }
    }
    if screen.format.is_data() {
        answer(&documents, args.files.len(), screen)?;
    }
    Ok(exit)
}

fn summary(document: &Document, screen: &Screen) -> Result<(), Failure> {
    let errors = document.errors().len();
    match (document.application(), screen.format) {
        (Some(_), Format::Name) if errors == 0 => screen.line(&document.name),
        (Some(app), _) if errors == 0 && !screen.quiet => {
            let components = plural(app.document().components.len(), "component");
            screen.line(&format!(
                "{}: valid, {} with {components}",
                document.name,
                app.name()
            ))
        }
        _ if errors > 0 => {
            screen.note(&format!("{}: {}", document.name, plural(errors, "error")));
            Ok(())
        }
        _ => Ok(()),
    }
}

fn answer(documents: &[Document], files: usize, screen: &Screen) -> Result<(), Failure> {
    if let ([document], 1) = (documents, files) {
        return screen.data(&Verdict::of(document));
    }
    let verdicts: Vec<Verdict<'_>> = documents
        .iter()
        .map(|document| Verdict {
            file: Some(&document.name),
            ..Verdict::of(document)
        })
        .collect();
    screen.data(&verdicts)
}

fn plural(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

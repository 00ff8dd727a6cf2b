//! A test for every defect that was measured on the program before this one (docs/regressions.md).

mod deployed;
mod engine;
mod objects;
mod status;
mod updates;

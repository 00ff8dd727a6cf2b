//! The program `kubemin`.

fn main() -> std::process::ExitCode {
    kubemin_cli::run(std::env::args_os()).into()
}

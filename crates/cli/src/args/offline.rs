//! Commands on files.

use clap::Args;
use clap_complete::Shell;

/// Arguments of `validate`.
#[derive(Debug, Args)]
#[command(after_help = "\
Each fault is a line: FILE:LINE:COLUMN: PATH: what is wrong (what to do).
Exit code 0 when every file is valid, 2 when one is not.

Examples:
  kubemin validate app.yaml
  kubemin validate apps/*.json -q
  curl -s https://example.org/app.json | kubemin validate - -o json")]
pub struct Validate {
    /// Application files, JSON or YAML; - is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<String>,
}

/// Arguments of `render`.
#[derive(Debug, Args)]
#[command(after_help = "\
The objects come in the order in which they are applied, the same bytes for the same file. Secret values are shown.

Examples:
  kubemin render app.yaml | kubectl apply -f -
  kubemin render app.yaml -o json | jq -r '.[].kind'
  kubemin render app.yaml --profile volcano

A profile says what the cluster offers, as the server's settings do (--gpu-platform, --gateway-api, --gateway,
--ingress-class). In a file, gpu is the name of a platform or {count: RESOURCE, memory: RESOURCE, memoryUnit: MiB|GiB}.")]
pub struct Render {
    /// Application file, JSON or YAML; - is standard input
    #[arg(value_name = "FILE")]
    pub file: String,
    /// Platform: nvidia, hami, volcano, aliyun, or a file with gpu, gatewayApi, gateway, ingressClass
    #[arg(long, value_name = "PROFILE")]
    pub profile: Option<String>,
}

/// Arguments of `plan`.
#[derive(Debug, Args)]
#[command(after_help = "\
Steps run in order. In a step, a priority starts when the one before has finished.

Examples:
  kubemin plan app.yaml
  kubemin plan app.yaml -o json | jq '.steps[].jobs[].name'")]
pub struct Plan {
    /// Application file, JSON or YAML; - is standard input
    #[arg(value_name = "FILE")]
    pub file: String,
    /// Platform: nvidia, hami, volcano, aliyun, or a file with gpu, gatewayApi, gateway, ingressClass
    #[arg(long, value_name = "PROFILE")]
    pub profile: Option<String>,
}

/// Arguments of `completion`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  source <(kubemin completion bash)
  kubemin completion fish > ~/.config/fish/completions/kubemin.fish")]
pub struct Completion {
    /// Shell
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

/// Arguments of `version`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kubemin version -o json
  kubemin version --sbom | jq -r '.components[].purl'")]
pub struct Version {
    /// Print what the program is made of: every linked crate with its licence, CycloneDX 1.6
    #[arg(long)]
    pub sbom: bool,
}

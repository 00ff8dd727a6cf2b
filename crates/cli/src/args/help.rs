//! The first help a newcomer sees: commands by purpose, and examples.

/// Template of `kubemin --help`. A test holds it to the commands that exist.
pub(super) const TEMPLATE: &str = "\
{about}

Usage: kubemin [OPTIONS] <COMMAND>

Write and check:
  validate     Check application files, every fault at once
  render       Print the Kubernetes objects of an application
  plan         Show the jobs that a deployment runs, in their order

Run and set up:
  server       Run the server
  completion   Print a completion script for a shell
  version      Print the version

Global options:
{options}

Examples:
  kubemin validate app.yaml
  kubemin render app.yaml | kubectl apply -f -
  kubemin plan app.yaml
  kubemin server --data-dir ./data

`kubemin COMMAND --help` says more about a command.
Exit codes: 0 done, 1 the answer is no, 2 wrong use or input, 3 server not reached or not allowed, 4 timed out.
";

//! The first help a newcomer sees: commands by purpose, and examples.

/// Template of `kubemin --help`. A test holds it to the commands that exist.
pub(super) const TEMPLATE: &str = "\
{about}

Usage: kubemin [OPTIONS] <COMMAND>

Write and check, without a server:
  validate     Check application files, every fault at once
  render       Print the Kubernetes objects of an application
  plan         Show the jobs that a deployment runs, in their order

Deploy:
  apply        Create or update applications, and deploy them
  diff         Compare a file with the cluster
  task         Show, watch and end tasks
  cancel       End a task
  retry        Try a failed task again, from the failed step

See:
  list         List applications
  status       Show how an application is
  why          Say why an application is as it is, and what to do
  tree         Show components, objects and pods
  logs         Print the logs of a component
  events       Show what happened

Change:
  scale        Change the number of pods
  restart      Restart the pods
  stop         Stop: no pods, nothing is lost
  start        Start what was stopped, with as many pods as before
  history      Show the revisions of an application
  rollback     Go back to an earlier revision
  delete       Delete an application; its data is kept unless you say so
  export       Print the document of an application
  import       Store a document without deploying it

Run and set up:
  server       Run the server
  doctor       Check the set-up and say how to mend it
  completion   Print a completion script for a shell
  version      Print the version

Global options:
{options}

Examples:
  kubemin validate app.yaml
  kubemin apply -f app.yaml --wait
  kubemin status shop
  kubemin why shop/backend
  kubemin server --data-dir ./data

Servers are named in ~/.config/kubemin/config.yaml:
  currentContext: prod
  contexts:
    prod:
      server: https://kubemin.example
      tokenFile: /run/secrets/kubemin
      namespace: shop

`kubemin COMMAND --help` says more about a command.
Exit codes: 0 done, 1 the answer is no, 2 wrong use or input, 3 server not reached or not allowed, 4 timed out.
";

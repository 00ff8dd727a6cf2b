module testbed.kubemin.io/echo

go 1.24.0

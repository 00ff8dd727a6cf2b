#!/bin/sh
# Options and a configuration file go to the server, anything else is run as it is.
set -e
case "${1:-}" in
    -* | *.conf) set -- redis-server "$@" ;;
esac
if [ "$1" = redis-server ]; then
    shift
    # Without a password the usual image answers outside of loopback, too.
    exec redis-server "$@" --protected-mode no
fi
exec "$@"

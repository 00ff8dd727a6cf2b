#!/bin/sh
# Prepares the data folder once, then becomes the server. Honours MYSQL_ROOT_PASSWORD,
# MYSQL_ALLOW_EMPTY_PASSWORD, MYSQL_DATABASE, MYSQL_USER, MYSQL_PASSWORD, their _FILE forms,
# and the same with MARIADB_ in front.
set -eu
umask 027

case "${1:-mysqld}" in
    -*) set -- mysqld "$@" ;;
esac
if [ "$1" != mysqld ] && [ "$1" != mariadbd ]; then
    exec "$@"
fi
shift

# value NAME: MYSQL_NAME or MARIADB_NAME, or what the file that NAME_FILE names holds.
value() {
    for prefix in MYSQL MARIADB; do
        eval "direct=\${${prefix}_$1:-} file=\${${prefix}_$1_FILE:-}"
        if [ -n "$direct" ]; then
            printf '%s' "$direct"
            return
        fi
        if [ -n "$file" ]; then
            cat "$file"
            return
        fi
    done
}

# text STRING: as a string of SQL.
text() {
    printf "'%s'" "$(printf '%s' "$1" | sed -e 's/\\/\\\\/g' -e "s/'/\\\\'/g")"
}

# name STRING: as an identifier of SQL.
name() {
    printf '`%s`' "$(printf '%s' "$1" | sed -e 's/`/``/g')"
}

data=/var/lib/mysql
as=
if [ "$(id -u)" = 0 ]; then
    mkdir -p /run/mysqld
    chown -R 999:999 /run/mysqld
    chown 999:999 "$data"
    as=--user=mysql
fi

# A preparation that was cut short is begun again; nobody has written anything yet.
if [ -e "$data/.preparing" ]; then
    rm -rf "$data"/* "$data/.preparing"
fi

if [ ! -d "$data/mysql" ]; then
    root=$(value ROOT_PASSWORD)
    if [ -z "$root" ] && [ -z "$(value ALLOW_EMPTY_PASSWORD)" ] && [ -z "$(value RANDOM_ROOT_PASSWORD)" ]; then
        echo "Database is uninitialized and password option is not specified" >&2
        echo "    You need to specify one of MYSQL_ROOT_PASSWORD, MYSQL_ALLOW_EMPTY_PASSWORD and MYSQL_RANDOM_ROOT_PASSWORD" >&2
        exit 1
    fi
    echo "Initializing database files"
    touch "$data/.preparing"
    mariadb-install-db $as --datadir="$data" --skip-test-db --auth-root-authentication-method=normal >/dev/null
    {
        echo "CREATE USER IF NOT EXISTS 'root'@'%' IDENTIFIED BY $(text "$root");"
        echo "GRANT ALL ON *.* TO 'root'@'%' WITH GRANT OPTION;"
        echo "ALTER USER 'root'@'localhost' IDENTIFIED BY $(text "$root");"
        database=$(value DATABASE)
        [ -z "$database" ] || echo "CREATE DATABASE IF NOT EXISTS $(name "$database");"
        user=$(value USER)
        if [ -n "$user" ]; then
            echo "CREATE USER IF NOT EXISTS $(text "$user")@'%' IDENTIFIED BY $(text "$(value PASSWORD)");"
            [ -z "$database" ] || echo "GRANT ALL ON $(name "$database").* TO $(text "$user")@'%';"
        fi
        echo "DROP USER IF EXISTS ''@'localhost';"
    } >"$data/first-start.sql"
    [ -z "$as" ] || chown 999:999 "$data/first-start.sql"
    rm "$data/.preparing"
    echo "Database files initialized"
fi

if [ -f "$data/first-start.sql" ]; then
    # Only a server that has run it removes the file: one that was killed runs it again.
    (
        while ! mariadb-admin --silent ping >/dev/null 2>&1; do sleep 1; done
        rm -f "$data/first-start.sql"
    ) &
    exec mariadbd $as --init-file="$data/first-start.sql" "$@"
fi
exec mariadbd $as "$@"

# Everything here is a thin line over cargo or a script; `just --list` explains it.
set positional-arguments

# What there is to run
default:
    @just --list --unsorted

# Write a migration with what differs between the entities and the database: just create-migration "add user table"
create-migration message *arguments:
    @cargo run --quiet -p migration -- revision --autogenerate -m "$@"

# Apply pending migrations, up to a revision if one is named
migrate *target:
    @cargo run --quiet -p migration -- upgrade "$@"

# Reverse the newest migration, or go down to a revision or `base`
migrate-down target="-1":
    @cargo run --quiet -p migration -- downgrade "$1"

# List the revisions, newest first
history:
    @cargo run --quiet -p migration -- history

# Say whether entities, migrations and database are in step
check:
    @cargo run --quiet -p migration -- check

# Run the tests on SQLite, PostgreSQL and MariaDB, or some: just test -p seadrift-tests cases
test *arguments:
    @scripts/test "$@"

# Write the expected files of the cases anew, of one if it is named: just bless column/drop
bless case="":
    @SEADRIFT_BLESS=1 SEADRIFT_CASE="$1" scripts/test -p seadrift-tests

# Try the laws with other random schemas than the tests do, so many pairs on each backend
fuzz pairs="1000":
    @SEADRIFT_LAWS_PAIRS="$1" scripts/test -p seadrift-tests --test laws random

# Time databases of 10 to 5,000 tables in release, beside bare catalog queries and sea-schema: just bench --tables 1000
bench *arguments:
    @scripts/bench "$@"

# Start a case: just new-case column/drop
new-case name:
    @scripts/new-case "$1"

# Have git look at the format of the sources before each commit
install-hooks:
    #!/bin/sh
    set -eu
    hook=$(git rev-parse --git-path hooks/pre-commit)
    if [ -e "$hook" ]; then
        echo "left as it is: $hook is there already" >&2
        exit 1
    fi
    mkdir -p "$(dirname "$hook")"
    printf '%s\n' '#!/bin/sh' 'exec cargo fmt --all --check' >"$hook"
    chmod +x "$hook"
    echo "wrote $hook"

# All that CI runs
ready:
    @.ci/run

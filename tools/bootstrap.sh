#!/bin/sh
# Find a Python that is new enough and run bootstrap.py with the given arguments.
#
# PYTHON=/path/to/python takes precedence. Otherwise, use the first that works of: the existing virtual environment,
# python3, python3.14 … python3.11, python. Plain POSIX shell, with a probe that Python 2 can run too, because this
# script must print a readable error on machines without a suitable Python.

cd "$(dirname "$0")/.." || exit 1

probe='import sys; print("%d.%d.%d" % sys.version_info[:3]); sys.exit(sys.version_info < (3, 11))'
need="Valhalla needs Python 3.11 or later"
hint="set PYTHON=/path/to/python3.11 (or later)"

if [ -n "$PYTHON" ]; then
    set -- "$PYTHON" -- "$@"
else
    set -- .venv/bin/python python3 python3.14 python3.13 python3.12 python3.11 python -- "$@"
fi

old=
while [ "$1" != -- ]; do
    candidate=$1
    shift
    path=$(command -v "$candidate") || continue
    if version=$("$path" -c "$probe" 2>/dev/null); then
        while [ "$1" != -- ]; do shift; done
        shift
        exec "$path" tools/bootstrap.py "$@"
    fi
    # Skip a wrapper that finds no Python to run: it prints no version.
    [ -n "$version" ] && [ -z "$old" ] && old="$version ($path)"
done

if [ -n "$old" ]; then
    echo "$need; this is $old: $hint." >&2
elif [ -n "$PYTHON" ]; then
    echo "$need; PYTHON=$PYTHON was not found or does not run: $hint." >&2
else
    echo "$need; no python3 was found on PATH: install it, or $hint." >&2
fi
exit 1

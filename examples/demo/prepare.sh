#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
#
# Fetches the pages that the demo serves: the documentation of Python, as Debian packages it.
set -u
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
source "$root/cmake/setup.sh"
fetch_deb python3.11-doc "$root/build/deps/python3.11-doc"

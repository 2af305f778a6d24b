# What the scripts of ci/ share. Read it with `.`; it runs nothing by itself but moves to the
# project's folder.

cd "$(dirname "${BASH_SOURCE[0]}")/.."

# What cannot be had ends a script with this code, as in `ordeal`.
readonly exit_unavailable=69

say() { printf '\n== %s\n' "$*" >&2; }

fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit "$exit_unavailable"
}

# The Debian packages without which nothing can be built or run here, one a line: each is told by what
# it brings, so that it does not matter how that came here.
missing_packages() {
    local libraries
    libraries=$(/sbin/ldconfig -p 2>/dev/null || true)
    has() { [ -e "$1" ] || printf '%s\n' "$2"; }
    program() { command -v "$1" >/dev/null || printf '%s\n' "$2"; }
    library() { case $libraries in *"$1 "*) ;; *) printf '%s\n' "$2" ;; esac; }

    # The project's own needs: a journal and the means to read it.
    program pkg-config pkg-config
    has /usr/include/systemd/sd-journal.h libsystemd-dev
    has /lib/systemd/systemd-journald systemd
    # A server's disk, and its secrets.
    has /usr/include/sqlite3.h libsqlite3-dev
    has /usr/include/crypt.h libcrypt-dev
    # Programs of others, as tests and Plans/own-broker.yaml run them.
    program python3 python3
    # What a Swift toolchain asks for.
    program git git
    program ld binutils
    has /etc/ssl/certs/ca-certificates.crt ca-certificates
    compgen -G '/usr/include/c++/*/vector' >/dev/null || printf 'g++\n'
    has /usr/include/stdio.h libc6-dev
    library libcurl.so.4 libcurl4
    library libxml2.so.2 libxml2
    library libncurses.so.6 libncurses6
    library libsqlite3.so.0 libsqlite3-0
    unset -f has program library
}

# Installs what is missing, as root or by sudo; touches nothing where nothing is.
install_missing() {
    local -a packages as_root=()
    mapfile -t packages < <(missing_packages)
    [ ${#packages[@]} -eq 0 ] && return 0
    command -v apt-get >/dev/null ||
        fail "missing here: ${packages[*]} (names of Debian 12). There is no apt-get: install them by hand."
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null ||
            fail "missing here: ${packages[*]}. Run once as root: apt-get install ${packages[*]}"
        as_root=(sudo)
    fi
    say "installing ${packages[*]}"
    "${as_root[@]}" apt-get update -q >&2 ||
        fail "apt-get update failed: see above; are the package sources reachable?"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends "${packages[@]}" >&2 ||
        fail "apt-get could not install ${packages[*]}: see above"
}

# Installs what is missing, and ends the script where there is no Swift of 6.3 or later.
prepare() {
    local version
    command -v swift >/dev/null ||
        fail "no swift on PATH. Install a Swift 6.3 toolchain (https://swift.org/install) and put its bin folder on PATH."
    # First, for a toolchain does not even tell its version without the libraries that it asks for.
    install_missing
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -1)
    case $version in
        6.[3-9] | 6.[1-9][0-9] | [7-9].*) ;;
        '') fail "swift does not run here: $(swift --version 2>&1 | head -1)" ;;
        *) fail "Swift $version is on PATH; 6.3 or later is needed (https://swift.org/install)." ;;
    esac
}

# Builds the programs for use and puts their folder into `programs`.
build_release() {
    local -a options=(-c release --static-swift-stdlib)
    swift build "${options[@]}" >&2
    programs=$(swift build "${options[@]}" --show-bin-path)
    readonly programs
}

# Reads the output of `swift test` in the file $1 and sets `passed`, `failed` and `skipped`: whole tests,
# however many cases they have. A run without its closing line broke off: what passed until then
# counts, and one failure. A run of no tests is a failure too.
count_tests() {
    local test='^[^ ]+ +Test ("|[^" ]*\()' after='after [0-9.]+ seconds' closing total
    failed=$(grep -cE "$test.* failed $after with .*\.\$" "$1") || true
    skipped=$(grep -cE "$test.* skipped(\.|: .*)\$" "$1") || true
    closing=$(grep -E '^[^ ]+ +Test run with [0-9]+ tests? ' "$1" | tail -1) || true
    if [ -z "$closing" ]; then
        passed=$(grep -cE "$test.* passed $after.*\.\$" "$1") || true
        failed=$((failed + 1))
        return
    fi
    # The closing line counts skipped tests too.
    total=$(sed -E 's/.*Test run with ([0-9]+) tests? .*/\1/' <<<"$closing")
    passed=$((total - failed - skipped))
    if [ "$passed" -lt 0 ]; then passed=0; fi
    # What fails outside of any test fails the run all the same.
    case $closing in *' failed after '*) if [ "$failed" -eq 0 ]; then failed=1; fi ;; esac
    if [ "$total" -eq 0 ]; then failed=1; fi
}

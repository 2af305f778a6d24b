# Writes Ordeal's records from a shell, in the style of `logger --journald`: NAME=value, one a word.
#
#   . ordeal-records.sh
#   ordeal_started my-script
#   ordeal_ready
#   ordeal_record send USER=ann MESSAGE=ann/s1/1 "DIGEST=$(ordeal_digest "$body")"
#   ...                                               # only now send it
#   ordeal_closed
#
# For sh, dash and bash. It needs perl (Debian's perl-base is enough) for what a shell cannot do: the
# clock, and a datagram. docs/records.md says which records there are; fields are named without ORDEAL_.
# One process writes: do not call it from subshells. Where the environment names no journal (a script
# that was started by hand) nothing is written.

_ordeal_sequence=0
_ordeal_program=sh

_ordeal_perl='
    use strict; use Socket;
    sub fnv {
        # FNV-1a of 64 bits, in halves of 32, so that no number is more than a double or an integer holds.
        my ($high, $low) = (0xcbf29ce4, 0x84222325);
        for my $byte (unpack "C*", shift) {
            $low ^= $byte;
            my $product = $low * 0x1b3;
            $high = ($high * 0x1b3 + ($low << 8) + int($product / 4294967296)) % 4294967296;
            $low = $product % 4294967296;
        }
        return sprintf "%08x%08x", $high, $low;
    }
    sub field {
        my ($name, $value) = @_;
        return $value =~ /\n/ ? "$name\n" . pack("Q<", length $value) . "$value\n" : "$name=$value\n";
    }
    sub monotonic {
        my ($number) = (`uname -m` =~ /^x86_64/) ? 228 : 113;
        my $time = "\0" x 16;
        syscall($number, 1, $time) == 0 or die "clock_gettime: $!\n";
        my ($seconds, $nanoseconds) = unpack "q q", $time;
        return sprintf "%d%09d", $seconds, $nanoseconds;
    }
    my $verb = shift;
    if ($verb eq "digest") { print fnv(shift), "\n"; exit }
    if ($verb eq "fingerprint") { print fnv(shift() . "\0" . shift), "\n"; exit }
    socket(my $socket, PF_UNIX, SOCK_DGRAM, 0) or die "socket: $!\n";
    if ($verb eq "ready") {
        defined send($socket, "READY=1", 0, pack_sockaddr_un(shift)) or die "notify: $!\n";
        exit;
    }
    my ($program, $sequence, $event, @fields) = @ARGV;
    my $time = monotonic();
    my $data = join "", field("PRIORITY", 6), field("SYSLOG_IDENTIFIER", $program),
        (map { field($_, $ENV{$_}) } qw(ORDEAL_RUN ORDEAL_NODE ORDEAL_INCARNATION)),
        field("MESSAGE_ID", fnv("ordeal:$event") . fnv("$event:ordeal")),
        field("ORDEAL_EVENT", $event), field("ORDEAL_SEQ", $sequence), field("ORDEAL_TIME", $time);
    my $about = "";
    for (@fields) {
        my ($name, $value) = /^([A-Z_]+)=(.*)$/s or die "$_ is not NAME=value\n";
        $about = " $value" if $name eq "USER" && !$about || $name eq "MESSAGE";
        $data .= field("ORDEAL_$name", $value);
    }
    $data .= field("MESSAGE", "$event$about");
    # A journal that starts again is waited for, ten seconds at most.
    my $to = pack_sockaddr_un($ENV{ORDEAL_JOURNAL});
    for my $try (0 .. 1000) {
        last if defined send($socket, $data, 0, $to);
        die "the journal did not accept a record: $!\n"
            if $try == 1000 || !($!{ECONNREFUSED} || $!{ENOENT} || $!{ENOBUFS});
        select undef, undef, undef, 0.01;
    }
    # The ack page, which outlives SIGKILL: how many records the journal accepted.
    my $page;
    open $page, "+<", $ENV{ORDEAL_ACK_PAGE} or open $page, "+>", $ENV{ORDEAL_ACK_PAGE}
        or die "ack page $ENV{ORDEAL_ACK_PAGE}: $!\n";
    print {$page} pack("Q", $sequence + 1), -s $page ? "" : "\0" x 4088;
    close $page or die "ack page $ENV{ORDEAL_ACK_PAGE}: $!\n";
'

_ordeal_run_perl() { perl -MErrno -e "$_ordeal_perl" -- "$@"; }

# ordeal_digest BODY: ORDEAL_DIGEST of a message's body.
ordeal_digest() { _ordeal_run_perl digest "$1"; }

# ordeal_fingerprint USER SECRET: ORDEAL_SECRET of a user's secret; never write the secret itself.
ordeal_fingerprint() { _ordeal_run_perl fingerprint "$1" "$2"; }

# ordeal_ready: tells the supervisor that the program accepts work.
ordeal_ready() {
    if [ -n "${NOTIFY_SOCKET:-}" ]; then _ordeal_run_perl ready "$NOTIFY_SOCKET"; fi
}

# ordeal_record EVENT NAME=value…: writes a record; ends with 0 once the journal has accepted it.
ordeal_record() {
    if [ -z "${ORDEAL_JOURNAL:-}" ]; then return 0; fi
    _ordeal_run_perl record "$_ordeal_program" "$_ordeal_sequence" "$@" || return
    _ordeal_sequence=$((_ordeal_sequence + 1))
}

# ordeal_started PROGRAM: the first record of the process.
ordeal_started() {
    _ordeal_program=$1
    ordeal_record started "PID=$$"
}

# ordeal_closed: the last record of a process that ends as asked.
ordeal_closed() { ordeal_record closed "COUNT=$((_ordeal_sequence + 1))"; }

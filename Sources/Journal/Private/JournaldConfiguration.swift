/// What journald is told: no rate limit, no vacuum, no exit when idle, one file at a time.
public struct JournaldConfiguration: Sendable, Hashable {
    /// The size at which journald begins a new file, in journald's notation.
    ///
    /// It also sets the size of a file's hash table and with it how many entries fit. The default
    /// is 1G: about 230,000 records a file, 37 MB allocated at once.
    public var fileSizeMax: String

    /// How journald is to be given this, for tests; nil for the first way that works.
    var isolation: Isolation?

    /// Variables of journald's environment that say in which form it writes, for tests.
    package var form: [String: String] = [:]

    /// Makes a configuration.
    public init(fileSizeMax: String = "1G") {
        self.fileSizeMax = fileSizeMax
    }

    /// The name of journald's namespace, and with it of its configuration file.
    static let namespace = "ordeal"

    /// The text of journald@ordeal.conf. Source of the keys: journald.conf(5).
    var text: String {
        """
        [Journal]
        RateLimitIntervalSec=0
        RateLimitBurst=0
        SplitMode=none
        MaxRetentionSec=10year
        SystemMaxUse=1024G
        SystemKeepFree=1
        SystemMaxFiles=100000
        SystemMaxFileSize=\(fileSizeMax)
        Compress=no
        Audit=
        ForwardToSyslog=no
        ForwardToWall=no

        """
    }

    /// How journald is given its configuration.
    enum Isolation: Sendable, CaseIterable {
        /// A mount namespace of its own, made by root.
        case mountNamespace
        /// A mount namespace inside a user namespace of its own.
        case userNamespace
        /// None: it runs with its defaults.
        case none

        /// The tool and its arguments that come before the shell; empty for `none`.
        var tool: [String] {
            switch self {
            case .mountNamespace: ["unshare", "-m"]
            case .userNamespace: ["unshare", "-U", "-r", "-m"]
            case .none: []
            }
        }

        /// What does not hold in this case; nil where all holds.
        var limitation: String? {
            switch self {
            case .mountNamespace, .userNamespace: nil
            case .none:
                "no mount namespace is allowed here, so journald runs with its defaults: it keeps "
                    + "at most a tenth of the disk or 4 GB, and limits senders in a systemd unit"
            }
        }
    }

    /// The shell script that prepares the mounts and becomes the program in its arguments.
    ///
    /// A read-only file system lies over /run: where the disk is full, journald would else go on
    /// silently under /run/log/journal.
    func script(hidesRun: Bool) -> String {
        """
        set -e
        mount -n -t tmpfs -o mode=755 ordeal /etc/systemd
        printf '%s' '\(text)' > /etc/systemd/journald@\(Self.namespace).conf
        \(hidesRun ? "mount -n -t tmpfs -o ro,mode=755 ordeal /run" : ":")
        exec setpriv --pdeathsig KILL "$@"
        """
    }
}

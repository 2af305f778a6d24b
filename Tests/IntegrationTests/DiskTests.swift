import Foundation
import Testing

/// Means that are missing or run out; needs root, to mount what is missing away.
@Suite(
    .serialized,
    .timeLimit(.minutes(10)),
    .enabled(if: geteuid() == 0, "mounting needs root")
)
struct DiskTests {
    private let plan = """
        plan: long
        cluster: {servers: 2, clients: 2}
        workload: {rate: 20/s, for: 40s}
        story:
          - at: 39s
            kill: {node: role master, then: restart after 300ms}
        """

    /// Runs a shell script as root in a mount namespace of its own.
    private func run(_ script: String, _ folder: URL) async throws -> Ordeal.Result {
        let file = folder.appendingPathComponent("plan.yaml")
        try plan.write(to: file, atomically: true, encoding: .utf8)
        return try await Ordeal.run(
            URL(fileURLWithPath: "/usr/bin/unshare"),
            ["-m", "/bin/sh", "-c", script],
            [
                "ORDEAL": Ordeal.programs.appendingPathComponent("ordeal").path,
                "PLAN": file.path, "FOLDER": folder.path,
            ]
        )
    }

    @Test("a missing journald is named with a remedy, exit 69, and nothing is left behind")
    func noJournald() async throws {
        try await Ordeal.withFolder { folder in
            let result = try await run(
                """
                mount --bind /dev/null "$(readlink -f /lib/systemd/systemd-journald)" || exit 99
                "$ORDEAL" run "$PLAN" --runs "$FOLDER/runs"
                """,
                folder
            )
            #expect(result.status == 69, "\(result.output)\(result.errors)")
            #expect(result.errors.contains("journald"))
            #expect(result.errors.contains("remedy"))
            #expect(!FileManager.default.fileExists(atPath: folder.path + "/runs"))
        }
    }

    @Test(
        "a disk without room for the journal is named with a remedy, exit 69",
        arguments: ["size=20m", "size=4m", "size=64k", "size=400m,nr_inodes=4"]
    )
    func fullDisk(_ size: String) async throws {
        try await Ordeal.withFolder { folder in
            let result = try await run(
                """
                mkdir "$FOLDER/disk" && mount -t tmpfs -o \(size) none "$FOLDER/disk" || exit 99
                "$ORDEAL" run "$PLAN" --runs "$FOLDER/disk/runs"
                status=$?
                ls -A "$FOLDER/disk"
                exit $status
                """,
                folder
            )
            #expect(result.status == 69, "\(result.output)\(result.errors)")
            #expect(result.errors.contains("remedy"))
            #expect(result.output.isEmpty, "left: \(result.output)")
        }
    }

    @Test("a disk that fills in mid-run ends the run in order, unproved, exit 2")
    func fillingDisk() async throws {
        try await Ordeal.withFolder { folder in
            let result = try await run(
                """
                mkdir "$FOLDER/disk" && mount -t tmpfs -o size=400m none "$FOLDER/disk" || exit 99
                "$ORDEAL" run "$PLAN" --runs "$FOLDER/disk/runs" &
                child=$!
                for i in $(seq 300); do
                    sleep 0.1
                    file=$(find "$FOLDER/disk/runs" -name '*.journal' | head -n 1)
                    [ -n "$file" ] || continue
                    journalctl --file="$file" -q -o cat ORDEAL_EVENT=deliver | grep -q . && break
                done
                free=$(df --output=avail -m "$FOLDER/disk" | tail -n 1)
                head -c "$((free - 40))M" /dev/zero > "$FOLDER/disk/filler"
                wait "$child"
                """,
                folder
            )
            #expect(result.status == 2, "\(result.output)\(result.errors)")
            #expect(result.errors.contains("full"), "\(result.errors)")
            #expect(result.output.contains("cut short"), "\(result.output)")
        }
    }
}

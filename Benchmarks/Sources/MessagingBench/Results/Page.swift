/// docs/benchmarks.md, as the run writes it.
struct Page {
    let results: Results
    let targets: [Target]

    /// The whole page.
    var text: String {
        """
        # Benchmarks of the messaging system

        Written by `ci/bench messaging`, which installs the peers, builds the programs and measures all of it in
        one run. Rates depend on the machine and on what else it does: compare the columns of one run, not
        runs. The script demands ratios alone, and the tests demand nothing of the kind.

        \(machine)

        ## Targets
        One sender, ten receivers, one server. Ordeal acknowledges sends and deliveries, drops repeats, keeps
        order and keeps what is not acknowledged; it writes no evidence here. The others promise none of it.

        \(targetTable)

        ## Fan-out on one server
        \(table(servers: 1))

        ## Fan-out across three servers
        Receivers are spread over three servers that work together, a sender and its first receiver are at
        different ones; the CPU is that of all three.

        \(table(servers: 3))

        ## With every delivery as evidence
        `ordeal run Benchmarks/Plans/fan-out.yaml` in the same run, before the above: one server and ten `ordeal-client`, each of whom
        sends a tenth of 5,000 messages/s to all. Each delivery is recorded in the journal, in batches, before it is acknowledged, and
        checked. Server, clients, journal and checks share the machine; the journal is what bounds the rate. It printed:

        ```
        \(results.evidence)
        ```

        ## While nothing happens
        \(idleTable)

        ## Method
        \(method)

        """
    }

    private var machine: String {
        let parts = ["Date: \(results.date)"] + results.machine + results.versions
        return parts.map { "- \($0)" }.joined(separator: "\n")
    }

    private var targetTable: String {
        var lines = ["| what | wanted | measured | |", "|---|---|---|---|"]
        for target in targets {
            let wanted = target.isAim ? "aim \(target.bound)" : target.bound
            lines.append(
                "| \(target.what) | \(wanted) | \(Texts.fixed(target.measured, 2)) | \(target.verdict) |"
            )
        }
        return lines.joined(separator: "\n")
    }

    private func table(servers: Int) -> String {
        var lines = [
            "| senders → receivers | system | k deliveries/s | CPU of servers, µs each | p50 µs | p99 µs | generator's core | lost |",
            "|---|---|---|---|---|---|---|---|",
        ]
        var shapes: [Shape] = []
        for row in results.rows where row.shape.servers == servers && !shapes.contains(row.shape) {
            shapes.append(row.shape)
        }
        for shape in shapes {
            for row in results.rows where row.shape == shape { lines.append(line(row)) }
        }
        return lines.joined(separator: "\n")
    }

    private func line(_ row: Row) -> String {
        let flow = row.throughput
        let cells = [
            "\(row.shape.senders) → \(row.shape.receivers)", row.system,
            Texts.thousands(flow.rate), Texts.fixed(flow.microsecondsEach, 2),
            Texts.microseconds(row.latency.median), Texts.microseconds(row.latency.percentile99),
            "\(Texts.fixed(flow.loadShare * 100, 0)) %", "\(flow.lost + row.latency.lost)",
        ]
        return "| \(cells.joined(separator: " | ")) |"
    }

    private var idleTable: String {
        var lines = [
            "| system | memory of a client, KiB | of a server alone, KiB | start to first connection, ms |",
            "|---|---|---|---|",
        ]
        for idle in results.idle {
            lines.append(
                "| \(idle.system) | \(Texts.fixed(idle.clientKiB, 1)) | \(idle.serverKiB) | "
                    + "\(Texts.fixed(idle.startMilliseconds, 1)) |"
            )
        }
        return lines.joined(separator: "\n")
    }

    private var method: String {
        """
        - *Load.* One process with one thread and raw sockets drives senders and receivers of every system, each in
          its own protocol, on the loopback interface. Servers share the first core, the load generator has the last one,
          so nobody has more than one core; where the generator's share nears 100 %, it was the limit, not the server.
        - *Messages.* 64 bytes: sender, number, filler. The generator checks every delivery: the numbers of a sender
          must come in order, each once.
        - *Throughput.* As much as goes through in \(Texts.fixed(results.seconds, 1)) s after 0.3 s of warming up. A sender goes on as soon as all
          receivers have its earlier messages but for a window: 2000 messages under way for Ordeal and NATS, 500 for
          mosquitto, 200 for ngircd, which drops a client for whom more than 32 KiB wait.
        - *What counts.* Deliveries to receivers. Ordeal tells senders their own messages too, as its protocol demands:
          with 10 senders and 1 receiver it writes eleven lines where one counts.
        - *CPU.* The time that all threads of the servers were on a core (schedstat), the kernel's part included,
          divided by the deliveries that count.
        - *Latency.* \(Measure.latencyRate) messages a second by the clock, from when a message was due to when a receiver has it: a server that
          stalls is charged for all that waits meanwhile.
        - *Ordeal.* `ordeal-node` as released, limits of lines a second lifted, `--hash-cost 1`, no journal. Each client shows the extensions:
          the generator acknowledges deliveries as `ordeal-client` does, at the 64th or after 20 ms, and sends heartbeats.
        - *Memory.* \(Measure.idleClients) clients are connected and logged in; the server's proportional set size (PSS) with and without them.
        - *Start.* The median of \(Measure.starts) starts, from the spawn to the first connection that is accepted.
        """
    }
}

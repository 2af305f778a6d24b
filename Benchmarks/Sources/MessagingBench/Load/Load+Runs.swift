import Glibc

extension Load {
    /// As much as goes through: a new message as soon as one is delivered to all, with at most the window
    /// of messages under way.
    func throughput(seconds: Double, servers: [ServerProcess]) throws -> Throughput {
        let window = max(1, wire.window / senders.count)
        try push(for: 0.3, window: window)
        let start = snapshot(servers)
        try push(for: seconds, window: window)
        let end = snapshot(servers)
        let lost = try drain()
        return Throughput(
            seconds: Double(end.time - start.time) / 1e9,
            delivered: end.delivered - start.delivered,
            echoed: end.echoed - start.echoed,
            serverSeconds: Double(end.serverCPU - start.serverCPU) / 1e9,
            loadSeconds: Double(end.loadCPU - start.loadCPU) / 1e9,
            lost: lost,
            disorder: disorder
        )
    }

    /// Messages by the clock, whether or not earlier ones have arrived: a delivery's latency counts from
    /// the instant when its message was due.
    func latency(perSecond: Int, seconds: Double) throws -> Latency {
        var histogram = Histogram()
        let interval = 1_000_000_000 / Int64(perSecond)
        let total = Int(seconds * Double(perSecond))
        let base = published
        let start = Clock.now() + interval
        let senderCount = senders.count
        var sent = 0
        let end = start + Int64(total) * interval + 5_000_000_000
        func turn() throws {
            try self.turn(waitMilliseconds: 0) { sender, number, now in
                let index = Int64((number - base[sender] - 1) * senderCount + sender)
                if index >= 0 { histogram.record(now - (start + index * interval)) }
            }
        }
        while sent < total {
            if Clock.now() >= start + Int64(sent) * interval {
                try publish(1, from: sent % senderCount)
                sent += 1
            }
            try turn()
        }
        while histogram.count < total * receivers.count, Clock.now() < end { try turn() }
        return Latency(
            median: histogram.quantile(0.5),
            percentile99: histogram.quantile(0.99),
            lost: total * receivers.count - histogram.count
        )
    }

    /// Sends messages, one now and then, until all receivers get the latest of each sender: only then does
    /// everybody know everybody. What was lost until then does not count.
    func warmUp() throws {
        for sender in senders.indices {
            let end = Clock.now() + 20_000_000_000
            repeat {
                guard Clock.now() < end else {
                    throw BenchError(
                        "messages of sender \(sender) do not reach all receivers after 20 s"
                    )
                }
                try publish(1, from: sender)
                let next = Clock.now() + 200_000_000
                while Clock.now() < next, deliveredToAll(of: sender) < published[sender] {
                    try turn(waitMilliseconds: 10) { _, _, _ in }
                }
            } while deliveredToAll(of: sender) < published[sender]
        }
        for client in clients { client.disorder = 0 }
    }

    private func push(for seconds: Double, window: Int) throws {
        let end = Clock.now() + Int64(seconds * 1e9)
        let quantum = max(1, window / 8)
        while Clock.now() < end {
            for sender in senders.indices {
                let free = window - (published[sender] - deliveredToAll(of: sender))
                if free >= quantum { try publish(free, from: sender) }
            }
            try turn(waitMilliseconds: 10) { _, _, _ in }
        }
    }

    /// Waits for what is under way; gives the number of deliveries that never came.
    private func drain() throws -> Int {
        let end = Clock.now() + 10_000_000_000
        func missing() -> Int {
            senders.indices.reduce(0) { sum, sender in
                sum + receivers.reduce(0) { $0 + published[sender] - $1.delivered[sender] }
            }
        }
        while missing() > 0, Clock.now() < end {
            try turn(waitMilliseconds: 10) { _, _, _ in }
        }
        return missing()
    }

    private struct Snapshot {
        var time: Int64
        var delivered: Int
        var echoed: Int
        var serverCPU: Int64
        var loadCPU: Int64
    }

    private func snapshot(_ servers: [ServerProcess]) -> Snapshot {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Snapshot(
            time: Clock.now(),
            delivered: delivered,
            echoed: echoed,
            serverCPU: servers.reduce(0) { $0 + $1.cpu },
            loadCPU: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
        )
    }
}

import Glibc

/// The whole run: every system under every shape of load, the page, the targets.
struct Benchmark {
    let options: Options

    init(_ options: Options) {
        self.options = options
    }

    /// Measures all; whether every target is reached.
    func run() throws -> Bool {
        Machine.raiseFileLimit()
        Machine.pin(to: Machine.loadCore)
        let machine = Machine.description
        var template = Array("/tmp/messaging-bench.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw BenchError.system("cannot make a folder") }
        let folder = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
        // Servers may give up root's rights before they read their configuration.
        chmod(folder, 0o755)
        let measure = Measure(folder: folder, seconds: options.seconds)
        var results = Results(machine: machine, date: Machine.today, seconds: options.seconds)
        if let path = options.evidence { results.evidence = Machine.text(of: path) }
        try add(OrdealSystem(program: options.node), measure, &results)
        try add(MosquittoSystem(), measure, &results)
        try add(NgircdSystem(), measure, &results)
        try add(NATSSystem(), measure, &results)
        removeFolder(folder)
        let targets = Targets.all(results)
        for target in targets { Output.say(target.line) }
        if let page = options.page {
            try Machine.write(Page(results: results, targets: targets).text, to: page)
            Output.say("wrote \(page)")
        }
        return targets.allSatisfy(\.isReached)
    }

    private func add(_ system: some System, _ measure: Measure, _ results: inout Results) throws {
        guard options.wants(system.name) else { return }
        results.versions.append(system.version)
        results.rows += try measure.run(system, shapes)
        if !options.isQuick { results.idle.append(try measure.idle(system.forIdleClients)) }
    }

    private var shapes: [Shape] {
        let all = [1, 3].flatMap { servers in
            [1, 10].flatMap { senders in
                [1, 10, 100].map { Shape(servers: servers, senders: senders, receivers: $0) }
            }
        }
        guard options.isQuick else { return all }
        return all.filter { $0.senders == 1 && ($0.servers == 1 || $0.receivers == 10) }
    }

    private func removeFolder(_ path: String) {
        if let entries = opendir(path) {
            while let entry = readdir(entries) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != "." && name != ".." { unlink("\(path)/\(name)") }
            }
            closedir(entries)
        }
        rmdir(path)
    }
}

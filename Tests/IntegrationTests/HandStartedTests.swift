import Testing

/// The programs as people start them: no plan, no journal, the options of the course.
@Suite(.serialized, .timeLimit(.minutes(10))) struct HandStartedTests {
    @Test(
        "two servers and two people who chat, by the course's options; a lost server is gone round"
    )
    func chat() throws {
        let (first, second) = (try HandStarted.freePort(), try HandStarted.freePort())
        let host = "127.0.0.1"
        let one = try HandStarted(
            "ordeal-node",
            ["-lp", "\(first)", "-lh", host, "-s", "shared", "-a", "250"]
        )
        let ann = try HandStarted("ordeal-client", ["-rh", host, "-rp", "\(first)", "-u", "ann"])
        try ann.wait(for: "* your secret is ")
        try ann.wait(for: "* registered as ann")
        try ann.wait(for: "* connected to \(host):\(first) as ann")
        let two = try HandStarted(
            "ordeal-node",
            [
                "-lp", "\(second)", "-lh", host, "-rh", host, "-rp", "\(first)", "-s", "shared",
                "-a", "250",
            ]
        )
        try HandStarted.waitUntilListening(second)
        let chat = [
            "chat", "--server", "\(host):\(second)", "--server", "\(host):\(first)", "-u", "bob",
            "-s",
            "bobs",
        ]
        var bob = try HandStarted("ordeal-client", chat + ["--register"])
        try bob.wait(for: "* connected to \(host):")
        // The second server is being raised; who is closed by it then goes to the first one. Soon it is up.
        for _ in 0..<50 where !bob.text.contains("* connected to \(host):\(second) as bob") {
            bob.type("/quit")
            #expect(bob.end() == 0)
            bob = try HandStarted("ordeal-client", chat)
            try bob.wait(for: "* connected to \(host):")
        }
        #expect(bob.text.contains("* connected to \(host):\(second) as bob"))
        bob.type("hello ann")
        try ann.wait(for: "bob: hello ann")
        ann.type("/who")
        try ann.wait(for: "* 2 connected: ann, bob")
        ann.type("/help")
        try ann.wait(for: "/who   who is connected")
        let stranger = try HandStarted("ordeal-client", ["-rh", host, "-rp", "\(first)"])
        try stranger.wait(for: "* connected to \(host):\(first) as anonymous")
        stranger.type("who are you?")
        try ann.wait(for: "anonymous: who are you?")
        try bob.wait(for: "anonymous: who are you?")
        two.killNow()
        try bob.wait(for: "* connection lost")
        try bob.wait(for: "* connected again to \(host):\(first) as bob")
        bob.type("back")
        try ann.wait(for: "bob: back")
        bob.type("/quit")
        #expect(bob.end() == 0)
        #expect(stranger.stop() == 0)
        #expect(ann.stop() == 0)
        #expect(one.stop() == 0)
        try one.wait(for: "ordeal-node: Listens at \(host):\(first)")
        try one.wait(for: "ordeal-node: Is now MASTERSUPERPEER")
        #expect(!one.text.contains("secret"))
    }

    @Test(
        "a server with another secret or ordering than the others ends with 78 and the reason",
        arguments: [
            (["-s", "wrong"], "the supplied secret is incorrect: wrong"),
            (["-s", "right", "--ordering", "total"], "start it with --ordering fifo"),
        ]
    )
    func refusedServer(options: [String], reason: String) throws {
        let port = try HandStarted.freePort()
        let here = ["-lh", "127.0.0.1", "-lp"]
        let first = try HandStarted("ordeal-node", here + ["\(port)", "-s", "right"])
        try HandStarted.waitUntilListening(port)
        let second = try HandStarted(
            "ordeal-node",
            here + ["\(try HandStarted.freePort())", "-rh", "127.0.0.1", "-rp", "\(port)"] + options
        )
        #expect(second.end() == 78)
        try second.wait(for: reason)
        try second.wait(for: "each server that it may join refuses it")
        #expect(first.stop() == 0)
    }

    @Test("a wrong secret and a taken name end the chat with 1 and the reason")
    func refused() throws {
        let port = try HandStarted.freePort()
        let server = try HandStarted("ordeal-node", ["-lp", "\(port)", "-lh", "127.0.0.1"])
        try server.wait(for: "the servers' secret is ")
        let place = ["-rh", "127.0.0.1", "-rp", "\(port)", "-u", "ann"]
        let first = try HandStarted("ordeal-client", place + ["-s", "right", "--register"])
        try first.wait(for: "as ann")
        let wrong = try HandStarted("ordeal-client", place + ["-s", "wrong"])
        #expect(wrong.end() == 1)
        try wrong.wait(for: "* refused: attempt to login with wrong secret")
        let taken = try HandStarted("ordeal-client", place)
        #expect(taken.end() == 1)
        try taken.wait(for: "the name ann is taken")
        #expect(first.stop() == 0)
        #expect(server.stop() == 0)
    }

    @Test(
        "wrong options are told with what would be right",
        arguments: [
            ("ordeal-node", ["-lp", "0"], "1 to 65535"),
            ("ordeal-node", ["--hold", "5"], "--hold"),
            ("ordeal-node", ["--max-line", "2MiB"], "--max-line"),
            ("ordeal-node", ["--max-connections", "0"], "1 or more"),
            ("ordeal-node", ["--max-pending", "1B"], "--max-pending must be at least"),
            ("ordeal-node", ["--retention", "0s"], "--retention must be more"),
            ("ordeal-node", ["--pending-retention", "0s"], "--pending-retention must be more"),
            ("ordeal-node", ["--data-dir", ""], "--data-dir must not be empty"),
            ("ordeal-node", ["--bind", "nope"], "a numeric address of IPv4 or IPv6"),
            ("ordeal-node", ["--hold", "5"], "a number above 0 with its unit"),
            ("ordeal-node", ["--max-line", "0B"], "a number above 0 with its unit"),
            ("ordeal-node", ["--listen", "127.0.0.1"], "host:port, the port 1 to 65535"),
            ("ordeal-node", ["--listen", "127.0.0.1:9", "-lp", "9"], "give one of them"),
            ("ordeal-node", ["--redirect-clients", "5..2"], "MIN not above MAX"),
            ("ordeal-node", ["-a", "0"], "-a must be 25 to 900000 ms"),
            ("ordeal-client", ["--server", "127.0.0.1"], "host:port, the port 1 to 65535"),
            ("ordeal", ["simulate", "--seeds", "9..3"], "FIRST not above LAST"),
            (
                "ordeal-node", ["--listen", "127.0.0.1:9", "--remote", "127.0.0.1:9"],
                "cannot join itself"
            ),
            ("ordeal-client", ["chat", "-u", "anonymous"], "leave --user out"),
            ("ordeal-client", ["-s", "x"], "--user"), ("ordeal-client", ["-u", ""], "--user"),
            ("ordeal-client", ["-u", "a\u{1B}[2J"], "--user must be 1 to 1024 bytes of visible"),
            ("ordeal-client", ["-u", "ann", "-s", ""], "--secret must be 1 to 1024 bytes"),
            (
                "ordeal", ["simulate", "--seed", "-1"],
                "a seed must be a whole number from 0 to 18446744073709551615"
            ),
            ("ordeal", ["simulate", "--seeds", "-1..5"], "'-1..5' is invalid"),
            ("ordeal", ["simulate", "--seed", "7", "--cover"], "--cover needs --seeds or --for"),
            (
                "ordeal", ["simulate", "--seeds", "1..2", "--jobs", "-1"],
                "--jobs must be 1 to 1024"
            ),
            ("ordeal", ["run", "x.yaml", "--seed", "-1"], "a seed must be a whole number"),
            ("ordeal-node", ["--seed", "-1"], "a seed must be a whole number"),
            ("ordeal-node", ["--max-connections", "-1"], "must be 1 or more, not -1"),
            ("ordeal-client", ["-rp", "70000", "-u", "a"], "1 to 65535"),
        ] as [(String, [String], String)]
    )
    func usage(program: String, options: [String], hint: String) throws {
        let started = try HandStarted(program, options)
        #expect(started.end() == 64)
        try started.wait(for: hint)
    }

    @Test("an address that is in use is told, with exit code 69")
    func occupied() throws {
        let port = try HandStarted.freePort()
        let first = try HandStarted("ordeal-node", ["--listen", "127.0.0.1:\(port)", "-s", "x"])
        let client = try HandStarted("ordeal-client", ["-rh", "127.0.0.1", "-rp", "\(port)"])
        try client.wait(for: "as anonymous")
        let second = try HandStarted("ordeal-node", ["--listen", "127.0.0.1:\(port)", "-s", "x"])
        #expect(second.end() == 69)
        try second.wait(for: "cannot listen at 127.0.0.1:\(port)")
        #expect(client.stop() == 0)
        #expect(first.stop() == 0)
    }
}

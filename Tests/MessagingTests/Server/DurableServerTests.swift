import Evidence
import Testing

@testable import Messaging

@Suite struct DurableServerTests {
    private let register = #"{"command":"REGISTER","username":"ada","secret":"x"}"#

    private func message(_ number: Int, _ client: String) -> String {
        """
        {"command":"ACTIVITY_MESSAGE","username":"ada","secret":"x","stream":"\(client).1","number":\(number),\
        "activity":{"body":"m\(number)"}}
        """
    }

    @Test("a registration is not acknowledged before it is on the disk")
    func registration() throws {
        var server = try ServerHarness(disk: StoreContents())
        server.storesAtOnce = false
        let connection = server.connect(1)
        server.say(connection, register)
        #expect(server.take(connection).isEmpty)
        #expect(!server.unstored.isEmpty)
        #expect(!server.records.contains { $0.kind == .registered })
        while !server.unstored.isEmpty {
            #expect(server.take(connection).isEmpty)
            server.storeOne()
        }
        #expect(server.take(connection).count { $0.contains("REGISTER_SUCCESS") } == 1)
        #expect(server.disk.all(.registration).map(\.name) == ["ada"])
    }

    @Test("a message is neither acknowledged nor echoed before it is on the disk")
    func message() throws {
        var server = try ServerHarness(disk: StoreContents())
        let connection = server.user("ada", at: 1, client: "c")
        server.storesAtOnce = false
        server.say(connection, message(1, "c"))
        server.say(connection, #"{"command":"HEARTBEAT","number":7}"#)
        #expect(server.take(connection).isEmpty)
        while !server.unstored.isEmpty { server.storeOne() }
        let said = server.take(connection)
        #expect(said.count { $0.contains("ACTIVITY_ACK") } == 1)
        #expect(said.count { $0.contains("ACTIVITY_BROADCAST") } == 1)
        // Words keep their order.
        #expect(said.last?.contains("HEARTBEAT_ACK") ?? false)
    }

    @Test("a server that comes back with its disk knows names, messages and acknowledgements")
    func comesBack() throws {
        var server = try ServerHarness(disk: StoreContents())
        let ada = server.user("ada", at: 1, client: "c")
        let bob = server.user("bob", at: 2, client: "d")
        for number in 1...3 { server.say(ada, message(number, "c")) }
        #expect(server.take(ada).contains { $0.contains(#""number":3"#) })
        server.say(bob, #"{"command":"DELIVERY_ACK","count":2}"#)
        server.pass(.seconds(1))
        #expect(server.take(bob).count { $0.contains("ACTIVITY_BROADCAST") } == 3)

        // It dies without a word, and is started again.
        server = try ServerHarness(disk: server.disk)
        #expect(!server.isReady)
        server.pass(.seconds(3))
        #expect(server.isReady)
        let roles = server.records.filter { $0.kind == .roleChanged }.map { $0.fields[.role] }
        #expect(roles == ["PEER", "PEERTOSUPERPEER", "SUPERPEER", "MASTERSUPERPEER"])
        let again = server.connect(3)
        server.say(again, register)
        #expect(server.take(again).contains { $0.contains("taken") })
        let back = server.connect(4)
        server.logIn(back, "bob", client: "d")
        server.pass(.seconds(1))
        let pending = server.take(back).filter { $0.contains("ACTIVITY_BROADCAST") }
        #expect(pending.count == 1)
        #expect(pending.first?.contains("m3") ?? false)
        // The sender may go on where it was.
        let sender = server.connect(5)
        server.logIn(sender, "ada", client: "c")
        server.pass(.seconds(1))
        #expect(server.take(sender).contains { $0.contains(#""accepted":3"#) })
        server.say(sender, message(3, "c"))
        server.say(sender, message(4, "c"))
        #expect(server.take(back).count { $0.contains("ACTIVITY_BROADCAST") } == 1)
    }

    @Test("no number of an earlier life is used again")
    func identity() throws {
        var server = try ServerHarness(disk: StoreContents())
        let first = server.core.id
        let session = try #require(
            server.core.sessions.keys.first
                ?? {
                    _ = server.user("ada", at: 1, client: "c")
                    return server.core.sessions.keys.first
                }()
        )
        server = try ServerHarness(disk: server.disk)
        server.pass(.seconds(3))
        #expect(server.core.id == first)
        let connection = server.connect(2)
        server.logIn(connection, "ada", client: "c")
        server.pass(.seconds(1))
        #expect(server.core.sessions.count == 1)
        #expect(server.core.sessions[session] == nil)
    }

    @Test("where the disk takes nothing any more nobody is told a lie, and the server ends")
    func diskFails() throws {
        var server = try ServerHarness(disk: StoreContents())
        let connection = server.user("ada", at: 1, client: "c")
        server.storesAtOnce = false
        server.say(connection, message(1, "c"))
        server.tell(.storeFailed(reason: "no room is left"))
        #expect(server.take(connection).isEmpty)
        #expect(server.closed.contains(connection))
        #expect(server.exitCode == 74)
        let last = try #require(server.records.last)
        #expect(last.kind == .storeFailed)
        #expect(last.fields[.reason] == "no room is left")
        // Whatever comes yet, it says nothing more.
        server.tell(.storeFailed(reason: "again"))
        server.say(connection, message(2, "c"))
        for (ticket, _) in server.unstored { server.tell(.stored(ticket)) }
        #expect(server.take(connection).isEmpty)
        #expect(server.records.count { $0.kind == .storeFailed } == 1)
    }

    @Test("an order to stop waits until everything is on the disk")
    func stops() throws {
        var server = try ServerHarness(disk: StoreContents())
        let connection = server.user("ada", at: 1, client: "c")
        server.storesAtOnce = false
        server.say(connection, message(1, "c"))
        server.tell(.control(.stop))
        #expect(server.exitCode == nil)
        while !server.unstored.isEmpty { server.storeOne() }
        #expect(server.exitCode == 0)
        #expect(server.take(connection).contains { $0.contains("ACTIVITY_ACK") })
    }

    @Test("another server's disk is refused, and a damaged one with the place of the damage")
    func refused() throws {
        var server = try ServerHarness(disk: StoreContents())
        _ = server.user("ada", at: 1, client: "c")
        let other = #expect(throws: DiskError.self) {
            _ = try ServerHarness(disk: server.disk) { $0.name = "server.2" }
        }
        #expect(other?.description.contains("that of server.1") ?? false)
        let damages: [(StoreOperation, String)] = [
            (.put(StoreKey(.registration, "ada"), Array("{".utf8)), "registration \"ada\""),
            (.put(StoreKey(.fact, "epoch"), Array("{}".utf8)), "fact \"epoch\""),
            (.remove(StoreKey(.fact, "identity")), "does not say whose"),
            (.put(StoreKey(.numbered, "7"), Array(#"{"command":"x"}"#.utf8)), "numbered \"7\""),
            (.put(StoreKey(.numbers, "p"), Array("[]".utf8)), "numbers \"p\""),
            (.put(StoreKey(.lost, "s"), Array(#"{"command":"lost"}"#.utf8)), "lost \"s\""),
            (.put(StoreKey(.left, "ada"), Array(#"{"command":"left"}"#.utf8)), "left \"ada\""),
            (.remove(StoreKey(.entry, "0000000000000000000")), "lacks entry 0 of the log"),
            (.put(StoreKey(.session, "s"), Array(#"{"command":"session"}"#.utf8)), "session \"s\""),
        ]
        for (damage, words) in damages {
            var disk = server.disk
            disk.apply(damage)
            let error = #expect(throws: DiskError.self) { _ = try ServerHarness(disk: disk) }
            #expect(error?.description.contains(words) ?? false, "\(error?.description ?? "")")
        }
    }

    @Test(
        "of a disk that is too old messages are used only where nobody went on meanwhile",
        arguments: [false, true]
    )
    func tooOld(othersServe: Bool) throws {
        var server = try ServerHarness(disk: StoreContents())
        let ada = server.user("ada", at: 1, client: "c")
        server.say(ada, message(1, "c"))
        let id = server.core.id

        server = try ServerHarness(disk: server.disk, age: .seconds(601))
        let other = server.connect(2)
        let serves = othersServe ? #","serves":true"# : ""
        server.say(
            other,
            """
            {"command":"AUTHENTICATE","secret":"s3cret","id":"server.2~a","hostname":"10.0.0.2","port":1,"load":0,\
            "superpeer":"\(id)"\(serves),"sessions":0}
            """
        )
        let said = server.take(other)
        #expect(said.contains { $0.contains("AUTHENTICATE_SUCCESS") })
        #expect(said.contains { $0.contains("SUPERPEER_INFO") && $0.contains("ada") })
        let log = server.core.log
        #expect((log.start == log.end) == othersServe)
        #expect(server.disk.all(.entry).isEmpty == othersServe)
        #expect(server.disk.all(.session).isEmpty == othersServe)
        #expect(server.records.contains { $0.kind == .dropped } == othersServe)
        // Names, votes and numbers are never too old.
        #expect(server.core.registrations["ada"] != nil)
        #expect(server.core.epoch.number == 1)
        #expect(log.vector[id] > 0)
    }

    @Test("without a disk nothing is stored and nothing waits")
    func memoryOnly() {
        var server = ServerHarness()
        let connection = server.user("ada", at: 1, client: "c")
        server.say(connection, message(1, "c"))
        #expect(server.take(connection).contains { $0.contains("ACTIVITY_ACK") })
        #expect(server.unstored.isEmpty && server.disk.isEmpty)
    }
}

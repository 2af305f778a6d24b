import Messaging
import Secrets
import Testing

@Suite struct SlowHashTests {
    private let hasher = SlowHash(cost: 1)

    @Test("a secret comes to its hash again, another one does not")
    func same() throws {
        let first = try #require(hasher.hash(HashRequest(secret: "geheim")))
        #expect(first.hasPrefix("$y$"))
        #expect(!first.contains("geheim"))
        #expect(hasher.hash(HashRequest(secret: "geheim", earlier: first)) == first)
        #expect(hasher.hash(HashRequest(secret: "Geheim", earlier: first)) != first)
    }

    @Test("each hash has a salt of its own")
    func salts() throws {
        let hashes = try (0..<20).map { _ in
            try #require(hasher.hash(HashRequest(secret: "geheim")))
        }
        #expect(Set(hashes).count == 20)
    }

    @Test("what is stored says its cost: a hasher of another cost recognises the secret")
    func costs() throws {
        let cheap = try #require(hasher.hash(HashRequest(secret: "x")))
        let dearer = SlowHash(cost: 3)
        let dear = try #require(dearer.hash(HashRequest(secret: "x")))
        #expect(dear.prefix(6) != cheap.prefix(6))
        #expect(dearer.hash(HashRequest(secret: "x", earlier: cheap)) == cheap)
        #expect(hasher.hash(HashRequest(secret: "x", earlier: dear)) == dear)
    }

    @Test(
        "any text is a secret, all of it counts",
        arguments: ["", "%", "a\0b", "%00", "日本語", String(repeating: "x", count: 400)]
    )
    func anyText(secret: String) throws {
        let hash = try #require(hasher.hash(HashRequest(secret: secret)))
        #expect(hasher.hash(HashRequest(secret: secret, earlier: hash)) == hash)
        #expect(hasher.hash(HashRequest(secret: secret + "!", earlier: hash)) != hash)
        #expect(hasher.hash(HashRequest(secret: secret + "\0", earlier: hash)) != hash)
    }

    @Test("a text of another method is no hash of ours, nor is a secret without end hashed")
    func refused() {
        #expect(hasher.hash(HashRequest(secret: "x", earlier: "x")) == nil)
        #expect(hasher.hash(HashRequest(secret: "x", earlier: "$1$salt$hash")) == nil)
        #expect(hasher.hash(HashRequest(secret: "x", earlier: "$y$")) == nil)
        #expect(hasher.hash(HashRequest(secret: String(repeating: "x", count: 512))) == nil)
    }
}

import Dispatch
import Messaging
import NIOCore

/// What is done beside the event loop: storing and hashing.
extension ProtocolShell {
    /// Hands changes to the disk and tells the core what became of them.
    func store(_ ticket: StoreTicket, _ operations: [StoreOperation]) {
        guard let store = hooks.store else {
            tell(.storeFailed(reason: "this process has no disk"))
            return
        }
        let bound = NIOLoopBound(self, eventLoop: loop)
        let gate = gate
        store.store(ticket, operations) { result in
            let event: Event =
                switch result {
                case .success: .stored(ticket)
                case .failure(let error): .storeFailed(reason: "\(error)")
                }
            gate.execute { bound.value.tell(event) }
        }
    }

    /// Hashes a secret on the thread that does nothing else, and tells the core what it came to.
    func hash(_ ticket: HashTicket, _ request: HashRequest) {
        guard let hasher = hooks.hasher else {
            tell(.hashed(ticket, nil))
            return
        }
        let bound = NIOLoopBound(self, eventLoop: loop)
        let gate = gate
        hashing.async {
            let text = hasher.hash(request)
            gate.execute { bound.value.tell(.hashed(ticket, text)) }
        }
    }
}

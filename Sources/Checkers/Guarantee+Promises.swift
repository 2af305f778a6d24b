extension Guarantee {
    /// What the built-in system promises of itself and every run can put to the test, besides what is
    /// always expected.
    ///
    /// The others rest on a bound of the plan (A1, A2, P2), on decisions by chance (B1) or on a setting of
    /// the cluster.
    ///
    /// - Parameters:
    ///   - servers: How many servers there are; with one there is no supervisor, without any no master.
    ///   - isCausal: Whether the cluster promises causal order.
    ///   - isTotal: Whether the cluster promises one order for all.
    ///   - isAvailable: Whether both sides of a partition register, so that a name may have two owners.
    public static func promises(
        servers: Int,
        isCausal: Bool = false,
        isTotal: Bool = false,
        isAvailable: Bool = false
    ) -> [Guarantee] {
        allCases.filter { guarantee in
            switch guarantee {
            case .noLoss, .noDuplication, .noCreation, .addressing, .noResurrection, .fifo,
                .singleLogin, .authentication:
                true
            case .singleMaster: servers > 0
            case .causal: isCausal
            case .total: isTotal
            case .uniqueRegistration, .durableRegistration: !isAvailable
            case .oneSupervisor: servers > 1
            case .balance, .availability, .recovery, .latency: false
            case .processes, .evidence, .experiment: true
            }
        }
    }
}

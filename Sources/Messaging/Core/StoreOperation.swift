/// One change of what a core keeps on its disk.
///
/// The operations of one `Effect.store` are done all or not at all, and in their order.
public enum StoreOperation: Sendable, Hashable {
    /// Keep this value under this key, in place of an earlier one.
    case put(StoreKey, [UInt8])
    /// Forget a value; nothing happens where there is none.
    case remove(StoreKey)
    /// Forget every value of a kind.
    case removeAll(StoreKey.Kind)
}

namespace Gantry.Storage.Snapshots;

/// <summary>A tree that is out of the way, for good. Its space is freed behind everybody's back,
/// and at once for who waits for it.</summary>
public abstract class RemovedTree
{
    /// <summary>Returns when its space is free, or cannot be freed before the next start. To be called outside of any lock:
    /// a large tree takes its time.</summary>
    public abstract void Free();
}

namespace Gantry.Storage.Roots;

/// <summary>Somebody whose blobs, layers and writable layers follow from records that it keeps anyway.</summary>
/// <remarks>For images and containers, which every version knows, and for a cache, which loses but time. Whoever else came later writes
/// down what it needs (<see cref="WrittenRoots"/>), so that a version that does not know it keeps it all the same.</remarks>
public interface IRootOwner
{
    /// <summary>Adds what it needs now. Asked while nothing can be pinned, so it waits for nobody who pins.</summary>
    void AddRoots(RootSet needed);
}

using Gantry.Workloads;

namespace Gantry.Build.Execution;

/// <summary>Places that a command has while it runs.</summary>
internal sealed class PlacesInUse : IDisposable
{
    public List<WorkloadMount> Mounts { get; } = [];

    public List<IDisposable> Held { get; } = [];

    public void Dispose()
    {
        // What is locked last, so that whoever waits for it finds the rest done.
        for (int i = Held.Count - 1; i >= 0; i--) Held[i].Dispose();
        Held.Clear();
    }
}

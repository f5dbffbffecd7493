using System.Reflection;
using Gantry.Storage.Snapshots;

namespace Gantry.Build.Tests.Solver;

/// <summary>A snapshotter during whose sync something happens.</summary>
public class SyncingSnapshotter : DispatchProxy
{
    private ISnapshotter? _real;
    private Action? _meanwhile;

    public static ISnapshotter Of(ISnapshotter real, Action meanwhile)
    {
        ISnapshotter proxy = Create<ISnapshotter, SyncingSnapshotter>();
        ((SyncingSnapshotter)proxy)._real = real;
        ((SyncingSnapshotter)proxy)._meanwhile = meanwhile;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name == nameof(ISnapshotter.Sync)) _meanwhile!();
        return targetMethod.Invoke(_real, args);
    }
}

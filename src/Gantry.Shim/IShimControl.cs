using Gantry.Oci.Runtime;

namespace Gantry.Shim;

/// <summary>What the daemon can ask of one container's supervisor, and what it is told.</summary>
/// <remarks><see cref="ShimControl"/> says how each fails. A seam for tests of those who ask.</remarks>
public interface IShimControl : IAsyncDisposable
{
    /// <inheritdoc cref="ShimControl.LastWords"/>
    string LastWords { get; }
    /// <inheritdoc cref="ShimControl.FirstState"/>
    ShimMessage? FirstState { get; }
    /// <inheritdoc cref="ShimControl.NamespacesReady"/>
    Task<ShimMessage> NamespacesReady { get; }
    /// <inheritdoc cref="ShimControl.Created"/>
    Task<ShimMessage> Created { get; }
    /// <inheritdoc cref="ShimControl.Exited"/>
    Task<ExitStatus?> Exited { get; }
    /// <inheritdoc cref="ShimControl.Reading"/>
    Task Reading { get; }

    Task<ShimMessage> StartAsync(CancellationToken cancellation = default);
    /// <inheritdoc cref="ShimControl.WithinLimitAsync"/>
    Task<ShimMessage> WithinLimitAsync(Task<ShimMessage> step, CancellationToken cancellation = default);
    /// <inheritdoc cref="ShimControl.SignalAsync"/>
    Task SignalAsync(int signal, bool all = false, string? execId = null, CancellationToken cancellation = default);
    Task ResizeAsync(ushort rows, ushort columns, string? execId = null, CancellationToken cancellation = default);
    Task PauseAsync(CancellationToken cancellation = default);
    Task ResumeAsync(CancellationToken cancellation = default);
    Task UpdateAsync(OciResources resources, CancellationToken cancellation = default);
    Task<ShimMessage> StateAsync(CancellationToken cancellation = default);
}

using System.Net.Sockets;
using Gantry.Shim;

namespace Gantry.Engine.Containers;

/// <summary>Clients that attached before the container started: their connections are made when it exists and before its process runs, so
/// that no output is missed.</summary>
public sealed class PendingAttachments
{
    private readonly Lock _sync = new();
    private readonly List<Pending> _waiting = [];
    private string? _socket;

    /// <param name="Left">The client is not there any more.</param>
    private sealed record Pending(ShimMessage Request, TaskCompletionSource<LiveAttachment?> Connected, CancellationToken Left);

    /// <summary>The connection: now if the container lives, else when it starts; null when its start failed.</summary>
    /// <param name="queued">Called when it does not live: what it wrote so far is all that it writes before the connection is
    /// there.</param>
    /// <exception cref="SocketException">It has ended in this moment, as with Unavailable.</exception>
    public async Task<LiveAttachment?> WaitAsync(ShimMessage request, Action queued, CancellationToken cancellation)
    {
        string? live;
        Pending pending = new(request, new(TaskCreationOptions.RunContinuationsAsynchronously), cancellation);
        lock (_sync)
        {
            live = _socket;
            if (live is null)
            {
                queued();
                _waiting.Add(pending);
            }
        }
        if (live is not null) return await OpenAsync(live, request, cancellation);
        await using CancellationTokenRegistration registration = cancellation.Register(() => Withdraw(pending));
        return await pending.Connected.Task;
    }

    /// <summary>The supervisor listens, and the process waits or, after a restart of the daemon, runs already: connects all who wait. From
    /// here on others connect at once.</summary>
    public async Task ConnectAsync(Container container)
    {
        while (true)
        {
            Pending[] batch;
            lock (_sync)
            {
                batch = [.. _waiting];
                _waiting.Clear();
                if (batch.Length == 0)
                {
                    _socket = container.Paths.Socket;
                    return;
                }
            }
            foreach (Pending pending in batch) await ConnectAsync(pending, container.Paths.Socket);
        }
    }

    /// <summary>The container has ended: who comes now waits for its next start.</summary>
    public void Close()
    {
        lock (_sync) _socket = null;
    }

    /// <summary>The start failed, or the container is removed: nothing to wait for.</summary>
    public void Abandon()
    {
        Pending[] all;
        lock (_sync)
        {
            all = [.. _waiting];
            _waiting.Clear();
            _socket = null;
        }
        foreach (Pending pending in all) pending.Connected.TrySetResult(null);
    }

    private void Withdraw(Pending pending)
    {
        lock (_sync) _waiting.Remove(pending);
        pending.Connected.TrySetCanceled();
    }

    /// <summary>A client that cannot be connected, or has left meanwhile, is its own affair and not the start's.</summary>
    private static async Task ConnectAsync(Pending pending, string path)
    {
        if (pending.Connected.Task.IsCompleted) return;
        try
        {
            LiveAttachment live = await OpenAsync(path, pending.Request, pending.Left);
            if (!pending.Connected.TrySetResult(live)) await live.Shim.DisposeAsync();
        }
        catch (Exception e) when (ShimFailureException.IsExpected(e))
        {
            pending.Connected.TrySetException(e);
        }
        catch (OperationCanceledException)
        {
            // Who waited knows it already.
        }
    }

    private static Task<LiveAttachment> OpenAsync(string path, ShimMessage request, CancellationToken cancellation) =>
        LiveAttachment.OpenAsync(path, request, "the container's supervisor", cancellation);
}

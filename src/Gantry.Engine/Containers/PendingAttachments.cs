using Gantry.Shim;

namespace Gantry.Engine.Containers;

/// <summary>Clients that attached before the container started: their connections are made when it exists and before its process runs, so that no output is missed.</summary>
public sealed class PendingAttachments
{
    private readonly Lock sync = new();
    private readonly List<Pending> waiting = [];
    private string? socket;

    private sealed record Pending(ShimMessage Request, TaskCompletionSource<ShimConnection?> Connected);

    /// <summary>The connection: now if the container lives, else when it starts; null when its start failed.</summary>
    public async Task<ShimConnection?> WaitAsync(ShimMessage request, CancellationToken cancellation)
    {
        string? live;
        Pending pending = new(request, new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (sync)
        {
            live = socket;
            if (live is null) waiting.Add(pending);
        }
        if (live is not null) return await OpenAsync(live, request);
        await using CancellationTokenRegistration registration = cancellation.Register(() => Withdraw(pending));
        return await pending.Connected.Task;
    }

    /// <summary>The supervisor listens and the process waits: connects all who wait. From here on others connect at once.</summary>
    public async Task ConnectAsync(Container container)
    {
        while (true)
        {
            Pending[] batch;
            lock (sync)
            {
                batch = [.. waiting];
                waiting.Clear();
                if (batch.Length == 0)
                {
                    socket = container.Paths.Socket;
                    return;
                }
            }
            foreach (Pending pending in batch) pending.Connected.TrySetResult(await OpenAsync(container.Paths.Socket, pending.Request));
        }
    }

    /// <summary>The container lives already, as found after a restart of the daemon.</summary>
    public void Reopen(string path)
    {
        lock (sync) socket = path;
    }

    /// <summary>The container has ended: who comes now waits for its next start.</summary>
    public void Close()
    {
        lock (sync) socket = null;
    }

    /// <summary>The start failed, or the container is removed: nothing to wait for.</summary>
    public void Abandon()
    {
        Pending[] all;
        lock (sync)
        {
            all = [.. waiting];
            waiting.Clear();
            socket = null;
        }
        foreach (Pending pending in all) pending.Connected.TrySetResult(null);
    }

    private void Withdraw(Pending pending)
    {
        lock (sync) waiting.Remove(pending);
        pending.Connected.TrySetCanceled();
    }

    private static async Task<ShimConnection> OpenAsync(string path, ShimMessage request)
    {
        ShimConnection connection = await ShimConnection.ConnectAsync(path);
        await connection.SendAsync(request);
        ShimFrameRead answer = await connection.ReadAsync();
        if (answer.Message is { Type: ShimMessageType.Done }) return connection;
        await connection.DisposeAsync();
        throw GantryException.Internal($"attach: the container's supervisor refused: {answer.Message?.Error ?? "connection closed"}");
    }
}

using System.Net.Sockets;
using Gantry.Shim;

namespace Gantry.Engine.Containers.Streams;

/// <summary>Carries bytes between a client and a container or exec, until one of the two has enough.</summary>
/// <remarks>
/// Output goes in the frames in which the supervisor sends it, which are the wire's own; from a terminal, bare.
/// The client's end of input is passed on and does not end the output. Every half ends the pump only when nothing more can come of it:
/// output at its end, input when the detach keys were typed or the client is gone.
/// </remarks>
public static class StreamPump
{
    public enum End
    {
        Finished,
        Detached,
        ClientGone,
    }

    /// <summary>Ends with both halves at rest: the connection to the supervisor is closed,
    /// and nobody reads from the client any more.</summary>
    /// <param name="framed">The client tells the streams apart by the frames' headers; else it gets the bytes alone.</param>
    /// <param name="exec">Told of the exit when <paramref name="shim"/> is an exec's connection.</param>
    public static async Task<End> RunAsync(ShimConnection shim, ClientStream client, bool stdin, bool framed, DetachKeys? detach,
        Action<ExitStatus>? exec = null)
    {
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(client.Gone);
        Task<End> output = OutputAsync(shim, client.Output, framed, exec, ended.Token);
        Task<End> input = stdin ? InputAsync(shim, client.Input, detach, ended.Token) : Never(ended.Token);
        // Neither half may notice that the client is gone: one waits for output, the other for a process that does not read its stdin.
        Task<End> first = await Task.WhenAny(output, input, Never(ended.Token));
        // The end of stdin is reported by no result: only a detach or a vanished client completes the input half before the output's end.
        End end = await first;
        await ended.CancelAsync();
        await shim.DisposeAsync();
        await Task.WhenAll(output, input);
        return end;
    }

    private static async Task<End> OutputAsync(ShimConnection shim, Stream client, bool framed, Action<ExitStatus>? exec,
        CancellationToken ended)
    {
        bool clientLeft = false;
        while (await shim.ReadAsync(CancellationToken.None) is { End: false } frame)
        {
            if (frame.Message is { Exit: { } exit }) exec?.Invoke(exit);
            if (frame.Kind is not (ShimFrame.Stdout or ShimFrame.Stderr) || clientLeft) continue;
            try
            {
                await client.WriteAsync(framed ? frame.Frame : frame.Payload, ended);
                await client.FlushAsync(ended);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // An exec's exit is still wanted after its client left; an attachment is over.
                if (exec is null) return End.ClientGone;
                clientLeft = true;
            }
        }
        return clientLeft ? End.ClientGone : End.Finished;
    }

    private static async Task<End> InputAsync(ShimConnection shim, Stream client, DetachKeys? detach, CancellationToken ended)
    {
        byte[] buffer = new byte[16 * 1024];
        byte[] kept = new byte[buffer.Length + (detach?.MostHeldBack ?? 0)];
        try
        {
            while (true)
            {
                int count = await client.ReadAsync(buffer, ended);
                if (count == 0) break;
                ReadOnlyMemory<byte> data = buffer.AsMemory(0, count);
                if (detach is not null)
                {
                    bool detached = detach.Filter(data.Span, kept, out int length);
                    if (detached) return End.Detached;
                    data = kept.AsMemory(0, length);
                }
                if (!data.IsEmpty) await shim.SendDataAsync(ShimFrame.Stdin, data, CancellationToken.None);
            }
            shim.ShutdownSend();
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client or the process stopped listening; the output half knows which, and decides.
        }
        return await Never(ended);
    }

    private static async Task<End> Never(CancellationToken ended)
    {
        TaskCompletionSource<End> source = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = ended.Register(() => source.TrySetResult(End.ClientGone));
        return await source.Task;
    }
}

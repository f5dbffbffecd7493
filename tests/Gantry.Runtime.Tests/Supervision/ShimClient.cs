using System.Text;
using Gantry.Shim;

namespace Gantry.Runtime.Tests.Supervision;

/// <summary>A connection for stdio, with what came through it so far.</summary>
public sealed class ShimClient(ShimConnection connection) : IAsyncDisposable
{
    private readonly StringBuilder _out = new(), _err = new();

    public string Out => _out.ToString();
    public string Err => _err.ToString();
    public long OutBytes { get; private set; }
    public ShimMessage? Exited { get; private set; }

    public async Task<ShimMessage> MessageAsync() =>
        (await ShimContainer.Within(connection.ReadAsync(TestContext.Current.CancellationToken).AsTask())).Message
            ?? throw new InvalidOperationException("no message");

    public ValueTask WriteAsync(string text) =>
        connection.SendDataAsync(ShimFrame.Stdin, Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes) =>
        connection.SendDataAsync(ShimFrame.Stdin, bytes, TestContext.Current.CancellationToken);

    public void EndInput() => connection.ShutdownSend();

    /// <summary>Reads until the shim closes.</summary>
    public Task ToEndAsync(bool keep = true) => ReadAsync(() => false, keep);

    public Task UntilAsync(string text) => ReadAsync(() => Out.Contains(text, StringComparison.Ordinal), true);

    private async Task ReadAsync(Func<bool> enough, bool keep)
    {
        while (!enough())
        {
            ShimFrameRead frame = await ShimContainer.Within(connection.ReadAsync(TestContext.Current.CancellationToken).AsTask());
            if (frame.End) return;
            if (frame.Message is { } message) Exited = message;
            else if (frame.Kind == ShimFrame.Stdout) OutBytes += frame.Payload.Length;
            if (keep && frame.Kind == ShimFrame.Stdout) _out.Append(Encoding.UTF8.GetString(frame.Payload.Span));
            if (keep && frame.Kind == ShimFrame.Stderr) _err.Append(Encoding.UTF8.GetString(frame.Payload.Span));
        }
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}

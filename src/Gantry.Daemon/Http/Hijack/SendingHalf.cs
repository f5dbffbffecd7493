namespace Gantry.Daemon.Http.Hijack;

/// <summary>Ends what we send on a connection whose bytes pass through more than its socket, such as TLS;
/// a feature of the connection.</summary>
/// <param name="close">Says goodbye to the client; called once.</param>
internal sealed class SendingHalf(Func<Task> close)
{
    private Task? _closed;

    /// <summary>A second call waits for the first.</summary>
    public Task CloseAsync() => _closed ??= close();
}

namespace Gantry.Engine.Volumes;

/// <summary>Who has a volume's content open. The driver is asked for it before the first, and gets it back after the last.</summary>
/// <param name="driver">Asked for when it has something to do. Throws where this version does not have it.</param>
internal sealed class OpenVolume(Volume volume, Func<Volume, IVolumeDriver> driver)
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    /// <summary>Once for each place where a container has it. Its own lock: those that run when the daemon starts come without a
    /// turn.</summary>
    private readonly List<string> _users = [];
    /// <summary>Where the content is; null until this daemon has asked. Who reads or writes it has the turn.</summary>
    private string? _path;

    /// <summary>Nobody opens, closes or removes it meanwhile; until <see cref="EndTurn"/>.</summary>
    public Task TakeTurnAsync(CancellationToken cancellation = default) => _turn.WaitAsync(cancellation);

    public void EndTurn() => _turn.Release();

    /// <summary>It was open before this daemon began.</summary>
    public void Found(string container)
    {
        lock (_users) _users.Add(container);
    }

    /// <returns>The path of the content.</returns>
    public async ValueTask<string> OpenAsync(string container, CancellationToken cancellation)
    {
        await TakeTurnAsync(cancellation);
        try
        {
            _path = IsOpen && _path is { } known ? known : await driver(volume).MountAsync(volume, cancellation);
            lock (_users) _users.Add(container);
            return _path;
        }
        finally
        {
            EndTurn();
        }
    }

    /// <returns>False when the container did not have it open.</returns>
    public async ValueTask<bool> CloseAsync(string container)
    {
        await TakeTurnAsync();
        try
        {
            lock (_users)
                if (!_users.Remove(container)) return false;
            await CloseIfUnusedAsync();
            return true;
        }
        finally
        {
            EndTurn();
        }
    }

    /// <summary>A daemon that died between a mount and its container's start has left it open.</summary>
    public async Task CloseUnusedAsync()
    {
        await TakeTurnAsync();
        try
        {
            await CloseIfUnusedAsync();
        }
        finally
        {
            EndTurn();
        }
    }

    private bool IsOpen
    {
        get
        {
            lock (_users) return _users.Count > 0;
        }
    }

    private async ValueTask CloseIfUnusedAsync()
    {
        if (IsOpen) return;
        _path = null;
        await driver(volume).UnmountAsync(volume);
    }
}

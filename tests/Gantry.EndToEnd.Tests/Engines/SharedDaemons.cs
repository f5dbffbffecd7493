using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;

[assembly: AssemblyFixture(typeof(SharedDaemons))]

namespace Gantry.EndToEnd.Engines;

/// <summary>One daemon of each kind for all tests that need none of their own, started when first asked for.</summary>
public sealed class SharedDaemons : IAsyncDisposable
{
    private readonly Lazy<Task<TestDaemon>> _gantry = new(() => Start(DaemonKind.Gantry)), _docker = new(() => Start(DaemonKind.Docker));

    public Task<TestDaemon> Of(DaemonKind kind) => (kind == DaemonKind.Gantry ? _gantry : _docker).Value;

    public async ValueTask DisposeAsync()
    {
        foreach (Lazy<Task<TestDaemon>> daemon in new[] { _gantry, _docker })
        {
            if (daemon is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }) await daemon.Value.Result.DisposeAsync();
        }
    }

    private static async Task<TestDaemon> Start(DaemonKind kind)
    {
        TestDaemon daemon = await TestDaemon.Start(kind);
        try
        {
            await BaseImage.Import(daemon);
            return daemon;
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
    }
}

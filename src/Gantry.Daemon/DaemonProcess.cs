using Gantry.Daemon.Http;
using Gantry.Daemon.Http.Listening;
using Gantry.Daemon.Logging;
using Gantry.Engine.Events;
using Gantry.Engine.Volumes;

namespace Gantry.Daemon;

internal static class DaemonProcess
{
    public static async Task<int> RunAsync(string[] args)
    {
        LogLevelSwitch level = new();
        using LoggerFactory logging = new([new CompactLoggerProvider(level)], new LoggerFilterOptions { MinLevel = LogLevel.Trace });
        EventBus events = new();
        Services services = new() { Events = events, Volumes = new VolumeStore("/tmp/daemon/volumes", events) };
        Router router = new();
        PingRoutes.Map(router);
        await using ApiServer server = new(router, services, [ListenAddress.Parse(args[0], false)], null, logging);
        await server.StartAsync(CancellationToken.None);
        await Task.Delay(Timeout.Infinite);
        return 0;
    }
}

using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Host;

public sealed class ListenerTests
{
    [Theory, EngineDaemon(OursOnly = true)]
    public async Task AListenerThatLetsAnybodyInIsWarnedOfAtTheStartAndInInfo(string name)
    {
        await using TestDaemon daemon = await TestDaemon.Start(DaemonKind.Gantry, "-H", "tcp://127.0.0.1:2375");
        await using Engine engine = new(name, daemon);
        const string warning = "API is accessible on http://127.0.0.1:2375 without encryption.";
        Assert.Contains($"WARNING: {warning}", (await engine.Run("info")).All);
        await Eventually.True(() => daemon.Log.Contains(warning), "the log warns");
    }
}

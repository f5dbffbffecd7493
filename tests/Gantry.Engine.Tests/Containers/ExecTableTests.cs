using Gantry.Api.Containers;
using Gantry.Api.Execs;
using Gantry.Engine.Containers;
using Gantry.Shim;

namespace Gantry.Engine.Tests.Containers;

public sealed class ExecTableTests
{
    private readonly ExecTable _table = new(TimeProvider.System);
    private readonly List<string> _told = [];

    /// <summary>A client that tells the size of its terminal waits for it.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public async Task NobodyWaitsForWhatIsNeverStarted(bool removed)
    {
        Exec never = Add("never"), running = Add("running");
        Assert.True(running.TryStart());
        running.Runs(5);
        if (removed) _table.Clear();
        else _table.AbandonAll();
        await never.Ready.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        ExitStatus end = await never.Exited.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal((137, false, 137), (end.Code, never.TryStart(), running.ExitCode));
        Assert.Null(_table.Find("never"));
        // What was never there has no end either.
        Assert.Equal(["running"], _told);
    }

    private Exec Add(string id)
    {
        Container container = new(new ContainerRecord
        {
            Id = "c", Name = "c", Created = DateTimeOffset.UnixEpoch, Path = "true", Args = [], Config = new ContainerConfig(),
            Image = "", Driver = "overlay2", Mounts = [],
        }, new HostConfig(), new ContainerPaths("/nowhere", "/nowhere", "c"));
        Exec exec = new(id, container, new ExecConfig(), (one, _) => _told.Add(one.Id));
        _table.Add(exec);
        return exec;
    }
}

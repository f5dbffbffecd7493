using System.Text;
using Gantry.Oci.Runtime;
using Gantry.Shim.Wire;

namespace Gantry.Shim.Tests.Releases;

/// <summary>A container that a daemon of before protocols had numbers started, with its shim, is taken over by today's: the shim's words
/// are recorded from one of that release.</summary>
public sealed class Protocol0Tests
{
    private static readonly Dictionary<string, string[]> Running = new()
    {
        ["""{"type":"control"}"""] =
        [
            """{"type":"state","pid":4711,"status":"running","execs":["e1"],"endedExecs":[{"execId":"e0","exit":"""
                + """{"code":5,"at":"2026-11-30T01:10:00.1234567+00:00"}}]}""",
        ],
        ["""{"type":"pause","sequence":1}"""] = ["""{"type":"done","sequence":1}"""],
        ["""{"type":"resume","sequence":2}"""] = ["""{"type":"done","sequence":2}"""],
        ["""{"type":"resize","sequence":3,"rows":24,"columns":80}"""] = ["""{"type":"done","sequence":3}"""],
        ["""{"type":"update","sequence":4,"resources":{"pids":{"limit":7}}}"""] = ["""{"type":"done","sequence":4}"""],
        ["""{"type":"signal","sequence":5,"execId":"e9","signal":1}"""] =
            ["""{"type":"failed","sequence":5,"error":"No such exec instance: e9","step":"other"}"""],
        ["""{"type":"state","sequence":6}"""] =
            ["""{"type":"state","sequence":6,"pid":4711,"status":"running","execs":["e1"]}"""],
        ["""{"type":"signal","sequence":7,"signal":15,"all":true}"""] =
        [
            """{"type":"done","sequence":7}""", """{"type":"outOfMemory"}""",
            """{"type":"exited","exit":{"code":143,"oomKilled":true,"at":"2026-11-30T01:10:02+00:00"}}""",
        ],
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ItsContainerIsTakenOverAndCanEverythingThatItCould()
    {
        using RecordedShim shim = new(Running);
        List<(string, int)> ended = [];
        int starved = 0;
        ShimNotices notices = new() { ExecExited = (id, exit) => ended.Add((id, exit.Code)), OutOfMemory = () => starved++ };
        await using ShimControl control = await ShimControl.ConnectAsync(shim.Path, notices, Cancellation);
        Assert.Equal(("running", 4711), (control.FirstState?.Status, control.FirstState?.Pid));
        Assert.Equal([("e0", 5)], ended);
        Assert.Equal(0, control.Protocol);
        Assert.All(ShimProtocol.Earliest, ability => Assert.True(control.Can(ability)));
        await control.PauseAsync(Cancellation);
        await control.ResumeAsync(Cancellation);
        await control.ResizeAsync(24, 80, cancellation: Cancellation);
        await control.UpdateAsync(new OciResources { Pids = new OciPids { Limit = 7 } }, Cancellation);
        ShimFailureException refused =
            await Assert.ThrowsAsync<ShimFailureException>(() => control.SignalAsync(1, execId: "e9", cancellation: Cancellation));
        Assert.True(refused.IsNoSuchExec);
        Assert.Equal("running", (await control.StateAsync(Cancellation)).Status);
        await control.SignalAsync(15, all: true, cancellation: Cancellation);
        Assert.Equal((143, true), await control.Exited is { } exit ? (exit.Code, exit.OomKilled) : default);
        Assert.Equal(1, starved);
        Assert.Equal(Running.Keys, shim.Heard);
    }

    [Fact]
    public async Task NothingIsAskedOfAShimThatItDoesNotKnow()
    {
        Dictionary<string, string[]> narrow = new()
        {
            ["""{"type":"control"}"""] = ["""{"type":"state","pid":1,"status":"running","protocol":9,"abilities":["signal","dance"]}"""],
        };
        using RecordedShim shim = new(narrow);
        await using ShimControl control = await ShimControl.ConnectAsync(shim.Path, cancellation: Cancellation);
        Assert.Equal(9, control.Protocol);
        Assert.True(control.Can("dance"));
        GantryException refused = await Assert.ThrowsAsync<GantryException>(() => control.PauseAsync(Cancellation));
        Assert.Equal(ErrorKind.Unsupported, refused.Kind);
        Assert.Contains($"protocol 9, the daemon's is {ShimProtocol.Version})", refused.Message);
        refused = await Assert.ThrowsAsync<GantryException>(() => control.StartAsync(Cancellation));
        Assert.Equal(ErrorKind.Unsupported, refused.Kind);
        Assert.Single(shim.Heard);
    }

    /// <summary>What the earlier daemon wrote beside the bundle is read by whoever ends the remains of its container.</summary>
    [Fact]
    public void ItsConfigurationIsRead()
    {
        ShimConfig config = ShimReader.Config(Encoding.UTF8.GetBytes("""
            {"id":"c0","socket":"/run/x/shim.sock","exitFile":"/var/x/exit.json","pidFile":"/run/x/pids.json",
             "root":{"type":"overlay","lower":["/a","/b"],"upper":"/u","work":"/w","options":["index=off"]},"openStdin":true,
             "slowClientSeconds":60,"log":{"driver":"json-file","path":"/var/x/x-json.log","maxSize":20971520,"maxFiles":5},
             "runtimeRoot":"/run/runtime"}
            """));
        Assert.Equal(["/a", "/b"], config.Root!.Lower);
        Assert.Equal(("json-file", 20L << 20, 5), (config.Log.Driver, config.Log.MaxSize, config.Log.MaxFiles));
    }
}

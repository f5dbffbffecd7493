using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Builds;

/// <summary>An image that has come from elsewhere knows its steps.</summary>
public sealed class CacheFromTests : IDisposable
{
    private const string Dockerfile = "FROM busybox\nARG B=2\nENV A=1\nCOPY f /f\nCOPY d f /d/\nRUN echo $A $B > /x\nRUN true\n"
        + "WORKDIR /w\nADD d /e\nCMD cat /x /f\n";
    private const int Steps = 9;

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("gantry")]
    [InlineData("dockerd")]
    public async Task ItsStepsAreNotDoneAgain(string name)
    {
        await using Engine own = await Engine.WithItsOwnDaemon(name);
        await using Engine engine = new("gantry", own.Daemon);
        await _scratch.Shell("mkdir -p c/d; echo content > c/f; echo a > c/d/a; ln -s a c/d/l");
        await Write(Dockerfile);
        await Build(engine, "one");
        string id = await engine.Inspect("one", "{{.Id}}");
        await engine.Ok("save", "-o", _scratch["one.tar"], "one");
        await engine.Ok("rmi", "-f", "one");
        if (name == "gantry") await engine.Ok("builder", "prune", "-a", "-f");
        await engine.Ok("load", "-i", _scratch["one.tar"]);

        await _scratch.Shell("touch -d 2020-01-01 c/f c/d/a");
        Assert.Equal(Steps, await Build(engine, "two", "--cache-from", "nosuch", "--cache-from", "one"));
        Assert.Equal(id, await engine.Inspect("two", "{{.Id}}"));
        // What it says next is not known of a step before that is another one.
        await Write(Dockerfile.Replace("A=1", "A=2"));
        Assert.Equal(1, await Build(engine, "three", "--cache-from", "one"));
        Assert.Equal("2 2\ncontent", await engine.Ok("run", "--rm", "three"));
        await Write(Dockerfile);
        await _scratch.Shell("echo changed > c/f");
        Assert.Equal(2, await Build(engine, "four", "--cache-from", "one"));
        Assert.Equal("1 2\nchanged", await engine.Ok("run", "--rm", "four"));
        await Write(Dockerfile + "LABEL a=b\n");
        await _scratch.Shell("echo content > c/f");
        Assert.Equal(Steps, await Build(engine, "five", "--cache-from", "one"));
        Assert.Equal("1 2\ncontent", await engine.Ok("run", "--rm", "five"));
        Assert.Equal(0, await Build(engine, "six", "--cache-from", "one", "--no-cache"));
        // The layers are there, and in a form that can go elsewhere.
        await engine.Ok("rmi", "-f", "one", "two");
        await engine.Ok("save", "-o", _scratch["five.tar"], "five");
        await engine.Ok("rmi", "-f", "five");
        await engine.Ok("load", "-i", _scratch["five.tar"]);
        Assert.Equal("1 2\ncontent", await engine.Ok("run", "--rm", "five"));
    }

    private Task Write(string dockerfile) => File.WriteAllTextAsync(_scratch["c/Dockerfile"], dockerfile);

    /// <returns>How many steps were known.</returns>
    private async Task<int> Build(Engine engine, string tag, params string[] options) =>
        (await engine.Ok(["build", "-t", tag, .. options, _scratch["c"]])).Split("\n ---> Using cache\n").Length - 1;
}

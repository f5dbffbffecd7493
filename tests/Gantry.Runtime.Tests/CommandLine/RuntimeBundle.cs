using System.Text.Json;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Tests.Bundles;

namespace Gantry.Runtime.Tests.CommandLine;

/// <summary>A bundle of one test, driven through the program's command line.</summary>
public sealed class RuntimeBundle : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-run-").FullName;

    public RuntimeBundle()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        Assert.SkipUnless(RuntimeProgram.IsPublished, "needs a published gantry-runtime (make publish)");
    }

    public string Id => System.IO.Path.GetFileName(_directory);

    public string Path => _directory;

    public string StateRoot => System.IO.Path.Combine(_directory, "state");

    public RuntimeBundle Write(IReadOnlyList<string> command, Func<OciSpec, OciSpec>? change = null)
    {
        OciSpec spec = Busybox.Spec(Id, terminal: false, command) with { Root = new OciRoot { Path = Busybox.Root } };
        File.WriteAllBytes(System.IO.Path.Combine(_directory, "config.json"),
            JsonSerializer.SerializeToUtf8Bytes(change?.Invoke(spec) ?? spec, RuntimeJson.Default.OciSpec));
        return this;
    }

    public Subprocess.Result Runtime(params IReadOnlyList<string> arguments) =>
        Subprocess.RunAsync(RuntimeProgram.Path, ["--root", StateRoot, .. arguments], cancellation: TestContext.Current.CancellationToken)
            .GetAwaiter().GetResult();

    public Subprocess.Result Run() => RunAs(Id);

    public Subprocess.Result RunAs(string id) => Runtime("run", "-b", _directory, id);

    /// <summary>Create and start, with output to nowhere.</summary>
    public void Start() => Assert.Equal(0, Detached("run", "-d"));

    /// <returns>The exit code of create, whose container has its output nowhere.</returns>
    public int Create() => Detached("create");

    // Through a shell: the container would keep our pipes open, and we would wait for their end.
    private int Detached(params string[] command)
    {
        string[] arguments = ["-c", "exec \"$0\" \"$@\" < /dev/null > /dev/null 2>&1", RuntimeProgram.Path, "--root", StateRoot,
            .. command, "-b", _directory, Id];
        return Subprocess.RunAsync("/bin/sh", arguments, cancellation: TestContext.Current.CancellationToken).GetAwaiter()
            .GetResult().ExitCode;
    }

    /// <summary>Nothing may be left, whatever happened.</summary>
    public void AssertNothingLeft()
    {
        Assert.False(Directory.Exists(System.IO.Path.Combine(StateRoot, Id)));
        Assert.DoesNotContain(Directory.GetDirectories("/sys/fs/cgroup", Id, SearchOption.AllDirectories), static _ => true);
        Assert.DoesNotContain(_directory, File.ReadAllText("/proc/self/mountinfo"));
    }

    public void Dispose()
    {
        Runtime("delete", "-f", Id);
        Directory.Delete(_directory, recursive: true);
    }
}
